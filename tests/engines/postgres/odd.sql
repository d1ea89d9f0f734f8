-- A database with one of everything that a backup finds hard.
CREATE ROLE reader NOLOGIN;
CREATE ROLE app LOGIN PASSWORD 'canary-app' CONNECTION LIMIT 20 IN ROLE reader;
ALTER ROLE app SET work_mem = '8MB';
CREATE EXTENSION pg_trgm;
CREATE SCHEMA sales;
ALTER SCHEMA sales OWNER TO app;
COMMENT ON SCHEMA sales IS 'what was sold';

CREATE TYPE sales.colour AS ENUM ('red', 'green', 'it''s "blue"');
CREATE DOMAIN sales.percentage AS numeric(5, 2) CHECK (value BETWEEN 0 AND 100);
CREATE TYPE sales.address AS (street text, number integer);
CREATE TYPE sales.period AS RANGE (subtype = date);

CREATE FUNCTION sales.double_of(integer) RETURNS integer
    LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE FUNCTION sales.keep_last(anyelement, anyelement) RETURNS anyelement
    LANGUAGE sql IMMUTABLE AS 'SELECT $2';
CREATE AGGREGATE sales.last_of(anyelement) (SFUNC = sales.keep_last, STYPE = anyelement);
CREATE PROCEDURE sales.nothing() LANGUAGE plpgsql AS 'BEGIN END';

CREATE TABLE sales.odd (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    twice bigint GENERATED ALWAYS AS (id * 2) STORED,
    colour sales.colour DEFAULT 'red',
    share sales.percentage,
    home sales.address,
    season sales.period,
    single real,
    double_ double precision,
    exact numeric,
    price money,
    day date,
    moment timestamptz,
    local_moment timestamp,
    clock timetz,
    span interval,
    raw bytea,
    doc jsonb,
    doc_text json,
    list integer[],
    matrix text[][],
    bits bit varying(7),
    fixed character(5),
    address inet,
    hardware macaddr8,
    uid uuid,
    spot point,
    words tsvector,
    markup text,
    kind regclass,
    "odd ""name"" é" text
);
INSERT INTO sales.odd (colour, share, home, season, single, double_, exact, price, day, moment,
    local_moment, clock, span, raw, doc, doc_text, list, matrix, bits, fixed, address, hardware,
    uid, spot, words, markup, kind, "odd ""name"" é")
VALUES
 ('it''s "blue"', 99.50, ROW('a "b", c', NULL), '[2020-01-01,2020-02-01)', 'NaN', '-0', 'NaN',
  '12.34', '0044-03-15 BC', '0044-03-15 12:00:00+00 BC', 'infinity', '23:59:60+05:30',
  '1 year -2 mons +3 days -04:05:06.789', '\x00ff0a5c', '{"b": 1, "a": [null, 1.50, "\u00e9"]}',
  '{"b":1,  "a": 2, "a": 3}', '[0:2]={1,NULL,3}', '{{a,"b c"},{"",NULL}}', '101', 'ab', '::1/64',
  '08:00:2b:01:02:03:04:05', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '(1.5,-2)', 'fat:2 cat:3',
  E'tab\t newline\n backslash \\ \\N', 'sales.odd', 'x'),
 (NULL, 0, NULL, 'empty', 'Infinity', '1e-307', 'Infinity', NULL, 'infinity', '-infinity',
  '-infinity', NULL, '0', '', 'null', 'null', '{}', '{}', '', '', '10.0.0.1', NULL, NULL, NULL, '',
  '', NULL, ''),
 ('green', 0.10, ROW(NULL, NULL), NULL, '-0', 'NaN', '1.0', '0', '9999-12-31',
  '9999-12-31 23:59:59.999999+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 ('green', 0.10, ROW(NULL, NULL), NULL, '0', '0.1', '1.00', '0', '0001-01-01', NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE INDEX odd_words ON sales.odd USING gin (words);
CREATE INDEX odd_name ON sales.odd ("odd ""name"" é") WHERE id > 1;
CREATE INDEX odd_markup ON sales.odd USING gin (markup public.gin_trgm_ops);
COMMENT ON COLUMN sales.odd.doc IS 'free form';
ALTER TABLE sales.odd DROP COLUMN hardware;

CREATE TABLE no_key (word text, number integer);
INSERT INTO no_key VALUES ('same', 1), ('same', 1), ('same', 1), (NULL, NULL), ('', 0);
CREATE TABLE nothing ();
INSERT INTO nothing DEFAULT VALUES;
CREATE TABLE empty (id integer PRIMARY KEY REFERENCES sales.odd DEFERRABLE INITIALLY DEFERRED);
CREATE UNLOGGED TABLE forgetful (id integer);
INSERT INTO forgetful VALUES (1);
CREATE TABLE parent (id serial, name text);
CREATE TABLE child (extra text) INHERITS (parent);
INSERT INTO parent (name) VALUES ('of the parent');
INSERT INTO child (name, extra) VALUES ('of the child', 'x');

CREATE TABLE events (at date NOT NULL, region text, what text) PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
    PARTITION BY LIST (region);
CREATE TABLE events_2025_north PARTITION OF events_2025 FOR VALUES IN ('north');
CREATE TABLE events_2025_rest PARTITION OF events_2025 DEFAULT;
CREATE TABLE events_rest PARTITION OF events DEFAULT;
INSERT INTO events SELECT date '2025-06-01' + n, CASE n % 2 WHEN 0 THEN 'north' END, 'event ' || n
  FROM generate_series(1, 400) AS n;

CREATE VIEW sales.shares AS SELECT id, share FROM sales.odd WHERE share > 0;
CREATE MATERIALIZED VIEW sales.totals AS SELECT count(*) AS n, sum(share) AS share FROM sales.odd;
CREATE MATERIALIZED VIEW sales.later AS SELECT 1 AS one WITH NO DATA;
CREATE FUNCTION sales.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER refuse BEFORE INSERT ON sales.odd FOR EACH ROW EXECUTE FUNCTION sales.refuse();
CREATE RULE quiet AS ON DELETE TO no_key DO ALSO NOTHING;
CREATE STATISTICS sales.odd_statistics ON share, day FROM sales.odd;
ALTER TABLE no_key ENABLE ROW LEVEL SECURITY;
CREATE POLICY only_numbers ON no_key FOR SELECT TO reader USING (number IS NOT NULL);
CREATE PUBLICATION everything FOR TABLE sales.odd, events;
CREATE SEQUENCE sales.descending INCREMENT -5 START -100 CACHE 3;
SELECT nextval('sales.descending') FROM generate_series(1, 3);
CREATE SEQUENCE sales.never_used;
CREATE SEQUENCE sales.round MAXVALUE 3 CYCLE;
SELECT lo_from_bytea(7001, '\x00112233');
SELECT lo_put(7001, 5000, '\xff');
SELECT lo_create(7002);
ALTER LARGE OBJECT 7001 OWNER TO app;
GRANT SELECT ON ALL TABLES IN SCHEMA sales TO reader;
GRANT USAGE ON SCHEMA sales TO reader;
GRANT UPDATE (share, day) ON sales.odd TO app WITH GRANT OPTION;
REVOKE EXECUTE ON FUNCTION sales.double_of(integer) FROM PUBLIC;
ALTER TABLE sales.odd OWNER TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA sales GRANT SELECT ON TABLES TO reader;
