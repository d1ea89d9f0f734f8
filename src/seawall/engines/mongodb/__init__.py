"""The row of MongoDB."""

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
from seawall.engines.mongodb import dump, log_dump
from seawall.engines.mongodb.check import MongodbCheck
from seawall.engines.mongodb.client import MongodbClient, connect
from seawall.engines.mongodb.collections import MongodbCollections
from seawall.engines.mongodb.discovery import MongodbDiscovery
from seawall.engines.mongodb.dump import DumpBackup
from seawall.engines.mongodb.fingerprint import METHOD, MongodbFingerprints
from seawall.engines.mongodb.log import MongodbLog
from seawall.engines.mongodb.log_dump import LogBackup
from seawall.engines.mongodb.records import MongodbRecords
from seawall.engines.mongodb.restore import MongodbRestore
from seawall.engines.mongodb.rights import probe
from seawall.engines.mongodb.schema import MongodbSchema
from seawall.engines.mongodb.server import MongodbClaim, MongodbPrograms, MongodbServer
from seawall.engines.mongodb.shell import MongodbShell
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
        DISCOVERY.by(MongodbDiscovery),
        SHELL.by(MongodbShell),
        SCHEMA.by(MongodbSchema),
        STATUS.by(MongodbStatus),
        COLLECTIONS.by(MongodbCollections),
        RECORDS.by(MongodbRecords),
        FINGERPRINT.by(MongodbFingerprints, method=METHOD),
        BACKUP.by(
            LogBackup,
            needs=frozenset({Need.LOGIN, Need.REPLICATION, Need.REPLAYABLE_LOG}),
            method=log_dump.METHOD,
        ),
        BACKUP.by(
            DumpBackup,
            needs=frozenset({Need.LOGIN, Need.REPLICATION}),
            method=dump.METHOD,
        ),
        INCREMENT.never("Documents carry no position: what changed is only in the oplog."),
        LOG.by(MongodbLog),
        RESTORE.by(MongodbRestore, method=log_dump.METHOD),
        RESTORE.by(MongodbRestore, method=dump.METHOD),
        TRANSFER.by(MongodbTransfer),
        CHECK.by(MongodbCheck),
        FENCE.not_yet(
            "`fsyncLock` has no timeout: if Seawall died, writers would wait until somebody unlocks"
            " the server; MongoDB is cut exactly inside the hold of the other stores."
        ),
    ),
)
