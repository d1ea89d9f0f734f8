"""`backup` by a base and the binary log after it: the cut is a snapshot, and no writer ever waits."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from seawall.capabilities.backup import CutAttempt, Sink
from seawall.capabilities.server import OpenSandbox
from seawall.engines.mariadb.backup import ReadySession, open_view, ready_session
from seawall.engines.mariadb.binlog import LogPlace, files_between
from seawall.engines.mariadb.client import MariadbClient, Session
from seawall.engines.mariadb.fingerprint import inexact
from seawall.engines.mariadb.history import read_history
from seawall.engines.mariadb.log import LOG_FOLDER
from seawall.engines.mariadb.script import counted_script
from seawall.engines.mariadb.statements import statement
from seawall.engines.mariadb.tools import CHUNK_BYTES, Workshop
from seawall.errors import RefusedError, SeawallError
from seawall.model.artifact import Role
from seawall.model.point import Cut
from seawall.model.position import Position

METHOD: Final = "mariadb/base/1"
BASE: Final = "base.xbstream"
COUNTED: Final = "sequences.sql"
# Its name is `xtrabackup_info` or, in newer versions, `mariadb_backup_info`.
INFO: Final = "*backup_info"
_PLACE: Final = re.compile(
    r"^binlog_pos = filename '(?P<file>[^']+)', position '(?P<offset>\d+)'", re.MULTILINE
)
_LSN: Final = re.compile(r"^(?P<name>innodb_(?:from|to)_lsn) = (?P<value>\d+)$", re.MULTILINE)


class BaseBackup:
    """mariadb-backup, and the files of the binary log from its place to the cut."""

    def __init__(self, client: MariadbClient) -> None:
        self._client = client

    @contextmanager
    def open(self, scratch: Path, sandbox: OpenSandbox) -> Generator[BaseSession]:
        """Begin; the source is read through its own snapshot."""
        del sandbox
        control = self._client.open_session()
        try:
            yield BaseSession(self._client, control, scratch)
        finally:
            control.close()


class BaseSession:
    """One backup: the base first, then the cut, then the log between them.

    Args:
        client: Of the store.
        control: A session of this backup's own.
        scratch: Where the programs work.
        options: More options of mariadb-backup; none copies everything.
    """

    def __init__(
        self,
        client: MariadbClient,
        control: Session,
        scratch: Path,
        options: tuple[str, ...] = (),
    ) -> None:
        self._client = client
        self._control = control
        self._scratch = scratch
        self._options = options
        self._start = LogPlace("", 0)
        self._end = LogPlace("", 0)
        self._lsn: dict[str, str] = {}
        self._history = ""
        self._hidden: tuple[str, ...] = ()

    def copy_base(self, sink: Sink) -> None:
        """Stream the base of the whole server, or what the options leave of it.

        A new file of the binary log is begun first, so that the log from the base to the cut does
        not carry what was written long before.
        """
        self._control.run("FLUSH LOCAL BINARY LOGS")
        self._history = read_history(self._control)
        told, work = self._scratch / "told", self._scratch / "work"
        workshop = Workshop(self._client.target.store, self._client.target.programs, self._scratch)
        with (
            workshop.option_file(self._client.target) as login,
            workshop.read(
                "mariadb-backup",
                login,
                "--backup",
                "--stream=xbstream",
                f"--datadir={self._control.value('SELECT @@global.datadir')}",
                f"--extra-lsndir={told}",
                f"--target-dir={work}",
                *self._options,
            ) as output,
        ):
            sink.write(BASE, Role.BASE, output)
        self._note("".join(path.read_text() for path in told.glob(INFO)))

    def prepare(self) -> AbstractContextManager[CutAttempt]:
        """Open the session whose snapshot will be the cut."""
        return self._prepare()

    @contextmanager
    def _prepare(self) -> Generator[SnapshotCut]:
        with ready_session(self._client) as ready:
            yield SnapshotCut(self, self._client, ready)

    def settle(self, ready: ReadySession) -> Cut:
        """Where the snapshot is in the binary log, and what it does not see as it was."""
        told = dict(ready.session.rows(statement("snapshot_place")))
        place = LogPlace(told["Binlog_snapshot_file"], int(told["Binlog_snapshot_position"]))
        if place.order < self._start.order:
            raise lost_log(self._client, f"it went back from {self._start.text} to {place.text}")
        self._end = place
        self._hidden = tuple(ready.before.hidden)
        excluded = [(each.name, each.why) for each in inexact(ready.before.tables)]
        excluded += self._other_databases()
        return Cut(Position.single(place.text), exact=True, excluded=tuple(excluded))

    def copy_to(self, cut: Cut, sink: Sink) -> None:
        """Store the files of the binary log from the base's place to the cut's.

        A sequence counts on for all sessions at once, but the log tells of it only in the
        transaction that took a new stock of numbers, and not at all when that one is rolled back.
        So how far sequences have counted is stored beside the log.
        """
        del cut
        folder = Path(str(self._control.value("SELECT @@global.log_bin_basename"))).parent
        for name in files_between(self._start, self._end):
            path = folder / name
            if not path.exists():
                raise lost_log(self._client, f"{name} is gone")
            size = self._end.offset if name == self._end.file else path.stat().st_size
            sink.write(f"{LOG_FOLDER}/{name}", Role.LOG, _read(path, size))
        counted = list(counted_script(self._control, self._client.database))
        if counted:
            sink.write(COUNTED, Role.DUMP, counted)

    def details(self) -> tuple[tuple[str, str], ...]:
        """Where the log starts and ends, and what the server needs to start."""
        gtid = self._control.value(
            "SELECT binlog_gtid_pos(%s, %s)", self._end.file, self._end.offset
        )
        return (
            ("database", self._client.database),
            ("server_version", self._control.version.text),
            ("log_start", self._start.text),
            ("log_end", self._end.text),
            ("gtid", str(gtid or "")),
            *self._lsn.items(),
            ("history", self._history),
            ("unseen", " ".join(self._hidden)),
            *(
                (f"setting.{name}", str(value))
                for name, value in self._control.rows(statement("needed_settings"))
            ),
            ("replays_past_missing_rows", self._control.value(statement("fleeting_tables"))),
        )

    def _other_databases(self) -> list[tuple[str, str]]:
        """Databases that come back with the server, though nothing proves their content."""
        why = "it comes back with its server, but only the store's own database is proven"
        rows = self._control.rows(statement("other_databases"), self._client.database)
        return [(f"database {name}", why) for (name,) in rows]

    def _note(self, info: str) -> None:
        place = _PLACE.search(info)
        if place is None:
            raise SeawallError(
                "SW-MARIADB-008",
                attempted=f"copy the base of store `{self._client.target.store}`",
                happened="mariadb-backup does not name the place of the binary log.",
                hint="The binary log may have been switched off meanwhile: run the backup again.",
            )
        self._start = LogPlace(place["file"], int(place["offset"]))
        self._lsn = {match["name"]: match["value"] for match in _LSN.finditer(info)}


class SnapshotCut:
    """A consistent snapshot; the server itself says which place of its log it is.

    Args:
        session: The backup.
        client: Of the store.
        ready: Takes the snapshot.
    """

    def __init__(self, session: BaseSession, client: MariadbClient, ready: ReadySession) -> None:
        self._session = session
        self._client = client
        self._ready = ready

    def take(self) -> None:
        """Take the snapshot: one round trip."""
        self._ready.take()

    def settle(self) -> Cut | None:
        """Ask where it is; None when something was defined meanwhile."""
        return self._session.settle(self._ready) if self._ready.is_whole() else None

    def view(self) -> AbstractContextManager[MariadbClient]:
        """The store as the snapshot sees it."""
        return open_view(self._client, self._ready, is_logical=False)


def lost_log(client: MariadbClient, what: str) -> RefusedError:
    """The binary log does not lead from the base to the cut."""
    return RefusedError(
        "SW-MARIADB-007",
        attempted=f"copy the binary log of store `{client.target.store}`",
        happened=f"{what}.",
        hint="Somebody ran PURGE or RESET, or the log expires too soon: run the backup again.",
    )


def _read(path: Path, size: int) -> Iterator[bytes]:
    """The first bytes of a file: what was written to it after the cut is none of it."""
    with path.open("rb") as file:
        while size and (chunk := file.read(min(size, CHUNK_BYTES))):
            size -= len(chunk)
            yield chunk
