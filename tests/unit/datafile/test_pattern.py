"""A key pattern gives each key at most one reading, and finds back what it has written."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from seawall.model.pattern import OTHER, KeyPattern, classify


@pytest.mark.parametrize(
    ("pattern", "key", "parts"),
    [
        ("session:{id}", "session:42", ("42",)),
        ("session:{id}", b"session:42", ("42",)),
        ("session:{id}", "session:a:b:c", ("a:b:c",)),
        ("session:{id}", "session:", None),
        ("session:{id}", "Session:1", None),
        ("session:{id}", "xsession:1", None),
        ("flight:{origin}:{key}", "flight:JFK:UA:1545", ("JFK", "UA:1545")),
        ("flight:{origin}:{key}", "flight::UA", None),
        ("flight:{origin}:{key}", "flight:JFK", None),
        ("{a}::{b}", "x:y::z", ("x:y", "z")),
        ("{a}::{b}", "x:::z", ("x", ":z")),
        ("user:{id}:cart", "user:7:cart", ("7",)),
        ("user:{id}:cart", "user:7:cart:cart", None),
        ("user:{id}:cart", "user:7:carts", None),
        ("{{{user}}}:following", "{u1}:following", ("u1",)),
        ("a.{x}", "abc", None),
        ("{all}", "line\nbreak", ("line\nbreak",)),
        ("k:{x}", b"k:\xff", ("\\xff",)),
        ("k:{x}", "k:ü".encode(), ("ü",)),
        ("日本:{x}", "日本:1", ("1",)),
    ],
)
def test_a_key_is_read_by_its_pattern(
    pattern: str, key: str | bytes, parts: tuple[str, ...] | None
) -> None:
    assert KeyPattern.parse(pattern).match(key) == parts


@pytest.mark.parametrize(
    "text",
    ["", "flight", "{a}{b}", "{a}:{a}", "{", "}", "{a", "a}", "{}", "{1a}", "{a b}", "{{a}}"],
)
def test_a_pattern_without_one_reading_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(a|it|two) "):
        KeyPattern.parse(text)


def test_a_pattern_of_many_parts_is_refused() -> None:
    parts = [f"{{p{number}}}" for number in range(51)]
    assert len(KeyPattern.parse(":".join(parts[:50])).fields) == 50
    with pytest.raises(ValueError, match="it has more than 50 parts"):
        KeyPattern.parse(":".join(parts))


def test_a_pattern_knows_its_fields_in_order() -> None:
    assert KeyPattern.parse("f:{year}:{_x2}:{Key}").fields == ("year", "_x2", "Key")


def test_equal_texts_are_equal_patterns() -> None:
    assert KeyPattern.parse("a:{b}") == KeyPattern.parse("a:{b}")
    assert len({KeyPattern.parse("a:{b}"), KeyPattern.parse("a:{b}")}) == 1


@pytest.mark.parametrize(
    ("pattern", "glob"),
    [
        ("session:{id}", "session:*"),
        ("flight:{origin}:{key}:x", "flight:*:*:x"),
        ("a*b?[c]\\{x}", "a\\*b\\?\\[c\\]\\\\*"),
        ("{{{user}}}", "{*}"),
    ],
)
def test_the_glob_escapes_what_servers_take_for_wildcards(pattern: str, glob: str) -> None:
    assert KeyPattern.parse(pattern).glob() == glob


def test_the_first_pattern_that_matches_has_the_key() -> None:
    patterns = [
        (name, KeyPattern.parse(text))
        for name, text in (("gate", "gate:{a}:{n}"), ("any", "gate:{rest}"), ("id", "id:{x}"))
    ]
    assert classify(patterns, "gate:EWR:3") == "gate"
    assert classify(patterns, b"gate:EWR") == "any"
    assert classify(patterns, "id:1") == "id"
    assert classify(patterns, b"\xff") == OTHER == "(other)"
    assert classify([], "id:1") == OTHER


def _matches_glob(glob: str, key: str) -> bool:
    """As a server reads a glob: a backslash makes the next character plain."""
    tokens: list[str] = re.findall(r"\\.|.", glob, re.DOTALL)
    assert not {"?", "[", "]"} & set(tokens)
    expression = (".*" if each == "*" else re.escape(each[-1]) for each in tokens)
    return re.fullmatch("".join(expression), key, re.DOTALL) is not None


_LITERALS = st.text(":./-*?[]\\{}^$|ab", min_size=1, max_size=3)
_TEXTS = st.text(":./ab*[{\\\n", min_size=1, max_size=6)


@st.composite
def _patterns(draw: st.DrawFn) -> KeyPattern:
    count = draw(st.integers(1, 4))
    between = draw(st.lists(_LITERALS, min_size=count - 1, max_size=count - 1))
    ends = draw(st.tuples(st.just("") | _LITERALS, st.just("") | _LITERALS))
    literals = [ends[0], *between, ends[1]]
    escaped = [literal.replace("{", "{{").replace("}", "}}") for literal in literals]
    text = "".join(f"{each}{{p{n}}}" for n, each in enumerate(escaped[:-1])) + escaped[-1]
    pattern = KeyPattern.parse(text)
    assert pattern.literals == tuple(literals)
    return pattern


@given(_patterns(), st.lists(_TEXTS, min_size=4, max_size=4))
def test_what_a_pattern_writes_it_reads_back(pattern: KeyPattern, texts: list[str]) -> None:
    values = texts[: len(pattern.fields)]
    try:
        key = pattern.format(values)
    except ValueError:
        assume(False)
        return
    assert pattern.match(key) == pattern.match(key.encode()) == tuple(values)
    assert _matches_glob(pattern.glob(), key)


@given(_patterns(), st.text(":./ab*[]{}\\", max_size=12))
def test_what_a_pattern_reads_it_writes_back(pattern: KeyPattern, key: str) -> None:
    parts = pattern.match(key)
    if parts is not None:
        assert pattern.format(parts) == key
        assert all(parts)
        for part, literal in zip(parts, pattern.literals[1:], strict=True):
            assert not literal or literal not in part


@given(_patterns(), st.lists(_TEXTS, min_size=4, max_size=4))
def test_a_value_that_ends_its_own_part_is_refused(pattern: KeyPattern, texts: list[str]) -> None:
    literal = pattern.literals[1]
    assume(literal)
    values = [texts[0] + literal, *texts[1 : len(pattern.fields)]]
    with pytest.raises(ValueError, match="a part is empty or holds the text"):
        pattern.format(values)


def test_an_empty_value_is_refused() -> None:
    with pytest.raises(ValueError, match="a part is empty"):
        KeyPattern.parse("a:{b}").format([""])


@given(st.binary())
def test_any_bytes_are_classified(key: bytes) -> None:
    assert classify([("k", KeyPattern.parse("k{x}"))], key) in {"k", OTHER}
