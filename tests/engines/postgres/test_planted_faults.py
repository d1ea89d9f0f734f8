"""Faults planted before any hash is taken: each is caught by what reads the content itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engines.postgres.harness import back_up, connect, fingerprint, opened, restored, run_sql
from seawall.capabilities import LOG
from seawall.engines.postgres import ENGINE, base_backup, dump
from seawall.engines.postgres.wal import parse_lsn
from seawall.errors import SeawallError
from seawall.model.artifact import Role
from seawall.model.fingerprint import compare
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from servers.folder import Taken


@pytest.fixture(scope="module", autouse=True)
def _filled(target: Target) -> None:
    run_sql(
        target,
        """
        CREATE ROLE lonely;
        CREATE TABLE filled AS SELECT n AS id, 'note ' || n AS note FROM generate_series(1, 500) n;
        CREATE TABLE twins AS SELECT 1 AS one, 2 AS two UNION ALL SELECT 3, 4;
        """,
    )


@pytest.fixture(scope="module")
def of_base(
    target: Target, sandboxes: Sandboxes, tmp_path_factory: pytest.TempPathFactory
) -> Taken:
    return back_up(target, sandboxes, tmp_path_factory.mktemp("base"), base_backup.METHOD)


def log_faults(taken: Taken, folder: Path, sandboxes: Sandboxes) -> tuple[str, ...]:
    for name in taken.pieces.names(Role.LOG):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if not (folder / name).exists():
            shutil.copy(taken.pieces.sink.folder / name, folder / name)
    return ENGINE.standalone(LOG).verify(folder, taken.details, sandboxes.programs)


def test_a_whole_log_has_no_fault(of_base: Taken, sandboxes: Sandboxes, tmp_path: Path) -> None:
    assert log_faults(of_base, tmp_path, sandboxes) == ()


def test_one_flipped_bit_of_the_log_is_found(
    of_base: Taken, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    log_faults(of_base, tmp_path, sandboxes)
    known = dict(of_base.details)
    size = int(known["segment_bytes"])
    start = parse_lsn(known["wal_start"])
    segment = tmp_path / of_base.pieces.names(Role.LOG)[0]
    with segment.open("r+b") as file:
        # In the body of the first record after the base's start: its head has 24 bytes.
        file.seek(start % size + 26)
        (byte,) = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte ^ 4]))
    (fault,) = log_faults(of_base, tmp_path, sandboxes)
    assert "cannot be read" in fault


def test_a_dropped_segment_is_found(of_base: Taken, sandboxes: Sandboxes, tmp_path: Path) -> None:
    name = of_base.pieces.names(Role.LOG)[0]
    log_faults(of_base, tmp_path, sandboxes)
    (tmp_path / name).unlink()
    faults = ENGINE.standalone(LOG).verify(tmp_path, of_base.details, sandboxes.programs)
    assert faults == (f"log segment {Path(name).name} is missing",)


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "bytes instead of"),
        (lambda path: path.write_bytes(b"\0" * path.stat().st_size), "belongs to another server"),
    ],
    ids=["cut short", "zeroed"],
)
def test_a_damaged_segment_is_found(
    of_base: Taken,
    sandboxes: Sandboxes,
    tmp_path: Path,
    damage: Callable[[Path], object],
    expected: str,
) -> None:
    log_faults(of_base, tmp_path, sandboxes)
    damage(tmp_path / of_base.pieces.names(Role.LOG)[0])
    (fault,) = ENGINE.standalone(LOG).verify(tmp_path, of_base.details, sandboxes.programs)
    assert expected in fault


def test_segments_under_each_others_names_are_found(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    taken = back_up(target, sandboxes, tmp_path / "pieces", base_backup.METHOD)
    names = taken.pieces.names(Role.LOG)
    folder = tmp_path / "log"
    log_faults(taken, folder, sandboxes)
    with connect(target) as connection:
        other = connection.execute(
            "SELECT pg_read_binary_file('pg_wal/' || pg_walfile_name(pg_current_wal_lsn()))"
        ).fetchone()
    assert other
    shutil.copy(folder / names[-1], folder / names[0]) if len(names) > 1 else (
        folder / names[0]
    ).write_bytes(other[0][8192:] + b"\0" * 8192)
    faults = ENGINE.standalone(LOG).verify(folder, taken.details, sandboxes.programs)
    assert "another part of the log" in faults[0]


def test_a_log_without_its_last_record_does_not_start(
    of_base: Taken, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    known = dict(of_base.details)
    size, target_place = int(known["segment_bytes"]), parse_lsn(known["wal_target"])
    folder = of_base.pieces.sink.folder
    path = folder / of_base.pieces.names(Role.LOG)[-1]
    whole = path.read_bytes()
    kept = target_place % size
    path.write_bytes(whole[:kept] + b"\0" * (size - kept))
    try:
        assert log_faults(of_base, tmp_path, sandboxes)
        with pytest.raises(SeawallError, match="recovery"), restored(sandboxes, of_base):
            pass
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        ("UPDATE filled SET note = 'note x' WHERE id = 7", "filled has the same 500 records"),
        ("DELETE FROM filled", "filled has 0 records, at the point it had 500"),
        ("UPDATE twins SET two = CASE one WHEN 1 THEN 4 ELSE 2 END", "twins has the same 2"),
        ("UPDATE twins SET one = two, two = one", "twins has the same 2"),
        ("ALTER TABLE twins RENAME one TO first", "twins has other fields or types"),
        ("DROP TABLE twins", "twins is missing"),
        ("DROP ROLE lonely", "role lonely is missing"),
        ("ALTER ROLE lonely CREATEDB", "role lonely differs"),
        ("CREATE INDEX extra ON filled (id)", "index public.extra was not in the source"),
        ("GRANT SELECT ON filled TO lonely", "grant table public.filled differs"),
    ],
)
def test_a_copy_that_differs_is_told_apart(
    of_base: Taken, sandbox: Target, damage: str, expected: str
) -> None:
    """Each damage is undone, so that one restored copy serves all of them."""
    with opened(sandbox) as client:
        client.session.run("BEGIN")
        client.session.run(f"SET LOCAL search_path = public; {damage}; SET LOCAL search_path = ''")
        compared = compare(of_base.at_point, fingerprint(client), 0)
    assert any(expected in difference for difference in compared.differences)


def test_the_untouched_copy_has_no_difference(of_base: Taken, sandbox: Target) -> None:
    with opened(sandbox) as client:
        assert compare(of_base.at_point, fingerprint(client), 0).differences == ()


@pytest.fixture(scope="module")
def sandbox(of_base: Taken, sandboxes: Sandboxes) -> object:
    with restored(sandboxes, of_base) as copy:
        yield copy


@pytest.mark.parametrize(
    ("piece", "old", "new", "expected"),
    [
        (dump.DUMP, b"\tnote 77\n", b"\tnote 78\n", "filled has the same 500 records"),
        (dump.GLOBALS, b"CREATE ROLE lonely;\n", b"", "role lonely is missing"),
    ],
    ids=["one row", "one role"],
)
def test_a_fault_inside_a_dump_loads_without_a_word_and_is_found(
    target: Target,
    sandboxes: Sandboxes,
    tmp_path: Path,
    piece: str,
    old: bytes,
    new: bytes,
    expected: str,
) -> None:
    taken = back_up(target, sandboxes, tmp_path, dump.METHOD)
    path = tmp_path / piece
    content = path.read_bytes()
    assert content.count(old) == 1
    if piece == dump.GLOBALS:
        lines = content.splitlines(keepends=True)
        path.write_bytes(b"".join(line for line in lines if b"lonely" not in line))
    else:
        path.write_bytes(content.replace(old, new))
    with restored(sandboxes, taken) as copy, opened(copy) as client:
        compared = compare(taken.at_point, fingerprint(client), 0)
    assert any(expected in difference for difference in compared.differences)
