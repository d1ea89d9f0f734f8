"""Link text: equal values of different engines read the same."""

from __future__ import annotations

import pytest

from seawall.engines.postgres.values import converter
from seawall.engines.postgres.wal import (
    format_lsn,
    parse_lsn,
    readable_end,
    segment_name,
    segment_names,
)


@pytest.mark.parametrize(
    ("type_name", "text", "expected"),
    [
        ("integer", "-7", "-7"),
        ("boolean", "t", "true"),
        ("boolean", "false", "false"),
        ("double precision", "3", "3"),
        ("double precision", "1e+20", "100000000000000000000"),
        ("double precision", "0.1", "0.1"),
        ("double precision", "NaN", "nan"),
        ("numeric", "10.00", "10"),
        ("numeric", "0.10", "0.1"),
        ("numeric", "NaN", "NaN"),
        ("numeric", "-Infinity", "-Infinity"),
        ("bytea", "\\x00ff", "00ff"),
        ("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("date", "2013-01-01", "2013-01-01"),
        ("date", "0044-03-15 BC", "-0043-03-15"),
        ("date", "0001-12-31 BC", "0000-12-31"),
        ("date", "infinity", "infinity"),
        ("timestamp with time zone", "2013-01-01 05:00:00+00", "2013-01-01T05:00:00Z"),
        ("timestamp with time zone", "2013-01-01 05:00:00.5+00", "2013-01-01T05:00:00.5Z"),
        ("timestamp without time zone", "2013-01-01 05:00:00", "2013-01-01T05:00:00"),
        ("timestamp without time zone", "-infinity", "-infinity"),
        ("text", " as it is ", " as it is "),
        ("inet", "::1/64", "::1/64"),
    ],
)
def test_the_servers_text_becomes_link_text(type_name: str, text: str, expected: str) -> None:
    assert converter(type_name)(text) == expected


def test_a_place_in_the_log_is_read_and_written_as_the_server_does() -> None:
    assert parse_lsn("16/B374D848") == 0x16B374D848
    assert format_lsn(0x16B374D848) == "16/B374D848"


def test_segments_are_named_as_the_server_names_them() -> None:
    size = 16 * 2**20
    assert segment_name(1, parse_lsn("0/3000028"), size) == "000000010000000000000003"
    assert segment_name(10, parse_lsn("16/B374D848"), size) == "0000000A00000016000000B3"
    assert segment_name(1, parse_lsn("1/0"), 2**30) == "000000010000000100000000"


def test_the_segments_of_a_stretch_are_all_that_it_touches() -> None:
    size = 16 * 2**20
    names = segment_names(1, parse_lsn("0/2FFFFFF"), parse_lsn("0/4000001"), size)
    assert [name[-2:] for name in names] == ["02", "03", "04"]
    assert [name[-2:] for name in segment_names(1, size, 2 * size, size)] == ["01"]


@pytest.mark.parametrize(
    ("place", "end"),
    [
        ("0/5000028", "0/5000000"),
        ("0/5002018", "0/5002000"),
        ("0/5002028", "0/5002028"),
        ("0/5002000", "0/5002000"),
        ("0/5000030", "0/5000030"),
    ],
)
def test_pg_waldump_is_not_told_to_end_just_behind_a_pages_head(place: str, end: str) -> None:
    assert format_lsn(readable_end(parse_lsn(place), 16 * 2**20)) == end
