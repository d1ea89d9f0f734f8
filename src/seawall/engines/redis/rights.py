"""What a login may do, found by commands that change nothing whether they are allowed or not."""

from __future__ import annotations

from typing import Final

from seawall.capability import Need, Rights
from seawall.engines.redis.client import ErrorReply, RedisClient
from seawall.engines.redis.versions import can_read, find_product, find_rdb_version

# Each is wrong on purpose: the server checks the right first, then the arguments. A PSYNC from
# an offset that is no number is refused by every version without starting a transfer.
REPLICATION_TRIALS: Final = (
    ("psync", ("PSYNC", "?", "x"), "not an integer"),
    ("replconf", ("REPLCONF", "capa", "psync2"), "OK"),
)
HOLD_TRIALS: Final = (
    ("client|pause", ("CLIENT", "PAUSE", "x", "WRITE"), "not an integer"),
    ("info", ("INFO", "replication"), ""),
)


# Since 7.0 every time to live is replicated as an absolute time.
FIRST_ABSOLUTE: Final = (7, 0)


def probe(client: RedisClient) -> Rights:
    """The needs that this login and this machine meet."""
    reasons = {
        Need.REPLICATION: _try_commands(client, REPLICATION_TRIALS),
        Need.REPLAYABLE_LOG: find_stream_fault(client),
        Need.ADMIN: _try_commands(client, HOLD_TRIALS),
        Need.PROGRAMS: find_program_fault(client),
        Need.DATA_FOLDER: "Seawall does not look for the server's data folder.",
        Need.HOST_LOGIN: "Seawall does not log in to the server's host.",
    }
    unmet = {need: reason for need, reason in reasons.items() if reason}
    return Rights(frozenset(Need) - unmet.keys(), unmet)


def find_stream_fault(client: RedisClient) -> str:
    """Why the server's stream cannot be replayed later; empty when it can."""
    if client.server.release >= FIRST_ABSOLUTE:
        return ""
    return (
        f"{client.server.product} {client.server.version} replicates times to live relative to"
        " now, so that its stream cannot be replayed later."
    )


def find_program_fault(client: RedisClient) -> str:
    """Why the programs here cannot follow the client's server; empty when they can."""
    programs = client.target.programs
    server = client.server
    if programs is None:
        return f"There are no programs of {server.product} on this machine."
    product = find_product(programs, server.product)
    if not product:
        return f"There is no {server.product}-server in {programs.folder}."
    written = find_rdb_version(server.product, server.version)
    if not can_read(product, programs.version, written):
        return (
            f"The programs here are {product} {programs.version}, which does not read the data"
            f" of {server.product} {server.version} (RDB format {written})."
        )
    return ""


def _try_commands(client: RedisClient, trials: tuple[tuple[str, tuple[str, ...], str], ...]) -> str:
    """Why the login may not run one of the commands; empty when it may run all."""
    with client.open_wire() as wire:
        replies = wire.pipeline([command for _, command, _ in trials])
    for (name, _, expected), reply in zip(trials, replies, strict=True):
        text = reply.text if isinstance(reply, ErrorReply) else ""
        if "unknown command" in text.lower():
            return f"The server does not offer `{name}`, as many managed services do not."
        if text and expected not in text:
            user = client.target.location.user or "default"
            return f"The server refuses `{name}` ({text}) Run `ACL SETUSER {user} +{name}`."
    return ""
