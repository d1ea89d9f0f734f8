-- The tables of the weather store, for MariaDB 10.6 and newer; the session's time_zone is UTC.
-- They are made anew each time, so that loading twice gives the same as loading once.

DROP TABLE IF EXISTS corrections, weather;

CREATE TABLE weather (
    origin     varchar(4) NOT NULL,
    year       smallint NOT NULL,
    month      tinyint NOT NULL,
    day        tinyint NOT NULL,
    hour       tinyint NOT NULL,       -- local: one hour occurs twice when summer time ends
    temp       decimal(5, 2),
    dewp       decimal(5, 2),
    humid      decimal(5, 2),
    wind_dir   smallint,
    wind_speed double,
    wind_gust  double,
    precip     decimal(4, 2) NOT NULL,
    pressure   decimal(5, 1),
    visib      decimal(4, 2) NOT NULL, -- miles
    -- So the key is the instant, not the local hour. A `timestamp` is an instant, as PostgreSQL's
    -- `timestamptz` is; a `datetime` is what a clock shows, and never equal to one. Without a
    -- default of its own MariaDB 10.6 would set the column anew at each update.
    time_hour  timestamp NOT NULL DEFAULT '2013-01-01 00:00:00',
    PRIMARY KEY (origin, time_hour)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What traffic.py appends to: a delay tells what the weather of its hour really was. Its id is that
-- of the status change, which is committed in PostgreSQL beforehand.
CREATE TABLE corrections (
    id         char(36) PRIMARY KEY,
    origin     varchar(4) NOT NULL,
    time_hour  timestamp NOT NULL DEFAULT '2013-01-01 00:00:00',
    visib      decimal(4, 2) NOT NULL,
    FOREIGN KEY (origin, time_hour) REFERENCES weather (origin, time_hour)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
