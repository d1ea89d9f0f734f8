"""The word that was meant is found behind slips of the finger, short forms and other names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.datafile.duration import nearest_duration, read_seconds
from seawall.datafile.names import legal_name
from seawall.datafile.nearest import edit_distance, likeness, nearest

KEYS = ("engine", "url", "collections", "backup", "objectives", "workload", "replicas", "retain")
ENGINES = ("postgres", "mariadb", "mongodb", "redis", "valkey", "elasticsearch", "cassandra")
LETTERS = st.text("abc", max_size=6)


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("retian", KEYS, "retain"),
        ("retain_days", KEYS, "retain"),
        ("bakcup", KEYS, "backup"),
        ("Backup", KEYS, "backup"),
        ("backups", KEYS, "backup"),
        ("collection", KEYS, "collections"),
        ("read_replicas", KEYS, "replicas"),
        ("obj", KEYS, "objectives"),
        ("ulr", KEYS, "url"),
        ("postgresql", ENGINES, "postgres"),
        ("pg", ENGINES, "postgres"),
        ("mongo", ENGINES, "mongodb"),
        ("maria-db", ENGINES, "mariadb"),
        ("reddis", ENGINES, "redis"),
        ("vlakey", ENGINES, "valkey"),
        ("elastic", ENGINES, "elasticsearch"),
        ("casandra", ENGINES, "cassandra"),
        ("sqlite", ENGINES, None),
        ("p", ENGINES, None),
        ("zzz", KEYS, None),
        ("", KEYS, None),
        ("--", KEYS, None),
    ],
)
def test_the_word_that_was_meant_is_found(
    word: str, known: tuple[str, ...], meant: str | None
) -> None:
    assert nearest(word, known) == meant


def test_among_many_names_the_near_one_is_still_found() -> None:
    names = [f"store{number}" for number in range(500)]
    assert nearest("sotre321", names) == "store321"


@given(LETTERS, LETTERS, LETTERS)
def test_the_edit_distance_is_a_distance_with_swaps(a: str, b: str, c: str) -> None:
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, b) == edit_distance(b, a)
    assert edit_distance(a, b) <= max(len(a), len(b))
    assert edit_distance(a + c, b + c) <= edit_distance(a, b)
    assert edit_distance("ab" + a, "ba" + a) == 1


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_likeness_is_between_nothing_and_certainty(word: str, known: str) -> None:
    assert 0 <= likeness(word, known) <= 1


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("15min", "15m"),
        ("15 minutes", "15m"),
        ("90M", "90m"),
        ("1h30m", "90m"),
        ("1h 30min", "90m"),
        ("1.5h", "90m"),
        ("2w", "14d"),
        ("60s", "1m"),
        ("24h", "1d"),
        ("1 day, 2 hours", "26h"),
        ("500ms", None),
        ("0m", None),
        ("0.5s", None),
        ("soon", None),
        ("15", None),
        ("", None),
    ],
)
def test_a_duration_in_another_spelling_is_understood(text: str, meant: str | None) -> None:
    assert nearest_duration(text) == meant


def test_a_duration_is_seconds() -> None:
    spelled = ("30s", "15m", "1h", "1d")
    assert [read_seconds(each) for each in spelled] == [30.0, 900.0, 3600.0, 86400.0]


@given(st.text())
def test_a_legal_name_is_legal_or_empty(text: str) -> None:
    name = legal_name(text)
    assert not name or (name[0].isalpha() and len(name) <= 40)
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    assert legal_name(name) == name
