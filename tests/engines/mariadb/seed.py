"""MariaDB's content for the conformance suite."""

from __future__ import annotations

from typing import Any

import pymysql
from pymysql.constants import CLIENT

from seawall.model.target import Target
from servers.seed import Seed

SCHEMA = r"""
CREATE TABLE filled (id int PRIMARY KEY, parent int, note varchar(100));
CREATE TABLE hard (
    id serial, flag boolean, small smallint, big bigint unsigned, exact decimal(65,30),
    single float, double_ double, word varchar(100) CHARACTER SET utf8mb4, old char(20)
    CHARACTER SET latin1, raw varbinary(300), huge longblob, day date, moment datetime(6),
    stamp timestamp(3) NULL, span time(6), yr year, bits bit(13), doc json, place geometry,
    choice enum('a', 'b,''c'), many set('x', 'y'), uid uuid, address inet6,
    made int AS (small + 1) VIRTUAL, kept int AS (small * 2) STORED
);
INSERT INTO hard (flag, small, big, exact, single, double_, word, old, raw, huge, day, moment, stamp,
                  span, yr, bits, doc, place, choice, many, uid, address) VALUES
 (true, -32768, 18446744073709551615, -12345678901234567890123456789012345.000000000000000000000000000001,
  1.1e-38, -0e0, 'tab\tline\n\\N é🌊''"', 'é  ', 0x00ff0a0d1a27225c, repeat(0x0027, 1000),
  '0000-00-00', '9999-12-31 23:59:59.999999', '2013-01-01 05:00:00.123', '-838:59:59.000001', 2155,
  b'1000000000001', '{"a": [1, null, "é🌊"]}', ST_GeomFromText('POINT(1 -0.1)', 4326), 'b,''c', 'x,y',
  '00000000-0000-0000-0000-0000000000ff', '::1'),
 (null, null, null, 0.1, 16777217, 1e-300, '', '', '', '', null, '0000-00-00 00:00:00', null,
  null, 0, b'0', 'null', null, '', '', null, null);
CREATE TABLE keyless (a int, b text);
INSERT INTO keyless VALUES (1, 'twice'), (1, 'twice'), (null, null), (null, '');
CREATE SEQUENCE counted START WITH 5 INCREMENT BY 5;
CREATE VIEW a_view AS SELECT id, word FROM hard WHERE flag;
CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC RETURN n * 2;
CREATE TRIGGER noted BEFORE INSERT ON keyless FOR EACH ROW SET NEW.b = concat(NEW.b, '!');
CREATE EVENT daily ON SCHEDULE EVERY 1 DAY DO DELETE FROM keyless WHERE a = 0;
"""


def connect(target: Target, **options: Any) -> pymysql.Connection[Any]:
    """A plain connection of the tests' own."""
    location = target.location
    return pymysql.connect(
        host=location.host,
        port=location.port,
        user=location.user,
        password=location.password.reveal(),
        database=location.database,
        autocommit=True,
        charset="utf8mb4",
        init_command="SET sql_mode = 'NO_ENGINE_SUBSTITUTION'",
        client_flag=CLIENT.MULTI_STATEMENTS,
        **options,
    )


def run_sql(target: Target, text: str, *parameters: object) -> Any:
    """Run statements; the rows of the first one."""
    with connect(target) as connection, connection.cursor() as cursor:
        cursor.execute(text, parameters or None)
        rows = cursor.fetchall()
        while cursor.nextset():
            pass
        return rows


def fill(target: Target, records: int) -> None:
    run_sql(target, SCHEMA)
    run_sql(
        target,
        "INSERT INTO filled SELECT seq, if(seq %% 2 = 1, seq, null), concat('note ', seq)"
        " FROM seq_1_to_100000 WHERE seq <= %s",
        records,
    )


def add(target: Target, number: int) -> None:
    run_sql(target, "INSERT INTO filled VALUES (%s, null, 'more')", number)


def change(target: Target) -> None:
    run_sql(target, "UPDATE filled SET note = 'changed' WHERE id = 3")


def remove(target: Target, number: int) -> None:
    run_sql(target, "DELETE FROM filled WHERE id = %s", number)


SEED = Seed((), fill, add, change, remove, "filled")
