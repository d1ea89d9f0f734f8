"""What every verb has: its three shared options, its examples, and the shape of its answer."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from seawall.interfaces.cli.call import Call, Session, Source
from seawall.interfaces.cli.envelope import Form
from seawall.interfaces.cli.help_option import NAMES, Helped
from seawall.interfaces.cli.screen import stdin_is_terminal
from seawall.interfaces.cli.verbs import VERBS

Act = Callable[..., int]


class Verb(Helped):
    """A verb with examples; what it answers is a dataclass, from which its schema is made."""

    answer: type[Any]
    examples: tuple[str, ...]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples as they are."""
        del ctx
        with formatter.section("Examples"):
            formatter.write("".join(f"  {example}\n" for example in self.examples))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete options, arguments, and the second word of longer verbs."""
        second = [
            name.removeprefix(f"{self.name} ") for name in VERBS if name.startswith(f"{self.name} ")
        ]
        longer = [CompletionItem(word) for word in second if word.startswith(incomplete)]
        return [*longer, *super().shell_complete(ctx, incomplete)]


def verb(name: str, *, answer: type[Any], examples: tuple[str, ...]) -> Callable[[Act], Verb]:
    """Make a verb of a function that takes a Call and its own options, and returns an exit code.

    Args:
        name: On the command line, and of the answer's schema.
        answer: Dataclass of the `data` it answers with.
        examples: Whole command lines.
    """

    def make(act: Act) -> Verb:
        @functools.wraps(act)
        def invoke(
            file: Path | None, environment: str, output: str, no_input: bool, **given: Any
        ) -> int:
            session = click.get_current_context().ensure_object(Session)
            may_ask = not no_input and stdin_is_terminal() and session.screen.err.isatty()
            source = Source(file, environment)
            return act(Call(name, session, source, Form(output), may_ask), **given)

        made = click.command(name, cls=Verb, context_settings=NAMES)(invoke)
        made.params += shared_options()
        made.answer = answer
        made.examples = examples
        return made

    return make


def shared_options() -> list[click.Parameter]:
    """Which file, which form of answer, and whether to ask."""
    return [
        click.Option(
            ["-f", "--file"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="The file, if not seawall.yaml here or above.",
        ),
        click.Option(
            ["-e", "--environment"],
            metavar="NAME",
            default="",
            help="One of the file's environments.",
        ),
        click.Option(
            ["-o", "--output"],
            type=click.Choice([form.value for form in Form]),
            default=Form.TABLE.value,
            help="table (default), json, jsonl (on one line) or yaml.",
        ),
        click.Option(
            ["--no-input"], is_flag=True, help="Never ask; refuse where it would be needed."
        ),
    ]
