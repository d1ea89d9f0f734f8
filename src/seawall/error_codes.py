"""Every error code with its meaning: the source of `docs/reference/errors.md`."""

from __future__ import annotations

from typing import Final

ERROR_CODES: Final[dict[str, str]] = {
    "SW-BUG-001": "Seawall itself failed. Nothing is known to be wrong with your data.",
    "SW-ENGINE-001": "The file names an engine that this version of Seawall does not have.",
    "SW-ENGINE-002": "The engine does not offer what the verb needs, or not with these rights.",
    "SW-ENGINE-003": "The server's version is outside what the engine's row supports.",
    "SW-SERVER-001": "No programs of a supported version of the engine are on this machine.",
    "SW-SERVER-002": "SEAWALL_PROVIDER is neither `wheel`, `system` nor a folder.",
    "SW-SERVER-003": "No free port was found below the ephemeral range.",
    "SW-SERVER-004": "A server ended while it was being started; its last lines are in the text.",
    "SW-SERVER-005": "A server did not answer in time after it was started.",
    "SW-SERVER-006": "Seawall runs as root and found no unprivileged user to run a server as.",
    "SW-SERVER-007": "A program of the engine failed; its last lines are in the text.",
    "SW-SERVER-008": "A folder that a server needs belongs to somebody else.",
    "SW-SERVER-009": "A local server's data is gone; it is not replaced by an empty one.",
    "SW-TIER-001": "Another process does the same with this tier at this moment.",
    "SW-CONNECT-001": "A server does not answer, or the connection to it was lost.",
    "SW-CONNECT-002": "A server refuses the login: user, password, database or its access rules.",
    "SW-CONNECT-003": "The store's url has an option that the driver does not know.",
    "SW-POSTGRES-001": "The login lacks a right that PostgreSQL names in its message.",
    "SW-POSTGRES-002": "PostgreSQL refused a statement.",
    "SW-POSTGRES-005": "The sandbox differs from production: an extension, library or locale is missing here.",
    "SW-REDIS-001": "The server runs in cluster mode, which Seawall does not back up yet.",
    "SW-REDIS-002": "The login may not run a command that the work needs; the text names it.",
    "SW-REDIS-003": "Redis or Valkey answered a command with an error; the text is its own.",
    "SW-REDIS-004": "The server refuses to be followed as a primary, or speaks another protocol.",
    "SW-REDIS-005": "The replication stream broke: the connection was lost or its history changed.",
    "SW-REDIS-006": "A transfer or replay of a Redis or Valkey server made no progress in time.",
    "SW-REDIS-007": "The replication stream could not be recorded: the scratch folder is full.",
    "SW-REDIS-008": "The recorded stream does not end with a whole command at the cut.",
    "SW-REDIS-009": "The programs here cannot read the data format of the source's version.",
    "SW-REDIS-010": "The pieces of a backup do not lead to its cut.",
    "SW-BACKUP-010": "The source cannot be read as it was at the cut, so there is no fingerprint of it.",
    "SW-BACKUP-011": "The store changed while its writers were held: the point is taken again.",
    "SW-POSTGRES-003": "A program of PostgreSQL failed; its last lines are in the text.",
    "SW-POSTGRES-004": "PostgreSQL's client programs are not on this machine.",
    "SW-LINK-001": "A link names a collection or field that its store does not have.",
}
