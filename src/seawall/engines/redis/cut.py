"""Cut a source: every offset that it tells is an exact content, so a cut is one question for it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from seawall.engines.redis.client import ErrorReply, RedisClient, Wire, parse_info
from seawall.errors import RefusedError, UnreachableError
from seawall.model.point import Cut
from seawall.model.position import Position


class CutSession(Protocol):
    """What an attempt asks of the backup it belongs to."""

    def freeze(self) -> None:
        """Let nothing pass to a private replica that it could have before the cut is known."""
        ...

    def settle(self, replication_id: str, offset: int) -> Cut:
        """Make sure that the backup has, or will have, all up to the offset."""
        ...

    def view(self, offset: int) -> AbstractContextManager[RedisClient]:
        """A private replica at the offset."""
        ...


class RedisCutAttempt:
    """One question for the replication offset."""

    def __init__(self, session: CutSession, wire: Wire) -> None:
        self._session = session
        self._wire = wire
        self._answer: bytes | ErrorReply = b""
        self._offset = -1

    def take(self) -> None:
        """Ask for the offset: one round trip."""
        self._session.freeze()
        (self._answer,) = self._wire.pipeline((("INFO", "replication"),))

    def settle(self) -> Cut | None:
        """Where the cut is, once the backup is sure to come to it."""
        if isinstance(self._answer, ErrorReply):
            return None
        fields = parse_info(self._answer)
        self._offset = int(fields["master_repl_offset"])
        return self._session.settle(fields["master_replid"], self._offset)

    @contextmanager
    def view(self) -> Generator[RedisClient]:
        """A client of the source as it was at the cut."""
        with self._session.view(self._offset) as client:
            yield client


def make_cut(
    client: RedisClient,
    replication_id: str,
    offset: int,
    also_excluded: tuple[tuple[str, str], ...] = (),
) -> Cut:
    """The cut of a source at an offset of one replication history."""
    position = Position.single(f"{replication_id}:{offset}")
    return Cut(position, exact=True, excluded=(*_list_users(client), *also_excluded))


def refuse_new_history(client: RedisClient, followed: str, told: str) -> None:
    """Refuse to go on where the source began another history than the one that is followed.

    Raises:
        UnreachableError: SW-REDIS-005.
    """
    if told != followed:
        raise UnreachableError(
            "SW-REDIS-005",
            attempted=f"cut store `{client.target.store}`",
            happened="its server began a new replication history during the backup:"
            f" {followed} became {told}.",
            hint="It was restarted or failed over; run the backup again.",
        )


def _list_users(client: RedisClient) -> tuple[tuple[str, str], ...]:
    try:
        users = [name.decode(errors="replace") for name in client.call("ACL", "USERS")]
    except RefusedError:
        return (("users", "The login may not list them; they are configuration, not data."),)
    others = sorted(set(users) - {"default"})
    why = "Users and their rights are the server's configuration, not its data."
    return tuple((f"user {name}", why) for name in others)
