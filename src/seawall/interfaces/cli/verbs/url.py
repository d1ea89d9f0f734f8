"""`seawall url`: the one verb that shows a secret."""

from __future__ import annotations

from dataclasses import dataclass

import click

from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.verb import verb
from seawall.operations.up import read_url


@dataclass(frozen=True)
class UrlAnswer:
    """Where a store is and how to log in.

    Attributes:
        store: Its name.
        url: With the password.
    """

    store: str
    url: str


@verb("url", answer=UrlAnswer, examples=("seawall url orders", 'psql "$(seawall url orders)"'))
@click.argument("store")
def command(call: Call, store: str) -> int:
    """Print a store's URL with its password.

    Standard output has the URL and nothing else. No other verb shows a password.
    """
    url = read_url(call.open_work(), store).reveal()
    call.answer(UrlAnswer(store, url), url)
    return 0
