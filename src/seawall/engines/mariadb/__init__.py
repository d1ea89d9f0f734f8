"""MariaDB, and MySQL as its variant: the rows, and nothing else."""

from __future__ import annotations

from typing import Final

from seawall.capabilities import (
    BACKUP,
    CHECK,
    CLAIM,
    COLLECTIONS,
    FENCE,
    FINGERPRINT,
    LOG,
    PROGRAMS,
    RECORDS,
    RESTORE,
    SERVER,
    STATUS,
    TRANSFER,
)
from seawall.capability import Engine
from seawall.engines.mariadb.client import MariadbClient, connect
from seawall.engines.mariadb.collections import MariadbCollections
from seawall.engines.mariadb.fingerprint import METHOD, MariadbFingerprints
from seawall.engines.mariadb.programs import MariadbPrograms
from seawall.engines.mariadb.records import MariadbRecords
from seawall.engines.mariadb.rights import probe
from seawall.engines.mariadb.server import MariadbClaim, MariadbServer
from seawall.engines.mariadb.status import MariadbStatus
from seawall.engines.mariadb.transfer import MariadbTransfer
from seawall.engines.mariadb.versions import MARIADB_VERSIONS

ENGINE: Final = Engine[MariadbClient](
    name="mariadb",
    connect=connect,
    probe=probe,
    schemes=("mariadb",),
    server_versions=MARIADB_VERSIONS,
    tested_on="MariaDB 10.11 (Debian)",
    client_schemes=(("mariadb", "mysql"),),
    matrix=(
        PROGRAMS.by(MariadbPrograms),
        SERVER.by(MariadbServer),
        CLAIM.by(MariadbClaim),
        STATUS.by(MariadbStatus),
        COLLECTIONS.by(MariadbCollections),
        RECORDS.by(MariadbRecords),
        FINGERPRINT.by(MariadbFingerprints, method=METHOD),
        BACKUP.not_yet("Backups come next."),
        LOG.not_yet("Backups come next."),
        RESTORE.not_yet("Backups come next."),
        TRANSFER.by(MariadbTransfer),
        CHECK.not_yet("Backups come next."),
        FENCE.not_yet("Backups come next."),
    ),
)
