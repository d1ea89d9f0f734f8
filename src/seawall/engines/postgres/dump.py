"""`backup` by a dump of one snapshot: needs no more than a login that may read everything."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from seawall.capabilities.backup import CutAttempt, Sink
from seawall.capabilities.server import OpenSandbox
from seawall.engines.postgres.backup import ReadySessions, open_view, ready_sessions
from seawall.engines.postgres.client import PostgresClient
from seawall.engines.postgres.roles import dump_roles
from seawall.engines.postgres.statements import statement
from seawall.engines.postgres.tools import program_path, read_program
from seawall.errors import RefusedError
from seawall.model.artifact import Role
from seawall.model.point import Cut
from seawall.model.position import Position

METHOD: Final = "postgres/dump/1"
DUMP: Final = "dump.custom"
GLOBALS: Final = "globals.sql"


class DumpBackup:
    """pg_dump of the very snapshot that the fingerprint reads."""

    def __init__(self, client: PostgresClient) -> None:
        self._client = client

    @contextmanager
    def open(self, scratch: Path, sandbox: OpenSandbox) -> Generator[DumpSession]:
        """Begin; everything happens at the cut and after it."""
        del sandbox  # The source is read through its own snapshot.
        refuse_older_programs(self._client)
        yield DumpSession(self._client, scratch)


class DumpSession:
    """One backup.

    Args:
        client: Of the store.
        scratch: Where the programs work.
    """

    def __init__(self, client: PostgresClient, scratch: Path) -> None:
        self._client = client
        self._scratch = scratch
        self.snapshot_name = ""

    def copy_base(self, sink: Sink) -> None:
        """Nothing can be copied before the cut."""

    def prepare(self) -> AbstractContextManager[CutAttempt]:
        """Open the session whose snapshot will be the cut."""
        return self._prepare()

    @contextmanager
    def _prepare(self) -> Generator[SnapshotCut]:
        with ready_sessions(self._client, 1) as ready:
            yield SnapshotCut(self, self._client, ready)

    def copy_to(self, cut: Cut, sink: Sink) -> None:
        """Dump the roles, then everything that the cut's snapshot sees."""
        del cut  # The snapshot is the cut.
        sink.write(GLOBALS, Role.DUMP, [dump_roles(self._client, self._scratch)])
        arguments = ("--format=custom", "--compress=0", "--no-password")
        with read_program(
            self._client.target,
            self._scratch,
            "pg_dump",
            *arguments,
            f"--snapshot={self.snapshot_name}",
        ) as output:
            sink.write(DUMP, Role.DUMP, output)

    def details(self) -> tuple[tuple[str, str], ...]:
        """Whose dump it is."""
        return tuple(
            (name, value) for name, value in self._client.session.rows(statement("cluster"))
        )


class SnapshotCut:
    """A snapshot: exact by construction, because the dump is what it sees.

    Args:
        session: The backup.
        client: Of the store.
        ready: One session whose next statement takes a snapshot.
    """

    def __init__(self, session: DumpSession, client: PostgresClient, ready: ReadySessions) -> None:
        self._session = session
        self._client = client
        self._ready = ready
        self._place = ""

    def take(self) -> None:
        """Take the snapshot: one round trip."""
        (look,) = self._ready.look()
        self._place = look.place

    def settle(self) -> Cut | None:
        """Let other sessions see through the snapshot."""
        (session,) = self._ready.sessions
        self._session.snapshot_name = session.value("SELECT pg_export_snapshot()")
        return Cut(Position.single(self._place), exact=True)

    def view(self) -> AbstractContextManager[PostgresClient]:
        """The store as the snapshot sees it."""
        return open_view(self._client, self._ready, is_logical=True)


def refuse_older_programs(client: PostgresClient) -> None:
    """A pg_dump older than the server would refuse it, hours into a backup.

    Raises:
        RefusedError: SW-POSTGRES-004 without pg_dump, SW-POSTGRES-006 with one that is too old.
    """
    program_path(client.target, "pg_dump")
    programs = client.target.programs
    version = programs.version if programs else "0"
    if int(version.split(".", maxsplit=1)[0]) < client.session.major:
        raise RefusedError(
            "SW-POSTGRES-006",
            attempted=f"dump store `{client.target.store}`",
            happened=f"its server is PostgreSQL {client.session.major}, pg_dump here is {version}.",
            hint="Install the server's version, or point SEAWALL_PROVIDER at its programs.",
        )
