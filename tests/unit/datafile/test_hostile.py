"""Hostile files end in named mistakes: no traceback, no endless work, no secret shown."""

from __future__ import annotations

import os
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seawall.datafile import FileMistakesError, composer, load
from seawall.errors import UsageError
from unit.datafile.marked import ENGINES, marked, mistakes_in, read, write

CANARY = "hunter2-Tr0ub4dor"
LEGAL = """\
version: 1
app: shop
objectives: {rto: 1h, rpo: 15m}
repository: {url: "/mnt/backups/shop", identity: "file:///etc/shop.key"}
backup: {base: daily, keep: {daily: 7}}
stores:
  orders:
    engine: postgres
    url: env://ORDERS_URL
  live: &live
    engine: redis
    collections: {flight: "flight:{origin}:{key}"}
    backup: none
  other: {<<: *live, url: "file:///run/x"}
links:
  - {every: orders.orders.id, exists_in: live.flight.key}
"""

# Where a secret can end up in a file that has mistakes, and the mistakes must not repeat it.
SECRETS = [
    f"stores: {{db: {{engine: redis, url: 'redis://:{CANARY}@host'}}}}",
    f"stores: {{db: {{engine: redis, url: {CANARY}}}}}",
    f"stores: {{db: {{engine: redis, url: env://{CANARY} }}}}",
    f"stores: {{db: {{engine: redis, url: [{CANARY}]}}}}",
    f"stores: {{db: {{engine: redis, url: {{password: {CANARY}}}}}}}",
    f"stores: {{db: {{engine: redis, password: {CANARY}}}}}",
    f"stores: {{db: {{engine: redis, passwrod: {CANARY}}}}}",
    f"stores: {{db: {{engine: 'redis://u:{CANARY}@host'}}}}",
    f"stores: {{db: 'redis://u:{CANARY}@host'}}",
    f"stores: 'redis://u:{CANARY}@host'",
    f"stores: {{'redis://u:{CANARY}@host': {{engine: redis}}}}",
    f"stores: {{'u:{CANARY}@host': {{engine: redis, url: x, password: x}}}}",
    f"stores: {{'u:{CANARY}@host': {{engine: redis}}, 'u:{CANARY}@host': 1}}",
    f"stores: {{db: {{engine: redis}}, url: redis://u:p,{CANARY}, x: 1}}",
    f"'redis://u:{CANARY}@host'",
    f"redis://u:{CANARY}@host: x\nstores: {{}}",
    f"app: 'password={CANARY}'\nstores: {{}}",
    f"app: u:{CANARY}@h\nstores: {{}}",
    f"stores: {{'u:{CANARY}@h': {{engine: redis}}}}\nlinks: [{{every: a.b.c, exists_in: d.e.f}}]",
    f"app: {CANARY}\nstores: {{}}",
    f"stores: {{db: {{engine: {CANARY}}}}}",
    f"password: *{CANARY}\n",
    f"password: !{CANARY} x\n",
    f"password: !{CANARY}!x y\n",
    f"password: &{CANARY}\n",
    f"password: '{CANARY}\n",
    f'password: "{CANARY}\\q"\n',
    f"password: {CANARY}: x\n",
    f"password: @{CANARY}\n",
    f"password: |{CANARY}\n",
    f"%{CANARY} x\n---\nstores: {{}}\n",
    f"repository: {{url: 's3://k:{CANARY}@b', identity: AGE-SECRET-KEY-1{CANARY}}}\nstores: {{}}",
    f"repository: {{url: 's3://b?secret={CANARY}'}}\nstores: {{}}",
    f"repository: {{url: 'k:{CANARY}@b:x'}}\nstores: {{}}",
    f"repository: {{recipients: [AGE-SECRET-KEY-1{CANARY}, ssh-rsa {CANARY}, {CANARY}]}}\n",
    f"repository: {{identity: {CANARY}}}\nstores: {{}}",
    f"objectives: {{rto: 'redis://:{CANARY}@h'}}\nstores: {{}}",
    f"links: [{{every: 'redis://:{CANARY}@h.x.y', exists_in: 'redis://:{CANARY}@h'}}]\nstores: {{}}",
    f"stores: {{db: {{engine: redis, collections: {{a: 'redis://:{CANARY}@h'}}}}}}",
    f"stores: {{db: {{engine: redis, collections: {{'u:{CANARY}@h': 'a'}}}}}}",
]


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_in_the_file_is_never_repeated(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(FileMistakesError) as caught:
        load(path, ENGINES)
    said = (str(caught.value) + repr(caught.value.mistakes)).casefold()
    assert not [part for part in CANARY.casefold().split("-") if part in said]


def _load_in_a_new_folder(content: str | bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), content)
        try:
            load(path, ENGINES)
        except UsageError as error:
            assert str(error)  # noqa: PT017 - legal files are fine too


@settings(deadline=None)
@given(st.text())
@example("a: &a [*a]")
@example("? ? ? [")
@example("!!set {a, b}")
@example("<<: {<<: x}")
@example("- \n\t- ")
def test_any_text_is_a_tier_or_mistakes(text: str) -> None:
    _load_in_a_new_folder(text)


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_are_a_tier_or_mistakes(content: bytes) -> None:
    _load_in_a_new_folder(content)


@settings(deadline=None, max_examples=300)
@given(
    st.integers(0, len(LEGAL)),
    st.integers(0, 12),
    st.one_of(st.text("{}[]:,&*!|>'\"%@`#-? \n\tax0~<=", max_size=6), st.text(max_size=3)),
)
def test_a_legal_file_with_any_piece_replaced_is_a_tier_or_mistakes(
    at: int, removed: int, put: str
) -> None:
    _load_in_a_new_folder(LEGAL[:at] + put + LEGAL[at + removed :])


_WORDS = st.sampled_from(
    [
        *("stores", "db", "engine", "redis", "url", "backup", "none", "collections", "0", ""),
        *("links", "every", "exists_in", "store", "collection", "fields", "mirror"),
        *("repository", "recipients"),
    ]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | _WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(_WORDS, _VALUES, max_size=5))
def test_any_nesting_of_the_files_own_words_is_a_tier_or_mistakes(
    content: dict[str, object],
) -> None:
    _load_in_a_new_folder(repr(content).replace("None", "null"))


def test_a_file_that_multiplies_its_values_is_refused(tmp_path: Path) -> None:
    text = "a: &a [" + "x," * 10 + "]\n"
    for inner, outer in pairwise("abcdefghijklmnop"):
        text += f"{outer}: &{outer} [{f'*{inner},' * 10}]\n"
    assert "multiply to too many values" in mistakes_in(tmp_path, text)[-1].text


def test_a_file_of_too_many_values_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composer, "LARGEST_SIZE", 1000)
    text = "links: [" + "1," * 1000 + "]"
    assert mistakes_in(tmp_path, text)[-1].text == "there are too many values"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 1_000_000,
        "{a: " * 200_000,
        "- " * 200_000,
        "? " * 200_000,
        "".join(" " * depth + "a:\n" for depth in range(500)),
        "".join(f"a{n}: &a{n} [[[[*a{n - 1}]]]]\n" if n else "a0: &a0 x\n" for n in range(500)),
    ],
    ids=["lists", "mappings", "items", "keys", "blocks", "aliases"],
)
def test_a_file_that_is_nested_without_end_is_refused(tmp_path: Path, text: str) -> None:
    assert "nested too deep" in mistakes_in(tmp_path, text)[-1].text


def test_deep_nesting_behind_a_break_ends_too(tmp_path: Path) -> None:
    first, second = mistakes_in(tmp_path, "app: @\nlinks: " + "[" * 1_000_000)
    assert "cannot begin" in first.text
    assert "nested too deep" in second.text


def test_an_anchor_within_itself_is_a_mistake(tmp_path: Path) -> None:
    text = "stores: {db: {engine: redis}}\nlinks: &a [{every: *a}]"
    texts = [each.text for each in mistakes_in(tmp_path, text)]
    assert "the alias names no anchor that ends before it" in texts


def test_anchors_and_merge_keys_are_legal(tmp_path: Path) -> None:
    text = (
        "stores:\n"
        "  a: &a {engine: redis, backup: &b {base: weekly}, url: env://A}\n"
        "  b: {<<: *a, url: env://B}\n"
        "  c: {backup: *b, engine: postgres}\n"
        "  d: {<<: [{engine: valkey}, *a]}\n"
    )
    a, b, c, d = read(tmp_path, text).stores
    assert (str(a.url), str(b.url), b.engine) == ("env://A", "env://B", "redis")
    assert a.backup == b.backup == c.backup == d.backup
    assert (d.engine, str(d.url)) == ("valkey", "env://A")


def test_a_file_larger_than_five_megabytes_is_refused(tmp_path: Path) -> None:
    (mistake,) = mistakes_in(tmp_path, b"#" * 5_000_001)
    assert mistake.text == "the file is larger than 5 MB"
    assert read(tmp_path, b"stores: {db: {engine: redis}}\n".ljust(5_000_000, b"#")).stores


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n", "~", "\ufeff"])
def test_an_empty_file_is_a_mistake_that_shows_the_smallest_one(tmp_path: Path, text: str) -> None:
    (mistake,) = mistakes_in(tmp_path, text)
    assert mistake.text == "the file is empty"
    assert mistake.suggestion == "write stores: {db: {engine: postgres}}"


def test_bytes_that_are_no_utf8_are_named_at_their_place(tmp_path: Path) -> None:
    (mistake,) = mistakes_in(tmp_path, b"app: caf\xc3\xa9\nstores: {d\xe9b: {engine: redis}}")
    assert (mistake.line, mistake.column) == (2, 11)
    assert mistake.text == "byte 0xe9 is no UTF-8"
    (mistake,) = mistakes_in(tmp_path, "stores: {}".encode("utf-16"))
    assert (mistake.line, mistake.column, mistake.text) == (1, 1, "the file is UTF-16 text")


def test_control_characters_are_named_and_the_rest_is_still_read(tmp_path: Path) -> None:
    case = marked("app: «\x00shop\nstores: {db: {engine: «redsi}}«\x1b\n")
    mistakes = mistakes_in(tmp_path, case.text)
    assert [(each.line, each.column) for each in mistakes] == list(case.spots)
    assert mistakes[0].text == "control character U+0000"


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("missing", "No such file or directory."),
        ("folder", "a folder is there."),
        ("pipe", "it is no file."),
        ("unreadable", "error."),
        ("in a file", "Not a directory."),
    ],
)
def test_a_path_without_a_readable_file_is_named(tmp_path: Path, kind: str, says: str) -> None:
    path = tmp_path / "seawall.yaml"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "unreadable":
        path = Path("/proc/self/mem")
    elif kind == "in a file":
        path.write_text("")
        path /= "seawall.yaml"
    with pytest.raises(UsageError) as caught:
        load(path, ENGINES)
    assert caught.value.code == "SW-FILE-003"
    assert says in caught.value.happened
    assert str(path) in str(caught.value)


def test_a_path_that_cannot_be_one_is_named() -> None:
    with pytest.raises(UsageError) as caught:
        load(Path("a\0b"), ENGINES)
    assert caught.value.code == "SW-FILE-003"
