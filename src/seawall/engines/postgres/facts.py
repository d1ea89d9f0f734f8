"""What is true of a store beside its records: definitions, roles, grants, sequences."""

from __future__ import annotations

from functools import cache
from typing import Final

from blake3 import blake3

from seawall.engines.postgres.client import Session
from seawall.engines.postgres.quoting import qualified, quote_name
from seawall.engines.postgres.statements import SQL, statement
from seawall.model.fingerprint import Exclusion, Fact, Rule

HASH_BYTES: Final = 16
LARGE_OBJECTS: Final = "(large objects)"


def read_facts(session: Session) -> list[Fact]:
    """Definitions, roles, grants and settings; each value is the hash of its definition."""
    return [
        Fact(kind, name, blake3((definition or "").encode()).hexdigest(HASH_BYTES))
        for kind in kinds()
        for name, definition in session.rows(statement(f"facts/{kind}"))
    ]


@cache
def kinds() -> tuple[str, ...]:
    """Each has a statement of its own in `sql/facts`."""
    return tuple(sorted(path.stem for path in (SQL / "facts").glob("*.sql")))


def read_sequences(session: Session) -> dict[str, int]:
    """How far each sequence has counted, in steps from its start; -1 when it was never used."""
    counted: dict[str, int] = {}
    for schema, name, increment, start, cycles, is_readable in session.rows(statement("sequences")):
        if cycles or not is_readable:
            continue
        table = f"{quote_name(schema)}.{quote_name(name)}"
        ((last, is_called),) = session.rows(f"SELECT last_value, is_called FROM {table}")  # noqa: S608 - quoted
        steps = (last - start) // increment
        counted[qualified(schema, name)] = steps if is_called else steps - 1
    return counted


def sequence_facts(session: Session, floors: dict[str, int] | None) -> list[Fact]:
    """One fact for each sequence.

    Args:
        session: Lists the sequences, so those of its snapshot.
        floors: What was read before the cut, for a store that counts on; None to read it now.
    """
    now = read_sequences(session)
    return [
        Fact(
            "sequence", name, str(steps if floors is None else floors.get(name, -1)), Rule.AT_LEAST
        )
        for name, steps in now.items()
    ]


def cycling_sequences(session: Session) -> list[Exclusion]:
    """Sequences that start over, whose value says nothing."""
    return [
        Exclusion(
            f"sequence {qualified(schema, name)}",
            "it starts over when it is used up" if cycles else "the login may not read it",
        )
        for schema, name, _, _, cycles, is_readable in session.rows(statement("sequences"))
        if cycles or not is_readable
    ]
