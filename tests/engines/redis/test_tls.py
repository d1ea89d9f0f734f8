"""Backup over an encrypted connection that verifies the server."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engines.redis.lab import Kind, Lab, fingerprint
from seawall.capabilities import SERVER
from seawall.capabilities.server import RunTool, StartCommand
from seawall.engines.redis.client import connect
from seawall.errors import UnreachableError
from seawall.model.fingerprint import compare
from seawall.model.location import Location
from seawall.model.place import Place
from seawall.servers.os_users import give_to


def make_certificate(folder: Path) -> Path:
    folder.mkdir(mode=0o755)
    openssl = shutil.which("openssl")
    assert openssl
    certificate = folder / "server.crt"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", folder / "server.key", "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    return certificate


def speaks_tls(kind: Kind) -> bool:
    program = kind.programs.program(f"{kind.engine.name}-server")
    done = subprocess.run(
        [program, "--port", "0", "--tls-port", "1"], capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    return "Failed finding TLS support" not in said and "tls-port" not in said


@pytest.fixture
def tls_lab(lab: Lab) -> Iterator[Lab]:
    if not shutil.which("openssl") or not speaks_tls(lab.kind):
        pytest.skip("this server or machine has no TLS")
    home = lab.home / f"tls-{time.monotonic_ns()}"
    home.mkdir()
    home.chmod(0o711)
    certificate = make_certificate(home / "keys")
    plain = lab.kind.engine.standalone(SERVER)

    class TlsServer:
        def create(self, place: Place, run: RunTool) -> None:
            plain.create(place, run)

        def command(self, place: Place) -> StartCommand:
            give_to(certificate.parent, place.os_user)
            started = plain.command(place)
            ((name, content),) = started.files
            content = content.replace(
                f"\nport {place.port}\n", f"\nport 0\ntls-port {place.port}\n"
            )
            content += f"tls-cert-file {certificate}\ntls-auth-clients no\n"
            content += f"tls-key-file {certificate.with_suffix('.key')}\n"
            content += f"tls-ca-cert-file {certificate}\n"
            return replace(started, files=((name, content),))

        def sandbox_command(self, place: Place) -> StartCommand:
            return plain.sandbox_command(place)

        def location(self, place: Place) -> Location:
            options = (("ssl_ca_certs", str(certificate)),)
            return replace(plain.location(place), scheme="rediss", options=options)

    engine = lab.kind.engine.variant(
        lab.kind.engine.name,
        schemes=lab.kind.engine.schemes,
        server_versions=lab.kind.engine.server_versions,
        tested_on="",
        replaces=(SERVER.by(TlsServer),),
    )
    tls = Lab(Kind(engine, lab.kind.programs), home)
    # Copies speak no TLS: they listen on loopback only.
    tls.sandboxes = lab.sandboxes
    yield tls
    tls.close()


def test_a_backup_over_tls_is_exact(lab: Lab, tls_lab: Lab) -> None:
    with tls_lab.client.wire() as wire:
        wire.pipeline([("SET", f"session:{n}", "x" * 1000) for n in range(3000)])

    def write_on() -> None:
        with tls_lab.client.wire() as wire:
            wire.pipeline([("SET", f"session:{n}", "y" * 1000) for n in range(1000)])

    taken = tls_lab.back_up(write_on)
    with lab.restored(taken) as copy:
        compared = compare(taken.at_point, fingerprint(copy), time.time())
    assert (compared.differences, compared.proven) == ((), 3000)


def test_a_certificate_that_nobody_vouches_for_is_refused(tls_lab: Lab) -> None:
    location = replace(tls_lab.target.location, options=())
    with pytest.raises(UnreachableError) as caught:
        connect(replace(tls_lab.target, location=location))
    assert caught.value.code == "SW-CONNECT-004"
    assert "certificate" in caught.value.happened.lower()
