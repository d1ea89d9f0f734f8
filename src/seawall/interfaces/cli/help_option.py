"""`--help` and `-h`, written through the screen like everything else."""

from __future__ import annotations

import click

from seawall.interfaces.cli.call import Session

NAMES = {"help_option_names": ["-h", "--help"]}


class Helped(click.Command):
    """A command whose help does not mind a reader that goes away, as in `| head`."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The usual option, with its text sent to the screen."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _show
        return option


def _show(ctx: click.Context, option: click.Parameter, is_asked: bool) -> None:
    del option
    if is_asked and not ctx.resilient_parsing:
        ctx.ensure_object(Session).screen.write(f"{ctx.get_help()}\n")
        ctx.exit()
