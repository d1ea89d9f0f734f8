"""Run one server on this machine, or a mute copy of one: MongoDB's own, else SecantusDB."""

from __future__ import annotations

import os
import secrets
import signal
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from seawall.capabilities.server import RunTool, StartCommand
from seawall.engines.mongodb.client import MongodbClient, connect
from seawall.errors import RefusedError, SeawallError, UnreachableError
from seawall.model.location import Location
from seawall.model.place import Place, ProgramSpec
from seawall.model.secret import Secret
from seawall.model.source import System, Wheel
from seawall.model.target import Target
from seawall.servers import processes

USER: Final = "seawall"
SET_NAME: Final = "seawall"
KEY_FILE: Final = "seawall-keyfile"
DATABASE_FILE: Final = "seawall-database"
READY_SECONDS: Final = 60.0

MONGOD: Final = ProgramSpec(
    server="mongod",
    aliases=(),
    sources=(System(("/usr/bin", "/usr/local/bin", "/opt/mongodb/bin")),),
    version_argument="--version",
    version_pattern=r"db version v(\d+\.\d+\.\d+)",
    os_users=("mongodb", "mongod"),
)
# GPL-2.0-only: a process of its own, which nothing here imports.
SECANTUSDB: Final = ProgramSpec(
    server="secantusd-py",
    aliases=(),
    sources=(Wheel("secantusdb==0.7.0b3", "8.2.11"),),
    version_argument="--help",
    version_pattern=r"(SecantusDB)",
    os_users=(),
    answers_as="8.2.11",
)


class MongodbPrograms:
    """MongoDB's own server where the machine has one; else the one that stands in for it."""

    def specs(self) -> tuple[ProgramSpec, ...]:
        """Where the programs are."""
        return (MONGOD, SECANTUSDB)


class MongodbServer:
    """A replica set of one member: without one there is neither a log nor a snapshot."""

    def create(self, place: Place, run: RunTool) -> None:
        """Make the only user, in a server that runs for that alone."""
        del run  # A server does not end by itself.
        make_user(place)

    def command(self, place: Place) -> StartCommand:
        """The tier's own server: durable, loopback, password needed."""
        return start_command(place, is_mute=False, has_login=True)

    def sandbox_command(self, place: Place) -> StartCommand:
        """A mute copy: a replica set of its own that expires and reports nothing."""
        return start_command(place, is_mute=True, has_login=True)

    def location(self, place: Place) -> Location:
        """The generated login; it never looks for other members."""
        options = (("authSource", "admin"), ("directConnection", "true"))
        return Location(
            "mongodb", "127.0.0.1", place.port, USER, place.password, _database(place), options
        )


class MongodbClaim:
    """Users never come from a backup: the only one is made with the data folder."""

    def claim(self, place: Place, details: tuple[tuple[str, str], ...]) -> None:
        """Nothing to do."""


def keep_database(place: Place, name: str) -> None:
    """Let a new server's store be one database, as its original is; all of them where empty."""
    _write_private(place.data / DATABASE_FILE, name, place)


def _database(place: Place) -> str:
    file = place.data / DATABASE_FILE
    return file.read_text() if file.exists() else ""


def is_mongod(place: Place) -> bool:
    """Whether the programs of a place are MongoDB's own."""
    return place.programs.program(MONGOD.server).exists()


def start_command(place: Place, *, is_mute: bool, has_login: bool) -> StartCommand:
    """How to start either product."""
    if is_mongod(place):
        return _start_mongod(place, is_mute=is_mute, has_login=has_login)
    settings = place.folder / "secantusd.toml"
    argv = (
        str(place.programs.program(SECANTUSDB.server)),
        # A file of its own: it would read the user's otherwise.
        *("--config", str(settings)),
        *("--host", "127.0.0.1"),
        *("--port", str(place.port)),
        *("--storage-path", str(place.data)),
        *("--cache-size", "256M"),
        "--sync-on-commit",
        *(("--auth",) if has_login else ()),
    )
    # The sandbox expires nothing: what expired since the point is counted, not lost.
    text = "[storage]\nttl_sweep_seconds = 0\n" if is_mute else ""
    return StartCommand(argv, signal.SIGTERM, ((str(settings), text),))


def make_user(place: Place) -> None:
    """Start a server that asks for no login, make the place's own user, end the server.

    Nobody else knows of it: it listens on a private loopback port, for about a second. Should
    somebody have come all the same, it is seen on what they left.

    Raises:
        RefusedError: SW-MONGODB-008 when the new server is not as it was made.
    """
    command = start_command(place, is_mute=True, has_login=False)
    for name, content in command.files:
        _write_private(Path(name), content, place)
    log = place.folder / "server.log"
    process = processes.spawn(command.argv, place.folder, log, place.os_user)
    try:
        with _reach(place) as client:
            if is_mongod(place):
                _initiate(client, place)
            user = {"pwd": place.password.reveal(), "roles": ["root"]}
            client.run("admin", {"createUser": USER, **user})
            users = client.run("admin", {"usersInfo": 1})["users"]
            if [each["user"] for each in users] != [USER]:
                raise _not_alone(place)
    finally:
        processes.end(process, command.stop_signal)


@contextmanager
def _reach(place: Place) -> Generator[MongodbClient]:
    """A client without a login, as soon as the server answers."""
    location = replace(
        MongodbServer().location(place), user="", password=Secret(""), options=_DIRECT
    )
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            client = connect(Target(place.store, location))
        except UnreachableError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            break
    try:
        yield client
    finally:
        client.close()


_DIRECT: Final = (("directConnection", "true"),)


def _initiate(client: MongodbClient, place: Place) -> None:
    """Make a replica set of one member, and wait until it is the primary."""
    member = {"_id": 0, "host": f"127.0.0.1:{place.port}"}
    client.run("admin", {"replSetInitiate": {"_id": SET_NAME, "members": [member]}})
    deadline = time.monotonic() + READY_SECONDS
    while not client.run("admin", {"hello": 1}).get("isWritablePrimary"):
        if time.monotonic() > deadline:
            raise _not_alone(place)
        time.sleep(0.05)


def _start_mongod(place: Place, *, is_mute: bool, has_login: bool) -> StartCommand:
    """MongoDB's own server, by its documentation."""
    key = place.data / KEY_FILE
    if not key.exists():
        _write_private(key, f"{secrets.token_urlsafe(96)}\n", place)
    socket = f"{{pathPrefix: {_quote(place.run)}, filePermissions: 0700}}"
    settings = [
        f"storage: {{dbPath: {_quote(place.data)}}}",
        f"net: {{bindIp: 127.0.0.1, port: {place.port}, unixDomainSocket: {socket}}}",
        f"replication: {{replSetName: {SET_NAME}}}",
        "processManagement: {fork: false}",
    ]
    if has_login:
        settings.append(f"security: {{authorization: enabled, keyFile: {_quote(key)}}}")
    if is_mute:
        settings.append(
            "setParameter: {ttlMonitorEnabled: false, diagnosticDataCollectionEnabled: false}"
        )
    file = place.folder / "mongod.yaml"
    text = "".join(f"{line}\n" for line in settings)
    program = place.programs.program(MONGOD.server)
    argv = (str(program), "--config", str(file))
    return StartCommand(argv, signal.SIGTERM, ((str(file), text),))


def _quote(path: Path) -> str:
    """A path as YAML reads it, whatever is in it."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _write_private(path: Path, content: str, place: Place) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(content)
    if place.os_user:
        os.chown(path, place.os_user.uid, place.os_user.gid)


def _not_alone(place: Place) -> SeawallError:
    return RefusedError(
        "SW-MONGODB-008",
        attempted=f"create the server of store `{place.store}`",
        happened="the new server is not as it was made: it holds another user, or is no primary.",
        hint="Somebody else on this machine may have reached it; try again.",
    )
