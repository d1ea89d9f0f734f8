"""Every way a verb can fail, made into a text, an exit code and, where asked for, JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import click

from seawall.datafile import FileMistakesError
from seawall.errors import SeawallError
from seawall.interfaces.cli import usage
from seawall.interfaces.cli.bug_report import report_bug
from seawall.interfaces.cli.envelope import Form, render, wrap
from seawall.interfaces.cli.interrupts import InterruptedBySignal
from seawall.interfaces.cli.machine import MACHINE, refused_by_machine
from seawall.interfaces.cli.redaction import redact
from seawall.interfaces.cli.screen import Screen
from seawall.interfaces.report.shown import show_sentence
from seawall.model.surroundings import Surroundings

RED, PLAIN = "\x1b[1;31m", "\x1b[0m"


@dataclass(frozen=True)
class MistakeAnswer:
    """One mistake of the file.

    Attributes:
        line: From 1.
        column: From 1, in characters.
        path: The way to it through the file's keys; empty where there is none.
        text: What is wrong.
        suggestion: How to mend it; empty where nothing can be said.
    """

    line: int
    column: int
    path: str
    text: str
    suggestion: str


@dataclass(frozen=True)
class ErrorAnswer:
    """Why a verb ended without an answer.

    Attributes:
        code: Stable; docs/reference/errors.md has a section on each.
        exit_code: Of the process.
        attempted: What the verb was doing.
        happened: The cause.
        hint: What to do next.
        mistakes: Of the file, where that is the cause.
    """

    code: str
    exit_code: int
    attempted: str
    happened: str
    hint: str
    mistakes: tuple[MistakeAnswer, ...] = ()


def explain(
    error: BaseException,
    surroundings: Surroundings,
    arguments: list[str],
    environ: Mapping[str, str],
) -> ErrorAnswer:
    """Say any exception in words that hold no secret; a defect leaves its report in a file."""
    if isinstance(error, InterruptedBySignal):
        return _interrupted(error)
    if isinstance(error, click.ClickException):
        error = usage.translate(error)
    if isinstance(error, OSError) and error.errno in MACHINE:
        error = refused_by_machine(error)
    if not isinstance(error, SeawallError):
        error = report_bug(error, surroundings, arguments, environ)
    mistakes = error.mistakes if isinstance(error, FileMistakesError) else ()
    return ErrorAnswer(
        code=error.code,
        exit_code=error.exit_code,
        attempted=redact(error.attempted, environ),
        happened=redact(error.happened, environ).strip(),
        hint=redact(error.hint, environ),
        mistakes=tuple(
            MistakeAnswer(each.line, each.column, each.path, each.text, each.suggestion)
            for each in mistakes
        ),
    )


def show(answer: ErrorAnswer, form: Form, screen: Screen) -> None:
    """Tell people, and programs that asked for JSON or YAML."""
    first, *more = answer.happened.split("\n")
    word = f"{RED}error{PLAIN}" if screen.draws_err else "error"
    head = show_sentence(f"could not {answer.attempted}: {first}")
    lines = [f"{word} {answer.code}: {head}", *map(_show_line, more)]
    if answer.hint:
        lines.append(f"  next: {show_sentence(answer.hint)}")
    screen.say("".join(f"{line}\n" for line in lines))
    # Standard output is one document: what follows an answer is told to people only.
    if form is not Form.TABLE and not screen.has_answered:
        screen.write(render(wrap("error", answer), form))


def _show_line(line: str) -> str:
    return f"  {show_sentence(line.strip())}"


def asked_form(arguments: list[str]) -> Form:
    """The form that a command line asks for, also when the rest of it cannot be read."""
    following = [*arguments[1:], ""]
    for argument, after in zip(arguments, following, strict=True):
        name, _, value = argument.partition("=")
        if argument in {"-o", "--output"}:
            value = after
        elif argument.startswith("-o"):
            value = argument.removeprefix("-o")
        elif name != "--output":
            continue
        if value in {form.value for form in Form}:
            return Form(value)
    return Form.TABLE


def _interrupted(error: InterruptedBySignal) -> ErrorAnswer:
    return ErrorAnswer(
        code="SW-CLI-009",
        exit_code=error.exit_code,
        attempted="finish",
        happened=f"a signal ended the work ({error.number}).",
        hint="What was started for it is ended; run the command again when you like.",
    )
