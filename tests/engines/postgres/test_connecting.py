"""Connecting: every refusal has its code, no text has a secret, and TLS reaches the programs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engines.postgres.harness import METHODS, back_up, opened, restored, run_sql
from seawall.capabilities import COLLECTIONS
from seawall.engines.postgres import ENGINE, dump
from seawall.engines.postgres.failures import connect_failure, statement_failure, unsupported
from seawall.engines.postgres.login import program_environment
from seawall.errors import RefusedError, SeawallError, UnreachableError, UsageError
from seawall.model.location import Location
from seawall.model.target import Target
from seawall.servers.local import LocalServer
from seawall.servers.programs import list_programs
from seawall.servers.sandboxes import Sandboxes
from servers.real import surroundings

SECRET = "canary-secret"  # noqa: S105 - a canary
TARGET = Target("db", Location.parse(f"postgres://u:{SECRET}@h:1/d"))


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        ("connection refused", UnreachableError, "SW-CONNECT-001"),
        ('FATAL:  password authentication failed for user "u"', UnreachableError, "SW-CONNECT-002"),
        ('FATAL:  no pg_hba.conf entry for host "h"', UnreachableError, "SW-CONNECT-002"),
        ('FATAL:  database "d" does not exist', UnreachableError, "SW-CONNECT-002"),
        ("FATAL:  sorry, too many clients already", UnreachableError, "SW-CONNECT-001"),
        ('invalid connection option "x"', UsageError, "SW-CONNECT-003"),
        (
            "FATAL:  database locale is incompatible with operating system",
            RefusedError,
            "SW-POSTGRES-005",
        ),
    ],
)
def test_a_failure_to_connect_has_its_code_and_no_secret(
    said: str, kind: type[SeawallError], code: str
) -> None:
    error = connect_failure(TARGET, said)
    assert type(error) is kind
    assert error.code == code
    assert SECRET not in str(error)


def test_a_missing_library_is_a_sandbox_that_differs_and_no_bad_backup() -> None:
    said = 'could not access file "$libdir/postgis-3": No such file or directory'
    error = statement_failure("db", "58P01", said, is_lost=False)
    assert error.code == "SW-POSTGRES-005"
    assert "postgis-3" in str(error)


def test_a_version_outside_the_row_is_refused_by_number() -> None:
    error = unsupported("db", 13)
    assert error.code == "SW-ENGINE-003"
    assert "PostgreSQL 13" in str(error)


def test_an_option_that_the_driver_does_not_know_is_a_mistake_in_the_url(target: Target) -> None:
    location = replace(target.location, options=(("sslmodus", "require"),))
    with pytest.raises(UsageError) as caught:
        ENGINE.connect(replace(target, location=location))
    assert caught.value.code == "SW-CONNECT-003"


def test_programs_get_the_login_through_their_environment() -> None:
    location = replace(TARGET.location, options=(("sslmode", "verify-full"), ("sslrootcert", "c")))
    environment = program_environment(replace(TARGET, location=location))
    assert environment["PGPASSWORD"] == SECRET
    assert environment["PGHOST"] == "h"
    assert environment["PGSSLMODE"] == "verify-full"
    assert environment["PGSSLROOTCERT"] == "c"


def test_a_database_named_like_an_injection_is_only_a_name(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    name = '\'; drop "x" -- é'
    quoted = '"' + name.replace('"', '""') + '"'
    run_sql(target, f"CREATE DATABASE {quoted}")
    other = replace(target, location=replace(target.location, database=name))
    run_sql(other, "CREATE TABLE kept AS SELECT 1 AS id")
    taken = back_up(other, sandboxes, tmp_path, dump.METHOD)
    with restored(sandboxes, taken) as copy, opened(copy) as client:
        assert copy.location.database == name
        listed = ENGINE.require(COLLECTIONS, client).list()
    assert [each.name for each in listed] == ["kept"]


@pytest.fixture(scope="module")
def secure(home: Path) -> Iterator[tuple[Target, Path]]:
    """A server with TLS: only a distribution's is built with it."""
    system = replace(surroundings(), provider="system")
    openssl = shutil.which("openssl")
    if openssl is None or not list(list_programs(ENGINE, system)):
        pytest.skip("needs the system's PostgreSQL and openssl")
    local = LocalServer(ENGINE, "secure", home, system)
    target = local.up()
    data = local.folder / "data"
    authority = home / "ca.pem"
    arguments = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=127.0.0.1",
    ]
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(data / "server.key"), "-out", str(data / "server.crt")]
    subprocess.run([openssl, *arguments, *names, *files], check=True, capture_output=True)
    shutil.copy(data / "server.crt", authority)
    for name in ("server.key", "server.crt"):
        shutil.chown(data / name, data.stat().st_uid, data.stat().st_gid)
        (data / name).chmod(0o600)
    run_sql(target, "ALTER SYSTEM SET ssl = on")
    local.stop()
    target = local.up()
    options = (("sslmode", "verify-full"), ("sslrootcert", str(authority)))
    yield replace(target, location=replace(target.location, options=options)), authority
    local.stop()


@METHODS
def test_a_backup_over_tls_by_the_servers_own_programs(
    secure: tuple[Target, Path], home: Path, tmp_path: Path, method: str
) -> None:
    target, _ = secure
    run_sql(target, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 1 AS id")
    assert target.programs
    back_up(target, Sandboxes(ENGINE, "secure", (), home, target.programs), tmp_path, method)
    assert list(tmp_path.iterdir())


def test_a_dump_over_tls_by_the_wheels_programs_which_are_built_without_it(
    secure: tuple[Target, Path], sandboxes: Sandboxes, tmp_path: Path
) -> None:
    target, _ = secure
    if sandboxes.programs.provider != "wheel":
        pytest.skip("the wheel's programs are not under test")
    newer = replace(target, programs=sandboxes.programs)
    taken = back_up(newer, sandboxes, tmp_path, dump.METHOD)
    with restored(sandboxes, taken) as copy, opened(copy) as client:
        assert client.session.major == int(sandboxes.programs.version.split(".")[0])
