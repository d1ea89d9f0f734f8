"""What a login may do: each unmet need is a sentence that names the role or setting."""

from __future__ import annotations

from seawall.capability import Need, Rights
from seawall.engines.mongodb.client import MongodbClient
from seawall.errors import RefusedError


def probe(client: MongodbClient) -> Rights:
    """The needs that this login and its server meet."""
    reasons = {
        Need.REPLICATION: _find_member_fault(client),
        Need.REPLAYABLE_LOG: _find_log_fault(client),
        Need.ADMIN: "Nothing of this row needs it.",
        Need.PROGRAMS: "" if client.target.programs else "No server of it is on this machine.",
        Need.DATA_FOLDER: "Seawall does not look for the server's data folder.",
        Need.HOST_LOGIN: "Seawall does not log in to the server's host.",
    }
    unmet = {need: reason for need, reason in reasons.items() if reason}
    return Rights(frozenset(Need) - unmet.keys(), unmet)


def _find_member_fault(client: MongodbClient) -> str:
    """Why there can be no snapshot."""
    if client.server.replica_set:
        return ""
    return (
        "The server is no member of a replica set and so has no snapshots: start it with"
        " --replSet and run rs.initiate(); one member is enough."
    )


def _find_log_fault(client: MongodbClient) -> str:
    """Why the oplog cannot be read."""
    if not client.server.replica_set:
        return "The server is no member of a replica set and so has no oplog."
    try:
        client.read_oplog_edge(is_last=False)
    except RefusedError as error:
        return f"The login may not read the oplog ({error.happened}) Grant it the role `backup`."
    return ""
