"""The row of the ledger, a toy: it proves that an engine is added without touching anything shared."""

from __future__ import annotations

from typing import Final

from architecture.toy.ledger.backup import METHOD as BACKUP_METHOD
from architecture.toy.ledger.backup import LedgerBackup, LedgerRestore, LedgerTransfer
from architecture.toy.ledger.client import LedgerClient, connect
from architecture.toy.ledger.look import METHOD as FINGERPRINT_METHOD
from architecture.toy.ledger.look import (
    LedgerCheck,
    LedgerCollections,
    LedgerFingerprints,
    LedgerRecords,
    LedgerStatus,
)
from architecture.toy.ledger.server import LedgerClaim, LedgerPrograms, LedgerServer
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
from seawall.capability import Engine, Need, Rights

ENGINE: Final = Engine[LedgerClient](
    name="ledger",
    connect=connect,
    probe=lambda _: Rights(frozenset({Need.LOGIN}), {}),
    schemes=("ledger",),
    server_versions=(1, 1),
    tested_on="ledger 1.0",
    matrix=(
        PROGRAMS.by(LedgerPrograms),
        SERVER.by(LedgerServer),
        CLAIM.by(LedgerClaim),
        DISCOVERY.never("A toy is not found in the wild."),
        SHELL.never("A ledger is read with any editor."),
        SCHEMA.not_yet("A ledger has entries and no fields yet."),
        STATUS.by(LedgerStatus),
        COLLECTIONS.by(LedgerCollections),
        RECORDS.by(LedgerRecords),
        FINGERPRINT.by(LedgerFingerprints, method=FINGERPRINT_METHOD),
        BACKUP.by(LedgerBackup, method=BACKUP_METHOD),
        INCREMENT.never("A ledger has no positions within it."),
        LOG.never("The entries up to the cut are the whole backup, so that no log follows them."),
        RESTORE.by(LedgerRestore, method=BACKUP_METHOD),
        TRANSFER.by(LedgerTransfer),
        CHECK.by(LedgerCheck),
        FENCE.not_yet("The server cannot pause its writers."),
    ),
)
