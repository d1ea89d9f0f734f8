"""What a login may do: each unmet need is a sentence that names the grant or setting."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from seawall.capability import Need, Rights
from seawall.engines.mariadb.client import MariadbClient
from seawall.engines.mariadb.quoting import quote_name
from seawall.engines.mariadb.sight import Grants
from seawall.engines.mariadb.statements import statement
from seawall.engines.mariadb.tools import Workshop
from seawall.engines.mariadb.versions import major_of
from seawall.errors import SeawallError

PROGRAMS: Final = ("mariadb-backup", "mbstream", "mariadb-binlog", "mariadb")
BASE_RIGHTS: Final = ("PROCESS", "BINLOG MONITOR", "LOCK TABLES")
LOOKS: Final = 20


def probe(client: MariadbClient) -> Rights:
    """Look at rights, settings, files and programs, once per client."""
    if client.rights is None:
        grants = Grants.read(client.session)
        is_mariadb = client.session.version.is_mariadb
        unmet = {
            need: " ".join(reasons)
            for need, reasons in (
                (Need.REPLICATION, list(_base_reasons(client, grants))),
                (Need.REPLAYABLE_LOG, list(_log_reasons(client)) if is_mariadb else ["-"]),
                (Need.DATA_FOLDER, list(_folder_reasons(client))),
                (Need.PROGRAMS, list(_program_reasons(client))),
                (Need.ADMIN, list(_lacking(grants, "RELOAD"))),
                (Need.HOST_LOGIN, ["The server's host is not logged in to."]),
            )
            if reasons
        }
        client.rights = Rights(frozenset(Need) - frozenset(unmet), unmet)
    return client.rights


def _lacking(grants: Grants, *rights: str) -> Iterator[str]:
    for right in rights:
        if not grants.may(right):
            yield f"The login lacks {right} ({grants.missing(right)})."


def _base_reasons(client: MariadbClient, grants: Grants) -> Iterator[str]:
    """Why the server would not let a base be taken, or its content not be compared."""
    yield from _lacking(grants, *BASE_RIGHTS)
    if not grants.may("SELECT", client.database):
        here = f"{quote_name(client.database)}.*"
        yield f"The login lacks SELECT ({grants.missing('SELECT', here)})."


def _log_reasons(client: MariadbClient) -> Iterator[str]:
    """Why the binary log cannot be replayed onto a base."""
    ((log, log_format, hidden_log, hidden_data, passes_on, follows),) = client.session.rows(
        statement("log_settings")
    )
    if log != "ON":
        yield "The server writes no binary log (log_bin is OFF)."
    if log_format == "STATEMENT":
        yield "binlog_format is STATEMENT, and must be ROW or MIXED."
    if hidden_log == "ON":
        yield "The binary log is encrypted (encrypt_binlog is ON)."
    if hidden_data == "ON":
        yield "InnoDB's tables or log are encrypted, with keys that are not here."
    if follows != "0" and passes_on != "ON":
        yield "The server is a replica without log_slave_updates: its log lacks what it receives."
    try:
        rows = client.session.rows("SHOW MASTER STATUS")
    except SeawallError:
        return  # The right that it lacks is named elsewhere.
    for _, _, only, ignored in (row[:4] for row in rows):
        if only or ignored:
            yield "The binary log leaves databases out (binlog_do_db or binlog_ignore_db)."


def _folder_reasons(client: MariadbClient) -> Iterator[str]:
    """Why the server's files cannot be read here, if they are here at all."""
    ((data, stem, _),) = client.session.rows(statement("folders"))
    if not stem:
        yield "Without a binary log its files cannot be told from another server's."
        return
    for folder in (Path(data), Path(stem).parent):
        try:
            is_readable = os.access(folder, os.R_OK | os.X_OK)
        except OSError:
            is_readable = False
        if not is_readable:
            yield f"The server's folder {folder} cannot be read from here."
            return
    if not _is_its_log(client, Path(stem).parent):
        yield f"The folder {data} on this machine is not this server's."


def _is_its_log(client: MariadbClient, folder: Path) -> bool:
    """Whether the binary log in a folder ends where the server says that its own does."""
    for _ in range(LOOKS):
        before = _end_of_log(client)
        try:
            size = (folder / before[0]).stat().st_size
        except OSError:
            return False
        after = _end_of_log(client)
        if before[0] == after[0] and before[1] <= size <= after[1]:
            return True
    return False


def _end_of_log(client: MariadbClient) -> tuple[str, int]:
    told = dict(client.session.rows(statement("snapshot_place")))
    return told["Binlog_snapshot_file"], int(told["Binlog_snapshot_position"])


def _program_reasons(client: MariadbClient) -> Iterator[str]:
    """Why the server's own programs cannot be used."""
    version, programs = client.session.version, client.target.programs
    if programs is None:
        yield f"The programs of {version.shown} are not on this machine."
    elif not version.is_mariadb or major_of(programs.version) != version.major:
        yield f"The server is {version.shown} and the programs here are {programs.version}."
    else:
        workshop = Workshop(client.target.store, programs, Path("/"))
        for name in PROGRAMS:
            try:
                workshop.path(name)
            except SeawallError:
                yield f"{name} is not in {programs.folder}."
