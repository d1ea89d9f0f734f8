"""How a store is opened, and what is said when it cannot be."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engines.mariadb.harness import ask, back_up, opened
from engines.mariadb.seed import run_sql
from seawall.capabilities import BACKUP, STATUS
from seawall.engines.mariadb import ENGINE, base_backup
from seawall.engines.mariadb.client import MariadbClient, open_session
from seawall.engines.mariadb.login import option_file
from seawall.engines.mariadb.note import Note
from seawall.engines.mariadb.private import private_server
from seawall.engines.mariadb.tools import Workshop
from seawall.engines.mariadb.versions import Version, is_supported
from seawall.errors import RefusedError, SeawallError, UsageError
from seawall.model.location import Location
from seawall.model.secret import Secret
from seawall.model.target import Target
from seawall.servers.local import LocalServer
from seawall.servers.sandboxes import Sandboxes
from servers.real import surroundings, temporary_home

ODD_PASSWORD = "p\\w\"' #;=[x]\té🌊%/@:"  # noqa: S105 - a test's own


def test_a_password_of_every_special_character_reaches_driver_and_programs(
    target: Target, tmp_path: Path
) -> None:
    quoted = ODD_PASSWORD.replace("\\", "\\\\").replace("'", "''")
    run_sql(target, f"CREATE USER test_odd@'127.0.0.1' IDENTIFIED BY '{quoted}'")
    run_sql(target, "GRANT ALL ON *.* TO test_odd@'127.0.0.1'")
    login = target.location.with_login("test_odd", Secret(ODD_PASSWORD))
    odd = replace(target, location=Location.parse(login.url()))
    with opened(odd) as client:
        assert ENGINE.require(STATUS, client).read().product == "MariaDB"
    workshop = Workshop("x", target.programs, tmp_path)
    with workshop.option_file(odd) as given:
        assert workshop.feed("mariadb", given, "--batch", "-Ne", "SELECT 1") == b"1\n"
    assert list(tmp_path.iterdir()) == []
    assert "canary" not in option_file(target)


def test_a_socket_is_a_way_too(target: Target) -> None:
    path = str(ask(target, "SELECT @@socket"))
    run_sql(target, "CREATE USER test_local@localhost IDENTIFIED BY 'canary-local'")
    run_sql(target, "GRANT SELECT ON app.* TO test_local@localhost")
    password = Secret("canary-local")
    for location in (
        Location("mariadb", path, 0, "test_local", password, "app"),
        Location("mariadb", "", 0, "test_local", password, "app", (("unix_socket", path),)),
    ):
        with opened(Target("x", location)) as client:
            assert client.session.value("SELECT 1") == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"database": ""}, "SW-MARIADB-006"),
        ({"database": "nowhere"}, "SW-CONNECT-002"),
        ({"options": (("no-such", "1"),)}, "SW-CONNECT-003"),
        ({"options": (("ssl-mode", "perhaps"),)}, "SW-CONNECT-003"),
        ({"host": "/nowhere/at/all"}, "SW-CONNECT-001"),
    ],
)
def test_what_is_wrong_with_a_url_is_said(
    target: Target, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(SeawallError) as caught:
        ENGINE.connect(replace(target, location=replace(target.location, **change)))
    assert caught.value.code == code
    assert target.location.password.reveal() not in str(caught.value)


def test_a_server_without_tls_is_not_talked_to_where_it_was_asked_for(target: Target) -> None:
    for mode in ("required", "verify_ca"):
        location = replace(target.location, options=(("ssl-mode", mode),))
        with pytest.raises(SeawallError) as caught:
            ENGINE.connect(replace(target, location=location))
        assert caught.value.code == "SW-CONNECT-004"
        assert "take `ssl-mode` out" in caught.value.hint
    location = replace(target.location, options=(("ssl-mode", "preferred"),))
    with opened(replace(target, location=location)):
        pass


def test_without_its_driver_the_extra_is_named(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(RefusedError) as caught:
        ENGINE.connect(target)
    assert caught.value.code == "SW-MARIADB-010"


@pytest.mark.parametrize(
    ("greeting", "shown", "is_known"),
    [
        ("5.5.5-10.11.19-MariaDB-0+deb12u1-log", "MariaDB 10.11.19", True),
        ("11.4.2-MariaDB-ubu2404", "MariaDB 11.4.2", True),
        ("10.5.29-MariaDB", "MariaDB 10.5.29", False),
        ("13.0.1-MariaDB", "MariaDB 13.0.1", False),
        ("8.0.40", "MySQL 8.0.40", True),
        ("9.1.0-commercial", "MySQL 9.1.0", True),
        ("5.7.44-log", "MySQL 5.7.44", False),
    ],
)
def test_versions_are_told_apart(greeting: str, shown: str, is_known: bool) -> None:
    version = Version.parse(greeting)
    assert version.shown == shown
    assert is_supported(version) is is_known


def test_an_unsupported_server_is_refused(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seawall.engines.mariadb.client.is_supported", lambda _: False)
    with pytest.raises(RefusedError) as caught:
        ENGINE.connect(target)
    assert caught.value.code == "SW-ENGINE-003"


def test_a_program_that_fails_or_is_missing_is_named(target: Target, tmp_path: Path) -> None:
    workshop = Workshop("x", target.programs, tmp_path)
    with pytest.raises(SeawallError) as failed:
        workshop.feed("mbstream", "--no-such-option")
    with pytest.raises(RefusedError) as missing:
        workshop.feed("mariadb-nothing")
    with pytest.raises(RefusedError):
        Workshop("x", None, tmp_path).path("mariadb")
    assert failed.value.code == "SW-MARIADB-003"
    assert missing.value.code == "SW-MARIADB-004"


def test_programs_laid_as_a_distribution_lays_them_make_a_base(target: Target) -> None:
    assert target.programs
    with temporary_home() as home:
        for name in ("sbin", "bin"):
            (home / "usr" / name).mkdir(parents=True)
        for program in target.programs.folder.iterdir():
            where = "sbin" if program.name == "mariadbd" else "bin"
            (home / "usr" / where / program.name).symlink_to(program)
        (home / "usr" / "tree").symlink_to(target.programs.folder.parent / "tree")
        around = replace(surroundings(), provider=str(home / "usr" / "sbin"))
        local = LocalServer(ENGINE, "split", home, around)
        with opened(local.up()) as client:
            assert ENGINE.choose(BACKUP, client).method == base_backup.METHOD


def test_a_refused_statement_and_a_lost_connection_are_told_apart(target: Target) -> None:
    with opened(target) as client:
        with pytest.raises(SeawallError) as refused:
            client.session.run("SELEKT")
        session = client.open_session()
        session.abort()
        with pytest.raises(SeawallError) as lost:
            session.run("SELECT 1")
        session.close()
    assert refused.value.code == "SW-MARIADB-002"
    assert lost.value.code == "SW-CONNECT-001"


def test_a_reader_that_stops_early_does_not_drag_the_rest_along(target: Target) -> None:
    run_sql(
        target,
        "CREATE TABLE t (a varchar(200)); INSERT INTO t SELECT repeat('x', 200)"
        " FROM seq_1_to_20000",
    )
    session = open_session(target)
    rows = session.raw_rows("SELECT a FROM t")
    assert len(next(rows)) == 201
    rows.close()  # type: ignore[attr-defined]
    with pytest.raises(SeawallError):
        session.run("SELECT 1")
    session.close()


def test_a_row_of_more_than_one_packet_is_one_row(target: Target) -> None:
    session = open_session(target)
    (row,) = session.raw_rows("SELECT repeat('x', 40000000), NULL")
    assert len(row) == 9 + 40_000_000 + 1
    assert session.value("SELECT 1") == 1
    session.close()


def test_a_data_folder_that_no_server_opens_says_so(sandboxes: Sandboxes) -> None:
    with sandboxes.place() as place:
        (place.data / "ibdata1").write_text("nothing")
        workshop = Workshop("x", place.programs, place.folder, place.os_user)
        with pytest.raises(SeawallError) as caught, private_server(place, workshop, Note()):
            pass
    assert caught.value.code == "SW-MARIADB-012"


def test_a_base_without_a_place_in_the_log_is_not_kept(
    target: Target, sandboxes: Sandboxes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base_backup, "INFO", "nothing*")
    with pytest.raises(SeawallError) as caught:
        back_up(target, sandboxes, tmp_path, base_backup.METHOD)
    assert caught.value.code == "SW-MARIADB-008"


def test_a_url_without_options_is_enough() -> None:
    location = Location.parse("mariadb://me:secret@db.example:3307/shop?ssl-mode=VERIFY_IDENTITY")
    text = option_file(Target("x", location))
    assert 'port="3307"' in text
    assert "ssl-verify-server-cert=ON" in text
    with pytest.raises(UsageError):
        option_file(Target("x", replace(location, options=(("ssl", "1"),))))
    assert MariadbClient(Target("x", location)).database == "shop"
