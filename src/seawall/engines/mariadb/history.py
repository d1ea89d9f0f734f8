"""Whether a server's data is still in the history that an earlier backup was taken from.

A server that was restored or made anew counts its positions again, for other data. What tells it
apart: InnoDB writes the head of its redo log once, when the log is made; every restore writes a
system table's file anew; and a binary log that begins byte by byte as it was stored went on from
there. None of these is an identity that the server itself would know.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from blake3 import blake3

from seawall.engines.mariadb.binlog import CHUNK_BYTES, FLAGS_PLACE, IN_USE_FLAG, MAGIC, LogPlace
from seawall.engines.mariadb.client import Session
from seawall.engines.mariadb.log import LOG_FOLDER
from seawall.engines.mariadb.statements import statement
from seawall.engines.mariadb.versions import major_of
from seawall.model.artifact import Artifact
from seawall.model.manifest import StoreBackup

_REDO_LOG: Final = "ib_logfile0"
# Format, first LSN, who made it, checksum: InnoDB's first block.
_HEAD_BYTES: Final = 512
# Written when a data folder is made, restored or upgraded, and otherwise never.
_SYSTEM_TABLE: Final = Path("mysql", "global_priv.frm")


def read_history(session: Session) -> str:
    """What a server's data folder has and no other one; empty where its files cannot be read."""
    data, _, redo = _folders(session)
    try:
        with (data / redo / _REDO_LOG).open("rb") as file:
            head = file.read(_HEAD_BYTES)
        made = (data / _SYSTEM_TABLE).stat().st_mtime_ns
    except OSError:
        return ""
    return f"{blake3(head).hexdigest(length=8)}-{made:x}"


def breaks(session: Session, earlier: StoreBackup) -> Iterator[str]:
    """Why a server's data does not go on from an earlier backup of it."""
    known = dict(earlier.details)
    if major_of(known["server_version"]) != session.version.major:
        yield f"it was taken of MariaDB {known['server_version']}."
    elif not known.get("history"):
        yield "it does not say which data folder it was taken of."
    elif known["history"] != read_history(session):
        yield "the server was restored, made anew or given another redo log since."
    elif int(str(session.value(statement("lsn")))) < int(known["innodb_to_lsn"]):
        yield "the server's position is before it: it was restored or made anew since."
    elif not _goes_on(session, LogPlace.parse(known["log_end"]), earlier.artifacts):
        yield "the server's binary log does not lead on from it: it was purged, reset or restored."


def _goes_on(session: Session, end: LogPlace, artifacts: tuple[Artifact, ...]) -> bool:
    """Whether the binary log still begins as the backup stored it, up to its cut."""
    _, log, _ = _folders(session)
    hashes = {each.plain_hash for each in artifacts if each.name == f"{LOG_FOLDER}/{end.file}"}
    try:
        return not hashes.isdisjoint(_hashes(log.parent / end.file, end.offset))
    except OSError:
        return False


def _hashes(path: Path, size: int) -> set[str]:
    """Of the beginning of a file, as it is while it is being written and after that."""
    flags = len(MAGIC) + FLAGS_PLACE
    ways = (blake3(), blake3())
    with path.open("rb") as file:
        head = bytearray(file.read(min(size, flags + 1)))
        for way, flag in zip(ways, (0, IN_USE_FLAG), strict=True):
            way.update(bytes([*head[:-1], head[-1] & ~IN_USE_FLAG | flag]) if head else b"")
        size -= len(head)
        while size and (chunk := file.read(min(size, CHUNK_BYTES))):
            size -= len(chunk)
            for way in ways:
                way.update(chunk)
    return {way.hexdigest() for way in ways}


def _folders(session: Session) -> tuple[Path, Path, Path]:
    """Of the data, of the binary log (with the stem of its names), of the redo log."""
    ((data, stem, redo),) = session.rows(statement("folders"))
    return Path(data), Path(stem), Path(redo)
