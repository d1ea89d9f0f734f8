"""TLS as users have it: their own authority, the right host, and nothing else."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from engines.mongodb.lab import Lab, fingerprint, opened
from seawall.engines.mongodb import ENGINE
from seawall.engines.mongodb.client import connect
from seawall.engines.mongodb.server import MongodbServer, make_user, start_command
from seawall.errors import UnreachableError, UsageError
from seawall.model.place import Place
from seawall.model.target import Target
from seawall.servers import processes, starting
from seawall.servers.sandboxes import Sandboxes

FAST = ("serverSelectionTimeoutMS", "1500")


def make_certificate(folder: Path, name: str, host: str) -> tuple[Path, Path]:
    """(certificate, key) that signs itself."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key,
         "-out", certificate, "-subj", f"/CN={name}", "-addext", f"subjectAltName={host}"],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    folder = tmp_path_factory.mktemp("certificates")
    hosts = {
        "right": "IP:127.0.0.1",
        "foreign": "DNS:elsewhere.example",
        "stranger": "IP:127.0.0.1",
    }
    return {name: make_certificate(folder, name, host) for name, host in hosts.items()}


def run(place: Place, certificate: Path, key: Path) -> psutil.Process:
    command = start_command(place, is_mute=False, has_login=True)
    tls = ("--tls-cert-file", str(certificate), "--tls-key-file", str(key))
    process = starting.launch(place, replace(command, argv=(*command.argv, *tls)))
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", place.port)).close()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return process


@pytest.fixture(scope="module", params=["right", "foreign"])
def served(
    request: pytest.FixtureRequest,
    shared_lab: Lab,
    certificates: dict[str, tuple[Path, Path]],
) -> Iterator[tuple[str, Target]]:
    programs = shared_lab.target.programs
    assert programs
    if not programs.program("secantusd-py").exists():
        pytest.skip("starts SecantusDB with its own options")
    with Sandboxes(ENGINE, "tls", (), shared_lab.home, programs).place() as place:
        make_user(place)
        process = run(place, *certificates[request.param])
        yield request.param, Target("tls", MongodbServer().location(place), (), programs)
        processes.kill_tree(process)


def with_options(target: Target, *options: tuple[str, str]) -> Target:
    location = target.location
    return replace(target, location=replace(location, options=(*location.options, *options)))


def test_a_certificate_is_believed_only_from_a_known_authority_for_the_right_host(
    served: tuple[str, Target], certificates: dict[str, tuple[Path, Path]]
) -> None:
    name, plain = served
    trusting = with_options(plain, ("tls", "true"), ("tlsCAFile", str(certificates[name][0])))
    if name == "right":
        with opened(trusting) as client:
            assert fingerprint(client).records == 0
    else:
        assert "mismatch" in refused(with_options(trusting, FAST))
    stranger = ("tlsCAFile", str(certificates["stranger"][0]))
    assert "TLS failed: certificate verify failed" in refused(
        with_options(plain, ("tls", "true"), stranger, FAST)
    )
    assert "TLS failed: certificate verify failed" in refused(
        with_options(plain, ("tls", "true"), FAST)
    )


def test_without_tls_nothing_is_sent(served: tuple[str, Target]) -> None:
    refused(with_options(served[1], FAST))


def test_a_file_that_is_not_there_is_named(served: tuple[str, Target]) -> None:
    with pytest.raises((UsageError, UnreachableError), match="no-such-file"):
        connect(with_options(served[1], ("tls", "true"), ("tlsCAFile", "/no-such-file")))


def refused(target: Target) -> str:
    with pytest.raises(UnreachableError) as caught:
        connect(target)
    assert caught.value.code == "SW-CONNECT-001"
    assert target.location.password.reveal() not in str(caught.value)
    return caught.value.happened
