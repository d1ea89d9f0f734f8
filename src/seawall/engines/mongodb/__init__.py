"""The row of MongoDB."""

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
from seawall.capability import Engine, Tested
from seawall.engines.mongodb.client import MongodbClient, connect
from seawall.engines.mongodb.collections import MongodbCollections
from seawall.engines.mongodb.fingerprint import METHOD, MongodbFingerprints
from seawall.engines.mongodb.records import MongodbRecords
from seawall.engines.mongodb.rights import probe
from seawall.engines.mongodb.server import MongodbClaim, MongodbPrograms, MongodbServer
from seawall.engines.mongodb.status import MongodbStatus
from seawall.engines.mongodb.transfer import MongodbTransfer
from seawall.engines.mongodb.versions import VERSIONS

ENGINE: Final = Engine[MongodbClient](
    name="mongodb",
    connect=connect,
    probe=probe,
    schemes=("mongodb", "mongodb+srv"),
    server_versions=VERSIONS,
    tested_on="SecantusDB 0.7.0b3, which stands in for MongoDB 8.2",
    tested=Tested.EMULATED,
    matrix=(
        PROGRAMS.by(MongodbPrograms),
        SERVER.by(MongodbServer),
        CLAIM.by(MongodbClaim),
        STATUS.by(MongodbStatus),
        COLLECTIONS.by(MongodbCollections),
        RECORDS.by(MongodbRecords),
        FINGERPRINT.by(MongodbFingerprints, method=METHOD),
        BACKUP.not_yet("Backups of MongoDB are being built."),
        LOG.not_yet("Backups of MongoDB are being built."),
        RESTORE.not_yet("Backups of MongoDB are being built."),
        TRANSFER.by(MongodbTransfer),
        CHECK.not_yet("Backups of MongoDB are being built."),
        FENCE.not_yet("Backups of MongoDB are being built."),
    ),
)
