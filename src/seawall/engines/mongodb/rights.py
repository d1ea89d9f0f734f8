"""What a login may do: each unmet need is a sentence that names the role or setting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seawall.capability import Need, Rights
from seawall.engines.mongodb.client import MongodbClient
from seawall.errors import RefusedError

HOLD_ACTIONS = frozenset({"fsync", "unlock"})


def probe(client: MongodbClient) -> Rights:
    """The needs that this login and its server meet."""
    reasons = {
        Need.REPLICATION: _find_member_fault(client),
        Need.REPLAYABLE_LOG: _find_log_fault(client),
        Need.ADMIN: _find_hold_fault(client),
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


def _find_hold_fault(client: MongodbClient) -> str:
    """Why writers cannot be held."""
    if client.server.emulates:
        return f"{client.server.product} has no fsyncLock."
    told = client.run("admin", {"connectionStatus": 1, "showPrivileges": True})["authInfo"]
    if not told["authenticatedUsers"]:
        return ""
    missing = HOLD_ACTIONS - set(_cluster_actions(told["authenticatedUserPrivileges"]))
    return f"The login lacks the actions {', '.join(sorted(missing))}." if missing else ""


def _cluster_actions(privileges: list[dict[str, Any]]) -> Iterator[str]:
    for each in privileges:
        resource = each["resource"]
        if resource.get("cluster") or resource.get("anyResource"):
            yield from each["actions"]
