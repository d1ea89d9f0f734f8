"""MariaDB, and MySQL as its variant: the rows, and nothing else."""

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
from seawall.capability import Engine, Need, Tested
from seawall.engines.mariadb import base_backup, dump, increment
from seawall.engines.mariadb.base_backup import BaseBackup
from seawall.engines.mariadb.check import MariadbCheck
from seawall.engines.mariadb.client import MariadbClient, connect
from seawall.engines.mariadb.collections import MariadbCollections
from seawall.engines.mariadb.discovery import MariadbDiscovery
from seawall.engines.mariadb.dump import DumpBackup
from seawall.engines.mariadb.fence import MariadbFence
from seawall.engines.mariadb.fingerprint import METHOD, MariadbFingerprints
from seawall.engines.mariadb.increment import IncrementBackup
from seawall.engines.mariadb.log import MariadbLog
from seawall.engines.mariadb.programs import MariadbPrograms, MysqlPrograms
from seawall.engines.mariadb.records import MariadbRecords
from seawall.engines.mariadb.restore import RestoreBase, RestoreDump
from seawall.engines.mariadb.rights import probe
from seawall.engines.mariadb.schema import MariadbSchema
from seawall.engines.mariadb.server import MariadbClaim, MariadbServer
from seawall.engines.mariadb.shell import MariadbShell
from seawall.engines.mariadb.status import MariadbStatus
from seawall.engines.mariadb.transfer import MariadbTransfer
from seawall.engines.mariadb.versions import MARIADB_VERSIONS, MYSQL_VERSIONS

_FILES: Final = frozenset(
    {
        Need.LOGIN,
        Need.ADMIN,
        Need.REPLICATION,
        Need.REPLAYABLE_LOG,
        Need.DATA_FOLDER,
        Need.PROGRAMS,
    }
)

ENGINE: Final = Engine[MariadbClient](
    name="mariadb",
    connect=connect,
    probe=probe,
    schemes=("mariadb",),
    server_versions=MARIADB_VERSIONS,
    tested_on="MariaDB 10.11 (Debian)",
    client_schemes=(("mariadb", "mysql"),),
    series_numbers=2,
    matrix=(
        PROGRAMS.by(MariadbPrograms),
        SERVER.by(MariadbServer),
        CLAIM.by(MariadbClaim),
        DISCOVERY.by(MariadbDiscovery),
        SHELL.by(MariadbShell),
        SCHEMA.by(MariadbSchema),
        STATUS.by(MariadbStatus),
        COLLECTIONS.by(MariadbCollections),
        RECORDS.by(MariadbRecords),
        FINGERPRINT.by(MariadbFingerprints, method=METHOD),
        BACKUP.by(BaseBackup, needs=_FILES, method=base_backup.METHOD),
        BACKUP.by(DumpBackup, method=dump.METHOD),
        INCREMENT.by(IncrementBackup, needs=_FILES, method=increment.METHOD),
        LOG.by(MariadbLog),
        RESTORE.by(RestoreBase, method=base_backup.METHOD),
        RESTORE.by(RestoreBase, method=increment.METHOD),
        RESTORE.by(RestoreDump, method=dump.METHOD),
        TRANSFER.by(MariadbTransfer),
        CHECK.by(MariadbCheck),
        FENCE.by(MariadbFence, needs=frozenset({Need.LOGIN, Need.ADMIN})),
    ),
)

_NO_SERVER: Final = "There is no MySQL server here that a backup could be restored and tried on."

MYSQL: Final = ENGINE.variant(
    "mysql",
    schemes=("mysql",),
    server_versions=MYSQL_VERSIONS,
    tested_on="the documentation of MySQL 8.0 to 9",
    tested=Tested.CONTRACT_ONLY,
    replaces=(
        PROGRAMS.by(MysqlPrograms),
        SERVER.not_yet(_NO_SERVER),
        SCHEMA.not_yet("Samples are bounded by MariaDB's own limit of a statement's time."),
        CLAIM.not_yet(_NO_SERVER),
        FINGERPRINT.not_yet("MySQL keeps accounts elsewhere, and no copy could be compared."),
        BACKUP.not_yet(_NO_SERVER),
        INCREMENT.not_yet(_NO_SERVER),
        LOG.not_yet("Without a backup there is no log."),
        RESTORE.not_yet(_NO_SERVER),
        TRANSFER.not_yet(_NO_SERVER),
        FENCE.not_yet("MySQL has no BACKUP STAGE: LOCK INSTANCE FOR BACKUP holds no commit."),
    ),
)
