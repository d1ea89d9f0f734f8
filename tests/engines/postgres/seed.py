"""PostgreSQL's content for the conformance suite."""

from __future__ import annotations

import psycopg

from seawall.model.target import Target
from servers.seed import Seed

SCHEMA = """
CREATE TABLE filled (id integer PRIMARY KEY, parent integer, note text);
CREATE TABLE hard (
    id serial, flag boolean, small smallint, big bigint, exact numeric, single real,
    double_ double precision, word text, raw bytea, day date, moment timestamptz, span interval,
    doc jsonb, list integer[], address inet, uid uuid
);
INSERT INTO hard (flag, small, big, exact, single, double_, word, raw, day, moment, span, doc,
                  list, address, uid) VALUES
 (true, -32768, 9223372036854775807, 'NaN', 'Infinity', '-0', '', '\\x00ff', '0044-03-15 BC',
  '2013-01-01 05:00:00.123456+00', '1 year -2 days 3.5 s', '{"a": [1, null, "é🌊"]}', '{1,NULL}',
  '::1', '00000000-0000-0000-0000-0000000000ff'),
 (null, null, null, 123456789012345678901234567890.123456789, null, '1e-300', E'tab\\tline\\n\\\\N',
  '', 'infinity', '-infinity', null, 'null', '{}', null, null);
"""


def _connect(target: Target) -> psycopg.Connection:
    return psycopg.connect(target.location.url(), autocommit=True)


def fill(target: Target, records: int) -> None:
    with _connect(target) as connection:
        connection.execute(SCHEMA)
        connection.execute(
            "INSERT INTO filled SELECT n, CASE n %% 2 WHEN 1 THEN n END, 'note ' || n"
            " FROM generate_series(1, %s) AS n",
            (records,),
        )


def add(target: Target, number: int) -> None:
    with _connect(target) as connection:
        connection.execute("INSERT INTO filled VALUES (%s, null, 'more')", (number,))


def change(target: Target) -> None:
    with _connect(target) as connection:
        connection.execute("UPDATE filled SET note = 'changed' WHERE id = 3")


def remove(target: Target, number: int) -> None:
    with _connect(target) as connection:
        connection.execute("DELETE FROM filled WHERE id = %s", (number,))


SEED = Seed((), fill, add, change, remove, "filled")
