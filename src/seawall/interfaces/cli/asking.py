"""Questions to the person at the terminal, before what cannot be undone."""

from __future__ import annotations

import sys

from seawall.errors import RefusedError
from seawall.interfaces.cli.call import Call
from seawall.operations.up import refuse_unconfirmed


def confirm_name(call: Call, act: str, name: str, given: str) -> str:
    """Have the name of what is lost typed, unless it was given as `--confirm`.

    Returns:
        The name that was typed or given.

    Raises:
        RefusedError: SW-TIER-005 when it is not the right one, or nobody can be asked.
    """
    if not given and call.may_ask:
        given = _ask(call, f"Type `{name}` to {act}: ")
    refuse_unconfirmed(act, name, given)
    return given


def agree_or_refuse(call: Call, act: str, question: str) -> None:
    """Ask for a yes; where nobody can be asked, go on.

    Raises:
        RefusedError: SW-CLI-006 for any other answer.
    """
    if call.may_ask and _ask(call, f"{question} [y/N] ").lower() not in {"y", "yes"}:
        raise RefusedError(
            "SW-CLI-006",
            attempted=act,
            happened="you did not agree.",
            hint="Nothing was changed.",
        )


def _ask(call: Call, prompt: str) -> str:
    """One line from the terminal; nothing at its end of file."""
    with call.quiet():
        call.screen.say(prompt)
        line = sys.stdin.readline()
        if not line.endswith("\n"):
            call.screen.say("\n")
        return line.strip()
