"""Mistakes on the command line, in the words of every other error."""

from __future__ import annotations

import difflib

import click
from click.exceptions import NoSuchOption

from seawall.errors import UsageError
from seawall.interfaces.cli.verbs import VERBS

SHARED_OPTIONS = ("-f", "--file", "-e", "--environment", "-o", "--output", "--no-input")


def unknown_verb(name: str) -> UsageError:
    """There is no such verb."""
    longer = [each for each in VERBS if each.startswith(f"{name} ")]
    close = longer or difflib.get_close_matches(name, VERBS, n=1)
    help_hint = "Run `seawall --help` for all verbs."
    return UsageError(
        "SW-CLI-001",
        attempted=f"run `seawall {name}`",
        happened="there is no such verb.",
        hint=f"Did you mean `seawall {close[0]}`? {help_hint}" if close else help_hint,
    )


def translate(error: click.ClickException) -> UsageError:
    """Say a mistake that click found."""
    context = getattr(error, "ctx", None)
    path = context.command_path if isinstance(context, click.Context) else "seawall"
    help_hint = f"Run `{path} --help`."
    if isinstance(error, NoSuchOption):
        return UsageError(
            "SW-CLI-002",
            attempted=f"run `{path}`",
            happened=f"there is no option `{error.option_name}`.",
            hint=_option_hint(error, path, help_hint),
        )
    message = error.format_message().rstrip(".")
    return UsageError(
        "SW-CLI-003",
        attempted=f"run `{path}`",
        happened=f"{message[:1].lower()}{message[1:]}.",
        hint=help_hint,
    )


def _option_hint(error: NoSuchOption, path: str, help_hint: str) -> str:
    if path == "seawall" and error.option_name in SHARED_OPTIONS:
        return f"Put `{error.option_name}` after the verb, as in `seawall status -o json`."
    if error.possibilities:
        return f"Did you mean `{error.possibilities[0]}`? {help_hint}"
    return help_hint
