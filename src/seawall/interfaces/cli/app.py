"""The command line as a whole: a group that loads a verb only when it is called."""

from __future__ import annotations

import logging
import os
import sys
import threading
from importlib import import_module, resources
from typing import cast

import click
from click.shell_completion import CompletionItem

from seawall.interfaces.cli import usage
from seawall.interfaces.cli.call import Session
from seawall.interfaces.cli.failure import asked_form, explain, show
from seawall.interfaces.cli.help_option import NAMES, Helped
from seawall.interfaces.cli.interrupts import InterruptedBySignal, Stop, watch_signals
from seawall.interfaces.cli.verb import Verb
from seawall.interfaces.cli.verbs import VERBS

COMPLETION = "_SEAWALL_COMPLETE"
BUG = 70


class LazyGroup(Helped, click.Group):
    """Knows the verbs' names and summaries from a table; imports one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs, in the order of the help."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> Verb | None:
        """Import one verb; None for a name that is none."""
        del ctx
        return load_verb(cmd_name) if cmd_name in VERBS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb that is called; some have two words."""
        words = " ".join(args[:2])
        if words in VERBS and words != args[0]:
            return words, load_verb(words), args[2:]
        if args[0] not in VERBS and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise usage.unknown_verb(args[0])
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a verb's name from the table, without loading any."""
        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [
            CompletionItem(name, help=summary)
            for name, (_, summary) in VERBS.items()
            if name.startswith(incomplete) and " " not in name
        ]

    def get_help(self, ctx: click.Context) -> str:
        """The same text that `seawall --help` shows without loading anything."""
        del ctx
        return read_help().rstrip("\n")


def load_verb(name: str) -> Verb:
    """Import a verb."""
    return cast("Verb", import_module(VERBS[name][0]).command)


def read_help() -> str:
    """The generated text of top-level help."""
    return resources.files(__package__ or "").joinpath("help.txt").read_text(encoding="utf-8")


GROUP = LazyGroup("seawall", context_settings=NAMES, no_args_is_help=False)


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; nothing is raised and no traceback shown."""
    _silence()
    if COMPLETION in os.environ:
        GROUP.main(arguments, "seawall")
    try:
        with watch_signals() as stop:
            try:
                return _invoke(arguments, stop)
            finally:
                stop.is_over = True
    except InterruptedBySignal as late:
        # The signal came while the answer was being told.
        return late.exit_code


def _invoke(arguments: list[str], stop: Stop) -> int:
    session = Session(stop=stop)
    try:
        with GROUP.make_context("seawall", list(arguments), obj=session) as context:
            return int(GROUP.invoke(context) or 0)
    except click.exceptions.Exit as done:
        return done.exit_code
    except BaseException as error:  # noqa: BLE001 - the one place where everything ends
        stop.is_over = True
        # A library may turn the interruption into an error of its own.
        ended = InterruptedBySignal(stop.number) if stop.number else error
        return _tell(ended, session, arguments)


def _tell(error: BaseException, session: Session, arguments: list[str]) -> int:
    """Say what happened, and return its exit code; 70 when even that fails."""
    try:
        answer = explain(error, session.surroundings, arguments, os.environ)
        show(answer, asked_form(arguments), session.screen)
    except Exception:  # noqa: BLE001 - the code is all that is left to tell
        return BUG
    return answer.exit_code


def _silence() -> None:
    """Keep libraries and dying threads from writing to the terminal on their own."""
    logging.lastResort = None
    threading.excepthook = lambda _: None
    sys.unraisablehook = lambda _: None
