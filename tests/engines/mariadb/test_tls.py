"""Servers with a certificate: who is let through, what is refused, and that the programs agree."""

from __future__ import annotations

import shutil
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engines.mariadb.harness import as_login, back_up, opened
from engines.mariadb.seed import run_sql
from interfaces.cli.conftest import make_command
from seawall.capabilities import SERVER
from seawall.capabilities.server import RunTool, StartCommand
from seawall.engines.mariadb import ENGINE, base_backup
from seawall.engines.mariadb.login import driver_parameters
from seawall.engines.mariadb.tools import Workshop
from seawall.errors import SeawallError, UnreachableError
from seawall.model.location import Location
from seawall.model.place import Place
from seawall.model.target import Target
from seawall.servers.local import LocalServer
from seawall.servers.os_users import give_to
from seawall.servers.sandboxes import Sandboxes
from servers.certificates import Authority, Certificate
from servers.real import missing_engines, surroundings, temporary_home

CIPHER = "SHOW SESSION STATUS LIKE 'Ssl_cipher'"
PLAIN = ENGINE.standalone(SERVER)


class TlsServer:
    """The row's own server with a certificate in the folder of its home."""

    def create(self, place: Place, run: RunTool) -> None:
        PLAIN.create(place, run)

    def command(self, place: Place) -> StartCommand:
        started = PLAIN.command(place)
        keys = place.folder.parents[1] / "keys"
        give_to(keys, place.os_user)
        named = (("ca", "ca.pem"), ("cert", "server.pem"), ("key", "server.key"))
        options = tuple(f"--ssl-{name}={keys / file}" for name, file in named)
        return replace(started, argv=(*started.argv, *options))

    def sandbox_command(self, place: Place) -> StartCommand:
        return PLAIN.sandbox_command(place)

    def location(self, place: Place) -> Location:
        return PLAIN.location(place)


@dataclass(frozen=True)
class Secure:
    """A server with TLS and the authority of its certificate."""

    target: Target
    home: Path
    authority: Authority

    @property
    def keys(self) -> Path:
        """The server's own certificate, key and authority."""
        return self.home / "keys"

    def at(self, **options: str) -> Target:
        """The server, with options of the connection."""
        pairs = tuple((name.replace("_", "-"), value) for name, value in options.items())
        return replace(self.target, location=replace(self.target.location, options=pairs))

    def verified(self, **options: str) -> Target:
        """The same, its certificate checked."""
        root = str(self.authority.certificate)
        return self.at(ssl_mode="verify_identity", ssl_ca=root, **options)

    @contextmanager
    def presenting(self, certificate: Certificate) -> Iterator[None]:
        """The server shows another certificate for a while."""
        names = ("server.pem", "server.key")
        kept = {name: (self.keys / name).read_bytes() for name in names}
        self._show(certificate.pem.read_bytes(), certificate.key.read_bytes())
        try:
            yield
        finally:
            self._show(*(kept[name] for name in names))

    def _show(self, pem: bytes, key: bytes) -> None:
        (self.keys / "server.pem").write_bytes(pem)
        (self.keys / "server.key").write_bytes(key)
        run_sql(self.target, "FLUSH SSL")


@pytest.fixture(scope="module")
def secure() -> Iterator[Secure]:
    if "mariadb" in missing_engines():
        pytest.skip(f"no programs: {missing_engines()['mariadb']}")
    engine = ENGINE.variant(
        "mariadb",
        schemes=ENGINE.schemes,
        server_versions=ENGINE.server_versions,
        tested_on="",
        replaces=(SERVER.by(TlsServer),),
    )
    with temporary_home() as home:
        authority = Authority(home / "authority")
        (home / "keys").mkdir()
        authority.issue("server", home / "keys", "127.0.0.1")
        shutil.copy(authority.certificate, home / "keys" / "ca.pem")
        local = LocalServer(engine, "secure", home, surroundings())
        yield Secure(local.up(), home, authority)
        local.stop()


def refusal(target: Target) -> UnreachableError:
    """Why the server is not connected to."""
    with pytest.raises(UnreachableError) as caught, opened(target):
        pass
    assert target.location.password.reveal() not in str(caught.value)
    return caught.value


def by_program(target: Target, folder: Path) -> str:
    """The cipher by which a program of MariaDB is connected; its last lines where it is not."""
    workshop = Workshop("x", target.programs, folder)
    try:
        with workshop.option_file(target) as login:
            return workshop.feed("mariadb", login, "-Ne", CIPHER).decode()
    except SeawallError as error:
        return error.happened


def test_a_backup_over_tls_with_a_clients_certificate(secure: Secure, tmp_path: Path) -> None:
    run_sql(secure.target, "CREATE TABLE kept (id int PRIMARY KEY); INSERT INTO kept VALUES (1)")
    login = replace(secure, target=as_login(secure.target, "test_tls", "ALL ON *.*"))
    run_sql(secure.target, "ALTER USER test_tls@'127.0.0.1' REQUIRE X509")
    certificate = secure.authority.issue("client", tmp_path, "client")
    named = {"ssl_cert": str(certificate.pem), "ssl_key": str(certificate.key)}
    assert refusal(login.verified()).code == "SW-CONNECT-002"
    target = login.verified(**named)
    assert target.programs
    sandboxes = Sandboxes(ENGINE, "copy", (), secure.home, target.programs)
    taken = back_up(target, sandboxes, tmp_path / "pieces", base_backup.METHOD)
    assert taken.at_point.records == 1


@pytest.mark.parametrize("mode", ["required", "preferred", "verify_ca", "verify_identity"])
def test_driver_and_programs_speak_tls(secure: Secure, tmp_path: Path, mode: str) -> None:
    options = {"ssl_ca": str(secure.authority.certificate)} if mode.startswith("verify") else {}
    target = secure.at(ssl_mode=mode, **options)
    with opened(target) as client:
        assert client.session.rows(CIPHER)[0][1]
    assert "TLS" in by_program(target, tmp_path)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("expired", "expired"),
        ("self-signed", "self-signed"),
        ("for another host", "not valid for"),
        ("of nobody known", "unable to get local issuer"),
    ],
)
def test_a_certificate_that_proves_nothing_is_refused(
    secure: Secure, tmp_path: Path, kind: str, said: str
) -> None:
    other = Authority(tmp_path / "other")
    shown = {
        "expired": lambda: secure.authority.issue_expired("server", tmp_path, "127.0.0.1"),
        "self-signed": lambda: issue_self_signed("server", tmp_path, "127.0.0.1"),
        "for another host": lambda: secure.authority.issue("server", tmp_path, "db.example"),
        "of nobody known": lambda: other.issue("server", tmp_path, "127.0.0.1"),
    }
    target = secure.verified()
    with secure.presenting(shown[kind]()):
        error = refusal(target)
        assert "ERROR 2026" in by_program(target, tmp_path)
        with opened(secure.at(ssl_mode="required")):
            pass
    assert error.code == "SW-CONNECT-004"
    assert said in error.happened
    assert "ssl-ca" in error.hint
    with opened(target):
        pass


def test_an_authority_of_the_system_is_no_reason_to_believe_any_host(secure: Secure) -> None:
    """Without `ssl-ca` the system's authorities count, and the name is compared all the same."""
    error = refusal(secure.at(ssl_mode="verify_identity"))
    assert error.code == "SW-CONNECT-004"
    context = driver_parameters(secure.at(ssl_mode="verify_identity"))["ssl"]
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_files_that_are_no_certificates_are_named(secure: Secure, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    certificate = secure.authority.issue("client", tmp_path, "client")
    locked = tmp_path / "locked.key"
    key = serialization.load_pem_private_key(certificate.key.read_bytes(), None)
    locked.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"phrase"),
        )
    )
    for options in (
        {"ssl_ca": "/nowhere.pem"},
        {"ssl_ca": str(tmp_path / "ca.pem")},
        {"ssl_cert": str(certificate.pem), "ssl_key": str(locked)},
    ):
        error = refusal(secure.at(**options))
        assert error.code == "SW-CONNECT-004"
        assert "PEM" in error.hint


def test_a_server_that_wants_tls_refuses_as_it_does_a_wrong_login(secure: Secure) -> None:
    """MariaDB does not say why, so the hint names both."""
    run_sql(secure.target, "SET GLOBAL require_secure_transport = ON")
    try:
        error = refusal(secure.target)
        with opened(secure.at(ssl_mode="required")):
            pass
    finally:
        run_sql(secure.target, "SET GLOBAL require_secure_transport = OFF")
    assert error.code == "SW-CONNECT-002"
    assert "ssl-mode" in error.hint


def test_the_users_own_option_file_is_respected(secure: Secure) -> None:
    location = secure.target.location
    password, programs = location.password.reveal(), secure.target.programs
    assert programs
    with temporary_home() as home:
        own = make_command(home).using(
            MAIN_URL=f"mariadb:///{location.database}",
            SEAWALL_PROVIDER=str(programs.folder),
        )
        private = Path(own.environ["HOME"]) / ".my.cnf"
        private.write_text(
            f"[client]\nuser = {location.user}\npassword = {password}\nhost = 127.0.0.1\n"
            f"port = {location.port}\nssl-ca = {secure.authority.certificate}\n"
            "ssl-verify-server-cert\n"
        )
        private.chmod(0o600)
        (own.folder / "seawall.yaml").write_text(
            "{version: 1, app: shop, stores: {main: {engine: mariadb, url: 'env://MAIN_URL'}}}\n"
        )
        done = own.run("backup")
        assert done.code == 0, done.err
        assert password not in done.out + done.err
        private.write_text(private.read_text().replace("127.0.0.1", "localhost"))
        done = own.run("status")
        assert "SW-CONNECT-004" in done.out + done.err


def issue_self_signed(name: str, folder: Path, *identities: str) -> Certificate:
    """A certificate that nobody vouches for but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "self")])
    now = datetime.now(UTC)
    hosts = [x509.IPAddress(ip_address(each)) for each in identities]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .sign(key, hashes.SHA256())
    )
    found = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    found.pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    found.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return found
