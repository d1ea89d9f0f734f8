"""What is remembered of a tier's own servers: one small file each, readable by its owner only."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from seawall.model.secret import Secret
from seawall.servers.processes import ProcessId

NOTE = "server.json"


@dataclass(frozen=True)
class ServerRecord:
    """One local server.

    Attributes:
        engine: The row it runs.
        port: Its loopback port, kept over restarts.
        password: Of its generated login.
        provider: Where its programs came from when it was created.
        version: Of its programs.
        is_created: False until the data folder is whole.
        process: The running or last process; None before the first start.
    """

    engine: str
    port: int
    password: Secret
    provider: str
    version: str
    is_created: bool
    process: ProcessId | None


def new_password() -> Secret:
    """A password of 192 bits that needs no quoting anywhere."""
    return Secret(secrets.token_hex(24))


def read_record(folder: Path) -> ServerRecord | None:
    """The record of a server's folder; None where there is none or it is unreadable."""
    try:
        content = json.loads((folder / NOTE).read_text())
        process = content.pop("process")
        password = Secret(content.pop("password"))
        identity = ProcessId(**process) if process else None
        return ServerRecord(**content, password=password, process=identity)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_record(folder: Path, record: ServerRecord) -> None:
    """Replace the record at once: a reader sees the old or the new one."""
    content = asdict(record) | {"password": record.password.reveal()}
    unfinished = folder / f".{NOTE}.{os.getpid()}"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, default=str)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / NOTE)
