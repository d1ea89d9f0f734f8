"""Faults planted before any hash is taken: each is caught by what reads the content itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engines.mariadb.harness import back_up, clear, fingerprint, opened, restored
from engines.mariadb.seed import run_sql
from seawall.capabilities import LOG
from seawall.engines.mariadb import ENGINE, base_backup, dump
from seawall.engines.mariadb.binlog import read_events
from seawall.errors import SeawallError
from seawall.model.artifact import Role
from seawall.model.fingerprint import compare
from seawall.model.target import Target
from seawall.servers.local import LocalServer
from seawall.servers.sandboxes import Sandboxes
from servers.folder import Taken

CONTENT = """
CREATE USER test_lonely@localhost IDENTIFIED BY 'canary-lonely';
CREATE TABLE filled (id int PRIMARY KEY, note varchar(50), KEY (note));
INSERT INTO filled SELECT seq, concat('note ', seq) FROM seq_1_to_500;
CREATE TABLE twins (one int, two int);
INSERT INTO twins VALUES (1, 2), (3, 4);
"""
CHANGES = (
    "UPDATE filled SET note = 'first' WHERE id = 1; FLUSH BINARY LOGS;"
    "UPDATE filled SET note = 'second' WHERE id = 2; UPDATE filled SET note = 'third' WHERE id = 3"
)


@pytest.fixture(scope="module")
def source(server: LocalServer) -> Target:
    target = server.up()
    clear(target)
    run_sql(target, CONTENT)
    return target


@pytest.fixture(scope="module")
def boxes(home: Path, source: Target) -> Sandboxes:
    assert source.programs
    return Sandboxes(ENGINE, "app", (), home, source.programs)


@pytest.fixture(scope="module")
def of_base(source: Target, boxes: Sandboxes, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    folder = tmp_path_factory.mktemp("base")
    return back_up(source, boxes, folder, base_backup.METHOD, lambda: run_sql(source, CHANGES))


@pytest.fixture(scope="module")
def sandbox(of_base: Taken, boxes: Sandboxes) -> Iterator[Target]:
    with restored(boxes, of_base) as copy:
        yield copy


@pytest.fixture
def log(of_base: Taken, tmp_path: Path) -> list[Path]:
    """Copies of the log's pieces, to be damaged."""
    paths = [tmp_path / name for name in of_base.pieces.names(Role.LOG)]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        shutil.copy(of_base.pieces.sink.folder / "binlog" / path.name, path)
    return paths


def faults(of_base: Taken, log: list[Path]) -> tuple[str, ...]:
    return ENGINE.standalone(LOG).verify(log[0].parent.parent, of_base.details, None)


def test_a_whole_log_has_no_fault(of_base: Taken, log: list[Path]) -> None:
    assert len(log) == 2
    assert faults(of_base, log) == ()


def test_every_single_flipped_bit_of_an_event_is_found(of_base: Taken, log: list[Path]) -> None:
    content = log[1].read_bytes()
    for place in range(0, len(content), 7):
        damaged = bytearray(content)
        damaged[place] ^= 4
        log[1].write_bytes(damaged)
        assert faults(of_base, log), place


def test_a_log_without_checksums_is_read_as_well(
    source: Target, boxes: Sandboxes, tmp_path: Path
) -> None:
    run_sql(source, "SET GLOBAL binlog_checksum = NONE")
    try:
        change = "UPDATE filled SET note = note WHERE id = 1; CREATE TABLE x (a int); DROP TABLE x"
        taken = back_up(
            source, boxes, tmp_path, base_backup.METHOD, lambda: run_sql(source, change)
        )
    finally:
        run_sql(source, "SET GLOBAL binlog_checksum = CRC32")
    assert ENGINE.standalone(LOG).verify(tmp_path, taken.details, None) == ()
    with restored(boxes, taken) as copy, opened(copy) as client:
        assert compare(taken.at_point, fingerprint(client), 0).differences == ()


def cut_short(paths: list[Path]) -> None:
    paths[1].write_bytes(paths[1].read_bytes()[:-1])


def without_the_last_transaction(paths: list[Path]) -> None:
    *_, last = [event.place for event in read_events(paths[1]) if event.kind == 162]
    paths[1].write_bytes(paths[1].read_bytes()[:last])


def without_a_transaction_in_the_middle(paths: list[Path]) -> None:
    (first,) = [event.place for event in read_events(paths[0]) if event.kind == 162][-1:]
    (rotate,) = [event.place for event in read_events(paths[0]) if event.kind == 4]
    content = paths[0].read_bytes()
    paths[0].write_bytes(content[:first] + content[rotate:])


def exchanged(paths: list[Path]) -> None:
    one, two = (path.read_bytes() for path in paths)
    paths[0].write_bytes(two)
    paths[1].write_bytes(one)


def with_another(paths: list[Path]) -> None:
    shutil.copy(paths[1], paths[1].with_name("binlog.999999"))


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (cut_short, "the chain of its events breaks"),
        (without_the_last_transaction, "and the cut is at"),
        (without_a_transaction_in_the_middle, "the chain of its events breaks"),
        (exchanged, "binlog"),
        (with_another, "does not belong to this backup"),
        (lambda paths: paths[0].unlink(), "is missing"),
        (lambda paths: paths[1].write_bytes(b""), "no binary log"),
        (lambda paths: paths[1].write_bytes(b"\xfebin"), "holds no event"),
    ],
)
def test_a_damaged_log_is_found(
    of_base: Taken, log: list[Path], damage: Callable[[list[Path]], object], expected: str
) -> None:
    damage(log)
    found = faults(of_base, log)
    assert any(expected in each for each in found), found


def test_a_log_that_lost_a_transaction_before_a_file_is_found_by_its_counting(
    of_base: Taken, log: list[Path]
) -> None:
    events = list(read_events(log[0]))
    (last,) = [event.place for event in events if event.kind == 162][-1:]
    content = log[0].read_bytes()
    log[0].write_bytes(content[:last])
    assert any("transactions are missing before it" in each for each in faults(of_base, log))


@pytest.mark.parametrize(
    ("damage", "undo", "expected"),
    [
        (
            "UPDATE filled SET note = 'note x' WHERE id = 7",
            "UPDATE filled SET note = 'note 7' WHERE id = 7",
            "filled has the same 500 records",
        ),
        (
            "DELETE FROM twins WHERE one = 3",
            "INSERT INTO twins VALUES (3, 4)",
            "twins has 1 record",
        ),
        (
            "UPDATE twins SET two = CASE one WHEN 1 THEN 4 ELSE 2 END",
            "UPDATE twins SET two = CASE one WHEN 1 THEN 2 ELSE 4 END",
            "twins has the same 2",
        ),
        (
            "ALTER TABLE twins RENAME COLUMN one TO first",
            "ALTER TABLE twins RENAME COLUMN first TO one",
            "twins has other fields or types",
        ),
        ("RENAME TABLE twins TO t", "RENAME TABLE t TO twins", "twins is missing"),
        ("ALTER TABLE filled DROP KEY note", "ALTER TABLE filled ADD KEY (note)", "table filled"),
        ("CREATE VIEW extra AS SELECT 1", "DROP VIEW extra", "view extra was not in the source"),
        (
            "GRANT SELECT ON app.* TO test_lonely@localhost",
            "REVOKE SELECT ON app.* FROM test_lonely@localhost",
            "account test_lonely@localhost differs",
        ),
        ("CREATE ROLE test_more", "DROP ROLE test_more", "role test_more was not in the source"),
    ],
)
def test_a_copy_that_differs_is_told_apart(
    of_base: Taken, sandbox: Target, damage: str, undo: str, expected: str
) -> None:
    """Each damage is undone, so that one restored copy serves all of them."""
    run_sql(sandbox, damage)
    try:
        with opened(sandbox) as client:
            compared = compare(of_base.at_point, fingerprint(client), 0)
    finally:
        run_sql(sandbox, undo)
    assert any(expected in difference for difference in compared.differences), compared
    with opened(sandbox) as client:
        assert compare(of_base.at_point, fingerprint(client), 0).differences == ()


@pytest.mark.parametrize(
    ("piece", "old", "new", "expected"),
    [
        (dump.DUMP, b"'note 77'", b"'note 78'", "filled has the same 500 records"),
        (dump.ACCOUNTS, b"test_lonely", b"test_other_", "account test_lonely@localhost is missing"),
    ],
    ids=["one row", "one account"],
)
def test_a_fault_inside_a_dump_loads_without_a_word_and_is_found(
    source: Target,
    boxes: Sandboxes,
    tmp_path: Path,
    piece: str,
    old: bytes,
    new: bytes,
    expected: str,
) -> None:
    taken = back_up(source, boxes, tmp_path, dump.METHOD)
    content = (tmp_path / piece).read_bytes()
    assert content.count(old) >= 1
    (tmp_path / piece).write_bytes(content.replace(old, new))
    with restored(boxes, taken) as copy, opened(copy) as client:
        compared = compare(taken.at_point, fingerprint(client), 0)
    assert any(expected in difference for difference in compared.differences)


def half_a_base(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("damage", "codes"),
    [
        (half_a_base, {"SW-MARIADB-003", "SW-MARIADB-011"}),
        (lambda path: path.write_bytes(b""), {"SW-MARIADB-011"}),
    ],
    ids=["half", "nothing"],
)
def test_an_incomplete_base_is_not_restored(
    source: Target,
    boxes: Sandboxes,
    tmp_path: Path,
    damage: Callable[[Path], object],
    codes: set[str],
) -> None:
    taken = back_up(source, boxes, tmp_path, base_backup.METHOD)
    damage(tmp_path / base_backup.BASE)
    with pytest.raises(SeawallError) as caught, restored(boxes, taken):
        pass
    assert caught.value.code in codes
