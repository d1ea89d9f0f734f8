"""Real S3 servers for tests: SeaweedFS from its wheel, versitygw where it was built."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError

from seawall.model.secret import Secret
from seawall.model.source import GoProgram
from seawall.repository.bucket import Bucket, Login
from seawall.servers.ports import FIRST_PORT, is_free
from seawall.servers.sources.fetching import fetch, find_folders, lacking
from servers.real import surroundings
from servers.waiting import wait_until

REGION = "us-east-1"
BUCKET = "seawall-tests"
KEY_ID = "SEAWALLTESTKEY"
# Each of SeaweedFS's four ports has a second one, so much higher, for gRPC.
_GRPC = 10_000
_LAST_BASE = 22_000


@dataclass(frozen=True)
class S3Server:
    """A running server that speaks S3.

    Attributes:
        name: The product.
        endpoint: Its URL.
        secret: The secret key of KEY_ID, which may do everything.
        process: The server itself.
    """

    name: str
    endpoint: str
    secret: str
    process: subprocess.Popen[bytes]

    def client(self) -> Any:
        """Amazon's own client: what it sees is there."""
        return botocore.session.Session().create_client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=self.secret,
            region_name=REGION,
            config=Config(
                connect_timeout=2,
                read_timeout=30,
                retries={"max_attempts": 0},
                s3={"addressing_style": "path"},
            ),
        )

    def bucket(self) -> Bucket:
        """An empty prefix, with a login that may do everything there."""
        login = Login(Secret(KEY_ID), Secret(self.secret))
        url = f"s3://{BUCKET}/t-{secrets.token_hex(6)}"
        return Bucket(url, self.endpoint, REGION, login)

    def keys(self, bucket: Bucket) -> list[str]:
        """Every key below a bucket's prefix."""
        pages = (
            self.client()
            .get_paginator("list_objects_v2")
            .paginate(Bucket=bucket.name, Prefix=f"{bucket.prefix}/")
        )
        found = (entry["Key"] for page in pages for entry in page.get("Contents", ()))
        return [key.removeprefix(f"{bucket.prefix}/") for key in found]

    def uploads(self, bucket: Bucket) -> list[str]:
        """Keys of the multipart uploads that were neither completed nor aborted."""
        answer = self.client().list_multipart_uploads(
            Bucket=bucket.name, Prefix=f"{bucket.prefix}/"
        )
        found = (entry["Key"] for entry in answer.get("Uploads", ()))
        return [key.removeprefix(f"{bucket.prefix}/") for key in found]


@contextmanager
def seaweedfs() -> Iterator[S3Server]:
    """A server from the wheel: loopback only, telemetry off, gone at the end."""
    program = Path(sys.executable).with_name("weed")
    port, secret = _port_block(), secrets.token_hex(16)
    with _home("seaweedfs") as home:
        (home / "data").mkdir()
        (home / "s3.json").write_text(_identities(secret))
        arguments = (
            "-logtostderr=true server -dir=data -ip=127.0.0.1 -ip.bind=127.0.0.1"
            f" -master.port={port + 1} -master.telemetry=false -master.volumeSizeLimitMB=1024"
            f" -volume.port={port + 2} -volume.max=100 -filer -filer.port={port + 3}"
            f" -filer.localSocket={home}/filer.sock -s3 -s3.port={port} -s3.config=s3.json"
            f" -s3.localSocket={home}/s3.sock -s3.port.iceberg=0 -s3.port.lance=0"
        )
        command = (str(program), *arguments.split())
        try:
            with _running("SeaweedFS", command, home, port, secret, {}) as server:
                yield server
        finally:
            for socket in Path("/tmp").glob("seaweedfs-*-grpc-*.sock"):  # noqa: S108 - its own place
                if int(socket.stem.rpartition("-")[2]) - _GRPC in range(port, port + 4):
                    socket.unlink(missing_ok=True)


def versitygw_program() -> Path:
    """Where versitygw is; built when it is asked for first, which takes Go and some minutes."""
    source = GoProgram("github.com/versity/versitygw/cmd/versitygw", "v1.8.0")
    home = surroundings().programs
    found = next(find_folders(source, ("versitygw",), home), None)
    if found is None:
        if why := lacking(source):
            pytest.skip(f"versitygw cannot be built here: {why}")
        found = fetch(source, home) / "bin"
    return found / "versitygw"


@contextmanager
def versitygw(program: Path) -> Iterator[S3Server]:
    """A gateway over plain files: it refuses a key that is the folder of another key."""
    port, secret = _port_block(), secrets.token_hex(16)
    with _home("versitygw") as home:
        for folder in ("root", "versions", "iam"):
            (home / folder).mkdir()
        arguments = (
            f"-q --port 127.0.0.1:{port} --iam-dir {home}/iam"
            f" posix --versioning-dir {home}/versions {home}/root"
        )
        login = {"ROOT_ACCESS_KEY": KEY_ID, "ROOT_SECRET_KEY": secret}
        command = (str(program), *arguments.split())
        with _running("versitygw", command, home, port, secret, login) as server:
            yield server


def _identities(secret: str) -> str:
    may = ["Admin", "Read", "Write", "List", "Tagging"]
    login = {"accessKey": KEY_ID, "secretKey": secret}
    return json.dumps({"identities": [{"name": "test", "credentials": [login], "actions": may}]})


@contextmanager
def _home(name: str) -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix=f"seawall-test-{name}-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _running(
    name: str, command: tuple[str, ...], home: Path, port: int, secret: str, login: dict[str, str]
) -> Iterator[S3Server]:
    log = home / "server.log"
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home), **login}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=home, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL
        )
    try:
        server = S3Server(name, f"http://127.0.0.1:{port}", secret, process)
        _wait_until_it_answers(server, log)
        yield server
    finally:
        process.kill()  # nothing of it is kept, and SeaweedFS takes 25 s to stop by itself
        process.wait()


def _wait_until_it_answers(server: S3Server, log: Path) -> None:
    client = server.client()

    def answers() -> bool:
        assert server.process.poll() is None, log.read_text(errors="replace")[-2000:]
        try:
            client.create_bucket(Bucket=BUCKET)
        except (BotoCoreError, ClientError):
            return False
        return True

    wait_until(answers, f"an answer of {server.name}")


def _port_block() -> int:
    """A port that is free together with the next three, and their seconds."""
    for _ in range(100):
        port = FIRST_PORT + secrets.randbelow(_LAST_BASE - FIRST_PORT)
        if all(is_free(port + n) and is_free(port + n + _GRPC) for n in range(4)):
            return port
    raise AssertionError("no block of free ports")
