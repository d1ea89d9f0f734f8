"""Key patterns guessed from keys: legal, and each key of a kind is read by its own."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from seawall.engines.redis.key_shapes import MOST_PATTERNS, guess_patterns
from seawall.engines.redis.keyspaces import Keyspaces
from seawall.model.pattern import OTHER


def keys(*texts: str) -> list[bytes]:
    return [text.format(n).encode() for text in texts for n in range(5)]


def test_fixed_words_and_values_are_told_apart() -> None:
    made = keys("session:{}", "user:{}:cart", "user:{}:profile:v1", "api/b{}/call", "lonely")
    assert dict(guess_patterns(made)) == {
        "session": "session:{id}",
        "user_cart": "user:{id}:cart",
        "user_profile": "user:{id}:profile:{profile_id}",
        "api_call": "api/{id}/call",
    }


def test_few_keys_and_keys_without_separator_are_no_pattern() -> None:
    assert guess_patterns([b"one:1", b"one:2", b"plain", b"config"]) == ()


@given(st.lists(st.binary(max_size=30), max_size=60))
def test_whatever_the_keys_the_patterns_can_stand_in_a_file(found: list[bytes]) -> None:
    patterns = guess_patterns(found * 3)
    assert len(patterns) <= MOST_PATTERNS
    keyspaces = Keyspaces(patterns)
    for name, _ in patterns:
        assert re.fullmatch(r"[a-z_]\w*", name)
        assert name != OTHER
        assert any(keyspaces.match(name, key) for key in found) or len(patterns) > 1
