"""`seawall adopt`: the file of databases that exist already."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from seawall.datafile import FILE_NAME
from seawall.errors import UsageError
from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.table import Table
from seawall.interfaces.cli.verb import verb
from seawall.interfaces.report.quantities import size
from seawall.model.quantity import count
from seawall.operations.adopt import Address, Adoption, adopt, read_address
from seawall.operations.adopt_file import AdoptedStore, LeftOutServer
from seawall.operations.discover import discover


@dataclass(frozen=True)
class ProposedLink:
    """A link that the file names or mentions.

    Attributes:
        link: The promise.
        confidence: certain, likely or possible; only certain ones are not commented out.
        evidence: What speaks for it.
    """

    link: str
    confidence: str
    evidence: str


@dataclass(frozen=True)
class AdoptAnswer:
    """What was seen and written.

    Attributes:
        app: The application's name.
        file: The tier's file.
        files: Every file that was written.
        stores: In the file's order.
        links: Surest first.
        left_out: Servers that were found and could not be opened.
    """

    app: str
    file: str
    files: tuple[str, ...]
    stores: tuple[AdoptedStore, ...]
    links: tuple[ProposedLink, ...]
    left_out: tuple[LeftOutServer, ...]


@verb(
    "adopt",
    answer=AdoptAnswer,
    examples=(
        "seawall adopt env://ORDERS_URL env://SESSIONS_URL",
        "seawall adopt postgres://reader@db.example/orders redis://cache.example",
        "seawall adopt --discover",
    ),
)
@click.argument("urls", nargs=-1)
@click.option("--discover", "looks", is_flag=True, help="Look for servers on this machine.")
def command(call: Call, urls: tuple[str, ...], looks: bool) -> int:
    """Write a seawall.yaml for databases that exist already.

    Reads only, and asks nothing: stores and sizes, what these logins allow to back up and which
    grants would allow more, and links between stores with the evidence for each. A URL with a
    password is better given as env://NAME or file:///path: the file then names that; otherwise the
    URL is kept in a private file beside the tier's state. --discover looks at loopback addresses
    and Unix sockets only.
    """
    if not urls and not looks:
        raise UsageError(
            "SW-CLI-004",
            attempted="adopt databases",
            happened="no URL is named.",
            hint="Name them: `seawall adopt env://NAME`, or look around: `--discover`.",
        )
    path = (call.file or Path(FILE_NAME)).absolute()
    addresses = [_read(call, url) for url in urls]
    with call.progress() as progress:
        if looks:
            progress.step("looking for servers on this machine")
            addresses += discover()
        done = adopt(path, addresses, call.surroundings, progress)
    call.tell(f"wrote {path}")
    call.answer(_answer(done), *_for_people(done))
    return 0


def _read(call: Call, url: str) -> Address:
    address = read_address(url)
    if address.location.password and not address.reference:
        call.tell("a password on the command line is seen by every user; env://NAME is not")
    return address


def _answer(done: Adoption) -> AdoptAnswer:
    return AdoptAnswer(
        app=done.tier.app,
        file=str(done.tier.path),
        files=tuple(map(str, done.files)),
        stores=done.stores,
        links=tuple(
            ProposedLink(each.link.name, each.confidence.value, each.evidence)
            for each in done.links.links
        ),
        left_out=done.left_out,
    )


def _for_people(done: Adoption) -> tuple[Table | str, ...]:
    stores = Table(
        ("store", "engine", "server", ">size", ">collections", "backup by"),
        [
            (
                each.name,
                each.engine,
                f"{each.product} {each.version}",
                size(max(each.size_bytes, 0)),
                count(each.collections) if each.collections >= 0 else "",
                each.method or "nothing: see the file",
            )
            for each in done.stores
        ],
    )
    between = [
        each for each in done.links.links if each.link.every.store != each.link.exists_in.store
    ]
    links = Table(
        ("link", "confidence", "evidence"),
        [(each.link.name, each.confidence.value, each.evidence) for each in between],
    )
    left_out = Table(("left out", "why"), [(each.shown, each.why) for each in done.left_out])
    return stores, links, left_out, "Next: read the file, then `seawall check`"
