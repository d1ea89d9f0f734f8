"""Broken YAML: every break is named where a reader must mend it, and the rest is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.datafile.marked import marked, mistakes_in, read

BROKEN = [
    ('app: «"shop\nstores: {db: {engine: redis}}\n', "this quote is never closed"),
    ("app: «'shop\nstores: {db: {engine: redis}}\n", "this quote is never closed"),
    ("stores: «{db: {engine: redis}\n", "this bracket is never closed"),
    ("stores:\n  db: «{engine: redis\n  other: {engine: redis}\n", "this bracket is never closed"),
    ("stores: {db: {engine: redis}}\nlinks: «[\n", "this bracket is never closed"),
    ("stores: {db: {engine: redis}}«}\n", "this does not belong here"),
    ("stores: {db: {engine: redis}}\nlinks: «[{every: '{'}, # [\n", "this bracket is never closed"),
    (
        "links:\n  - every: «[orders.b.c\n    exists_in: x.y.z\nstores: {a: {engine: redis}}\n",
        "this bracket is never closed",
    ),
    (
        "links:\n  - {every: a.b.c\n    exists_in«: a.y.z}\nstores: {a: {engine: redis}}\n",
        "a ',' or a closing bracket is expected here",
    ),
    ("stores: {db: {engine: redis«]}\n", "a ',' or a closing bracket is expected here"),
    ('{"stores": {"db": {"engine": "redis" «"url": "env://X"}}}', "a closing bracket is expected"),
    ("app: shop«: x\nstores: {db: {engine: redis}}\n", "a ':' is not expected here"),
    ("stores:\n  db:\n    engine: redis\n   «url: env://X\n", "this does not belong here"),
    ("stores: {db: {engine: redis}}\n«- x\n", "this does not belong here"),
    ("stores: {db: {engine: redis}}\n«nonsense\n", "there is no ':' after this"),
    ("app: «@shop\nstores: {db: {engine: redis}}\n", "a text cannot begin like this"),
    ("app: «%shop\nstores: {db: {engine: redis}}\n", "a text cannot begin like this"),
    ('app: "a«\\q"\nstores: {db: {engine: redis}}\n', "there is no such escape"),
    ("app: «|x\n y\nstores: {db: {engine: redis}}\n", "a text that starts with | or >"),
    ("app: «!<x y\nstores: {db: {engine: redis}}\n", "a text that starts with ! needs quotes"),
    ("app: «!e!x y\nstores: {db: {engine: redis}}\n", "tags are not used in this file"),
    ("app: «*\nstores: {db: {engine: redis}}\n", "a text that starts with * needs quotes"),
    ("app: «&\nstores: {db: {engine: redis}}\n", "a text that starts with & needs quotes"),
    ("app: «]\nstores: {db: {engine: redis}}\n", "a value is expected here"),
    ("links: «- a\nstores: {db: {engine: redis}}\n", "a '-' is not expected here"),
    ("stores: {db: {engine: redis}}\n...\n«more\n", "text after the end of the document"),
    ("«%YAML 3.0\n---\nstores: {db: {engine: redis}}\n", "this version of YAML is not known"),
    ("stores: {db: {engine: redis}}\n«---\napp: shop\n", "a second document begins here"),
]

TABS = [
    "stores:\n«\tdb: {engine: redis}«}\n",
    "stores:\n«\tdb: {engine: redis}\n",
    "stores:\n  db:\n«\t\tengine: redis\n",
    "stores:\n  db:\n    engine: redis\n«\turl: env://X\n",
    "stores:\n«\tdb:\n«\t\tengine: redis\n«\t\tbackup:\n«\t\t\tbase: «dayly\n",
    "stores:\n  db:\n  «\tengine: redis\n    backup: «non\n",
    "links:\n-«\tevery: a.b.c\n  exists_in: a.b.c\nstores: {a: {engine: redis}}\n",
]


@pytest.mark.parametrize(("text", "says"), BROKEN)
def test_a_break_is_named_where_it_must_be_mended(tmp_path: Path, text: str, says: str) -> None:
    case = marked(text)
    mistakes = mistakes_in(tmp_path, case.text)
    assert [(each.line, each.column) for each in mistakes] == list(case.spots)
    assert says in mistakes[0].text
    assert mistakes[0].suggestion


@pytest.mark.parametrize("text", TABS)
def test_each_tab_that_yaml_refuses_is_named_and_the_rest_is_still_read(
    tmp_path: Path, text: str
) -> None:
    case = marked(text)
    mistakes = mistakes_in(tmp_path, case.text)
    assert [(each.line, each.column) for each in mistakes] == list(case.spots)
    assert "tab" in mistakes[0].text


@pytest.mark.parametrize(
    "text",
    [
        '{\n\t"stores": {\n\t\t"db": {"engine": "redis"}\n\t}\n}\n',
        "app:\tshop\nstores:\t{db: {engine:\tredis}}\t# all of them\n",
        "# a comment\n\n\nstores:\r\n  db:\r\n    engine: redis\r\n",
        "\ufeffstores: {db: {engine: redis}}\n",
        "---\nstores: {db: {engine: redis}}\n...\n",
        '%YAML 1.1\n---\n"stores":\n  ? db\n  : !!map {engine: !!str redis}\n',
    ],
)
def test_other_ways_to_write_the_same_are_legal(tmp_path: Path, text: str) -> None:
    assert [store.engine for store in read(tmp_path, text).stores] == ["redis"]


def test_a_byte_order_mark_moves_no_column(tmp_path: Path) -> None:
    (mistake,) = mistakes_in(tmp_path, "\ufeffstores: {db: {engine: x}}\n")
    assert (mistake.line, mistake.column) == (1, 23)


def test_several_breaks_and_other_mistakes_are_named_in_one_run(tmp_path: Path) -> None:
    case = marked(
        'app: «"shop\n'
        "objectives: {rto: «1 hour}\n"
        "stores:\n"
        "  orders: «{engine: postgres\n"
        "  cache: {engine: «reddis}\n"
        "  live:\n"
        "    engine: «[redis\n"
        "    url: «hunter2\n"
        "links:\n"
        "  - every: «'orders.orders.id\n"
        "    exists_in: live.f.id\n"
        "  - {every: «cache.x, exists_in: live.f.id}\n"
    )
    mistakes = mistakes_in(tmp_path, case.text)
    assert [(each.line, each.column) for each in mistakes] == list(case.spots)


def test_what_a_broken_line_takes_along_is_not_called_missing(tmp_path: Path) -> None:
    case = marked(
        "stores:\n  a:\n    engine: «[redis\n  b: «'\nlinks: [{every: a.f.x, exists_in: b.f.x}]\n"
    )
    mistakes = mistakes_in(tmp_path, case.text)
    assert [(each.line, each.column) for each in mistakes] == list(case.spots)


def test_a_file_that_is_broken_everywhere_still_ends_in_mistakes(tmp_path: Path) -> None:
    text = "".join(f"k{number}: 'x\n" for number in range(501))
    assert len(mistakes_in(tmp_path, text)) == 501


def test_more_tabs_than_are_worth_naming_end_in_a_hundred_mistakes(tmp_path: Path) -> None:
    text = "stores:\n" + "".join(f"\ts{number}: {{engine: redis}}\n" for number in range(300))
    assert len(mistakes_in(tmp_path, text)) == 100
