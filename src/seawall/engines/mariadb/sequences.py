"""How far sequences have counted: not transactional, so it is compared as *at least*."""

from __future__ import annotations

from seawall.engines.mariadb.client import Session
from seawall.engines.mariadb.quoting import quote_name
from seawall.engines.mariadb.statements import statement
from seawall.model.fingerprint import Exclusion, Fact, Rule


def read_sequences(session: Session, database: str) -> tuple[list[Fact], list[Exclusion]]:
    """One fact for each sequence: how many steps it is from its start; and those that start over."""
    facts: list[Fact] = []
    excluded: list[Exclusion] = []
    for (name,) in session.rows(statement("sequences"), database):
        state = statement("sequence_state").format(sequence=quote_name(name))
        ((following, start, increment, cycles),) = session.rows(state)
        if cycles:
            excluded.append(Exclusion(f"sequence {name}", "it starts over when it is used up"))
        else:
            # An increment of 0 means the server's own, which may change.
            steps = (following - start) // (increment or 1)
            facts.append(Fact("sequence value", name, str(steps), Rule.AT_LEAST))
    return facts, excluded
