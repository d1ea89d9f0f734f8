-- The tables of the flights store, for PostgreSQL 14 and newer.
-- `psql -f flights.sql` runs all of it. load.py, in one transaction, fills the tables in between: at
-- the line `-- after the rows`.
-- The tables are made anew each time, so that loading twice gives the same as loading once.

DROP TABLE IF EXISTS status_changes, flights, planes;

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
    carrier        text NOT NULL,      -- an airline, which is a document in another store
    flight         integer NOT NULL,
    tailnum        text,
    origin         text NOT NULL,      -- an airport, as `dest` is: documents too
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
GRANT SELECT ON planes, flights, status_changes TO flights_app, flights_reader;
GRANT INSERT, UPDATE ON flights TO flights_app;
GRANT INSERT ON status_changes TO flights_app;
GRANT USAGE ON SEQUENCE extra_flight_numbers TO flights_app;

-- after the rows
-- Indexes: faster than keeping them while 336,776 rows arrive.
CREATE INDEX flights_by_tailnum ON flights (tailnum);
CREATE INDEX flights_by_dest ON flights (dest);
CREATE INDEX flights_by_hour ON flights (origin, time_hour);
CREATE INDEX status_changes_by_time ON status_changes (changed_at);

-- No foreign key: airlines and airports lie in MongoDB, the weather in MariaDB, and of `planes`
-- 721 are not in the data, which 50,094 flights name. seawall.yaml declares all of that as links: a
-- drill counts what was broken at the source already, and fails only when a restore broke more.
