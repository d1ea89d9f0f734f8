"""What a login may do: each unmet need is a sentence that names the grant or setting."""

from __future__ import annotations

import os
from collections.abc import Iterator

from seawall.capability import Need, Rights
from seawall.engines.postgres.client import PostgresClient, Replication
from seawall.engines.postgres.dump import refuse_older_programs
from seawall.engines.postgres.statements import statement
from seawall.errors import SeawallError
from seawall.model.quantity import count

# The base is one replication connection, the log after it another.
SENDERS = 2


def probe(client: PostgresClient) -> Rights:
    """Look at rights, settings and programs, once per client."""
    if client.rights is None:
        unmet = {
            need: " ".join(reasons)
            for need, reasons in (
                (Need.REPLICATION, list(_replication_reasons(client))),
                (Need.READ_EVERYTHING, list(_reading_reasons(client))),
                (Need.CLIENT_PROGRAMS, list(_client_reasons(client))),
                (Need.PROGRAMS, list(_program_reasons(client))),
                (Need.ADMIN, list(_admin_reasons(client))),
                (Need.DATA_FOLDER, ["The server's data folder is not read."]),
                (Need.HOST_LOGIN, ["The server's host is not logged in to."]),
            )
            if reasons
        }
        client.rights = Rights(frozenset(Need) - frozenset(unmet), unmet)
    return client.rights


def _replication_reasons(client: PostgresClient) -> Iterator[str]:
    """Why a base backup cannot be taken."""
    ((role, may, in_recovery, wal_level, senders, used, tablespaces),) = client.session.rows(
        statement("replication_rights")
    )
    reasons: list[str] = []
    if not may:
        reasons.append(f"The role {role} lacks REPLICATION (ALTER ROLE {role} REPLICATION).")
    if in_recovery:
        reasons.append("The server is a replica: its own log cannot be marked.")
    if wal_level not in {"replica", "logical"}:
        reasons.append(f"wal_level is {wal_level}, and must be replica or logical.")
    if senders - used < SENDERS:
        reasons.append(
            f"max_wal_senders is {senders} with {used} in use, and {SENDERS} must be free."
        )
    if tablespaces:
        reasons.append(f"The server has tablespaces of its own ({tablespaces}).")
    yield from reasons
    if not reasons:
        try:
            Replication(client.target).close()
        except SeawallError as error:
            yield f"A replication connection is refused: {error.happened}"


def _reading_reasons(client: PostgresClient) -> Iterator[str]:
    """Which tables this login may not read."""
    ((role, unread, examples),) = client.session.rows(statement("reading_rights"))
    if unread:
        yield (
            f"The role {role} may not read {count(unread, 'relation')}"
            f" ({', '.join(examples)}, ...): GRANT pg_read_all_data TO {role}."
        )


def _program_reasons(client: PostgresClient) -> Iterator[str]:
    """Why the server's own programs cannot be used."""
    major = client.session.major
    programs = client.target.programs
    if programs is None:
        yield f"PostgreSQL {major}'s programs are not on this machine."
    elif programs.version.split(".", maxsplit=1)[0] != str(major):
        yield f"The server is PostgreSQL {major} and the programs here are {programs.version}."
    else:
        # Another major's would not read this one's log.
        for name in ("pg_basebackup", "pg_waldump"):
            if not os.access(programs.folder / name, os.X_OK):
                yield f"{name} is not in {programs.folder}."


def _client_reasons(client: PostgresClient) -> Iterator[str]:
    """Why the server cannot be dumped."""
    try:
        refuse_older_programs(client)
    except SeawallError as error:
        yield f"{error.happened} {error.hint}"


def _admin_reasons(client: PostgresClient) -> Iterator[str]:
    """Why the login is no administrator's."""
    if not client.session.value("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        yield "The role is no superuser."
