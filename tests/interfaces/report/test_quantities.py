"""Counts, times, sizes and texts as people read them."""

from __future__ import annotations

import pytest

from seawall.interfaces.report.quantities import duration, instant, size
from seawall.interfaces.report.shown import show_name, show_sentence, show_sentences, show_value
from seawall.model.quantity import count


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (0.004, "0.004 s"),
        (0.42, "0.42 s"),
        (30, "30 s"),
        (59.994, "59.99 s"),
        (59.996, "1 min"),
        (89.6, "1 min 30 s"),
        (900, "15 min"),
        (3599.6, "1 h"),
        (4321.9, "1 h 12 min"),
        (86400, "1 d"),
        (200_000, "2 d 7 h"),
        (1e9, "11,574 d 1 h"),
    ],
)
def test_duration(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1,023 bytes"),
        (1024, "1.0 KiB"),
        (98_304_512, "93.8 MiB"),
        (2**70, "1,048,576.0 PiB"),
    ],
)
def test_size(number: int, shown: str) -> None:
    assert size(number) == shown


def test_count() -> None:
    assert [count(336_776), count(1, "link"), count(0, "link")] == ["336,776", "1 link", "0 links"]


def test_instant_is_in_utc_or_as_it_is() -> None:
    assert instant("2026-11-21T05:15:30.482913+01:00") == "2026-11-21 04:15:30.482 UTC"
    assert instant("2026-11-21T04:15:30", "seconds") == "2026-11-21 04:15:30 UTC"
    assert instant("0001-01-01T00:00:00+14:00") == "0001-01-01T00:00:00+14:00"
    assert instant("yesterday\n") == "yesterday\\n"


def test_what_cannot_be_seen_is_written_as_its_escape() -> None:
    assert show_name("a\x00\x1b[31m\n\u202e\ud800\u2028") == r"a\x00\x1b[31m\n\u202e\ud800\u2028"
    assert show_sentence("one\ntwo\r\nthree") == "one two three"
    assert [show_value(""), show_value("  "), show_name("")] == ['""', '"  "', ""]
    assert show_value("naïve 東京 🛫") == "naïve 東京 🛫"


def test_a_stack_of_marks_is_cut() -> None:
    assert show_value("e\u0301" + "\u0302" * 5) == "e\u0301" + "\u0302" * 3 + r"\u0302\u0302"


def test_right_to_left_stays_in_its_place() -> None:
    assert show_name("\u05e9\u05dd") == "\u2068\u05e9\u05dd\u2069"


def test_long_is_cut_and_says_so() -> None:
    assert show_name("x" * 10_000) == "x" * 80 + "… (10,000 characters)"
    assert show_sentences(("y",) * 1_500)[-1] == "… and 1,300 more, in report.json"
