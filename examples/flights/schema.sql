-- The tables of the flights application, for PostgreSQL 14 and newer.
-- `psql -f schema.sql` runs all of it. load.py, in one transaction, fills the tables in between: at
-- the line `-- after the rows`.
-- The tables are made anew each time, so that loading twice gives the same as loading once.

DROP TABLE IF EXISTS status_changes, flights, weather, planes, airports, airlines;

CREATE TABLE airlines (
    carrier text PRIMARY KEY,
    name    text NOT NULL
);

CREATE TABLE airports (
    faa   text PRIMARY KEY,
    name  text NOT NULL,               -- not unique: 18 names occur twice
    lat   double precision NOT NULL,
    lon   double precision NOT NULL,
    alt   integer NOT NULL,            -- feet; two lie below the sea
    tz    smallint NOT NULL,
    dst   text NOT NULL,
    tzone text
);

CREATE TABLE planes (
    tailnum      text PRIMARY KEY,
    year         smallint,
    type         text NOT NULL,
    manufacturer text NOT NULL,
    model        text NOT NULL,
    engines      smallint NOT NULL,
    seats        smallint NOT NULL,
    speed        smallint,
    engine       text NOT NULL
);

CREATE TABLE weather (
    origin     text NOT NULL,
    year       smallint NOT NULL,
    month      smallint NOT NULL,
    day        smallint NOT NULL,
    hour       smallint NOT NULL,      -- local: one hour occurs twice when summer time ends
    temp       numeric(5, 2),
    dewp       numeric(5, 2),
    humid      numeric(5, 2),
    wind_dir   smallint,
    wind_speed double precision,
    wind_gust  double precision,
    precip     numeric(4, 2) NOT NULL,
    pressure   numeric(5, 1),
    visib      numeric(4, 2) NOT NULL,
    time_hour  timestamptz NOT NULL,   -- so the key is the instant, not the local hour
    PRIMARY KEY (origin, time_hour)
);

CREATE TABLE flights (
    year           smallint NOT NULL,
    month          smallint NOT NULL,
    day            smallint NOT NULL,
    dep_time       smallint,           -- hhmm, local; null: cancelled
    sched_dep_time smallint NOT NULL,
    dep_delay      smallint,           -- minutes; negative: early
    arr_time       smallint,
    sched_arr_time smallint NOT NULL,
    arr_delay      smallint,
    carrier        text NOT NULL,
    flight         integer NOT NULL,
    tailnum        text,
    origin         text NOT NULL,
    dest           text NOT NULL,
    air_time       smallint,
    distance       smallint NOT NULL,
    hour           smallint NOT NULL,
    minute         smallint NOT NULL,
    time_hour      timestamptz NOT NULL,
    PRIMARY KEY (year, month, day, carrier, flight, origin)
);

-- Flights that traffic.py adds; the airlines' own numbers end at 8500.
CREATE SEQUENCE extra_flight_numbers START 10000 OWNED BY flights.flight;

-- What traffic.py appends to: one row per status change, announced in the live store beforehand.
CREATE TABLE status_changes (
    id         uuid PRIMARY KEY,
    number     bigint GENERATED ALWAYS AS IDENTITY,
    year       smallint NOT NULL,
    month      smallint NOT NULL,
    day        smallint NOT NULL,
    carrier    text NOT NULL,
    flight     integer NOT NULL,
    origin     text NOT NULL,
    status     text NOT NULL CHECK (status IN ('scheduled', 'delayed')),
    delay      smallint NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (year, month, day, carrier, flight, origin) REFERENCES flights
);

-- Two roles that hold the rights; neither can log in, so neither has a password. Grant them to
-- whoever logs in: traffic.py takes the first with SET ROLE.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'flights_app') THEN
        CREATE ROLE flights_app NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'flights_reader') THEN
        CREATE ROLE flights_reader NOLOGIN;
    END IF;
END
$$;

GRANT flights_app, flights_reader TO CURRENT_USER;
GRANT USAGE ON SCHEMA public TO flights_app, flights_reader;
GRANT SELECT ON airlines, airports, planes, weather, flights, status_changes
    TO flights_app, flights_reader;
GRANT INSERT, UPDATE ON flights TO flights_app;
GRANT INSERT ON status_changes TO flights_app;
GRANT USAGE ON SEQUENCE extra_flight_numbers TO flights_app;

-- after the rows
-- Indexes and foreign keys: about twice as fast as keeping them while 336,776 rows arrive.
CREATE INDEX flights_by_tailnum ON flights (tailnum);
CREATE INDEX flights_by_dest ON flights (dest);
CREATE INDEX flights_by_weather ON flights (origin, time_hour);
CREATE INDEX status_changes_by_time ON status_changes (changed_at);

-- Foreign keys where the data keeps them.
ALTER TABLE weather ADD FOREIGN KEY (origin) REFERENCES airports;
ALTER TABLE flights ADD FOREIGN KEY (carrier) REFERENCES airlines;
ALTER TABLE flights ADD FOREIGN KEY (origin) REFERENCES airports;

-- No foreign key where it does not, for PostgreSQL would refuse the data as it is:
--   flights.tailnum            50,094 rows name 721 planes that are not in `planes`
--   flights.dest                7,602 rows go to SJU, BQN, STT or PSE, which are not in `airports`
--   flights (origin, time_hour) 1,556 rows departed in an hour without a weather report
-- seawall.yaml declares all three as links: a drill counts what was broken at the source already,
-- and fails only when a restore broke more.
