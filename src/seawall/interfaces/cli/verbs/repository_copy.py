"""`seawall repository copy`: the offsite copy."""

from __future__ import annotations

from dataclasses import dataclass

import click

from seawall.interfaces.cli.call import Call, here
from seawall.interfaces.cli.verb import verb
from seawall.interfaces.report.quantities import size
from seawall.model.quantity import count
from seawall.operations.offsite import copy_repository, find_copy
from seawall.operations.place import is_sent_in_the_clear
from seawall.operations.vault import open_vault


@dataclass(frozen=True)
class RepositoryCopyAnswer:
    """What the other repository holds now.

    Attributes:
        place: Its folder or url.
        copied: Backups that were copied now, oldest first.
        held: How many it had before.
        pieces: Stored objects that were sent.
        bytes: Of those.
        kept: Pieces that were there already, with the right hash.
    """

    place: str
    copied: tuple[str, ...]
    held: int
    pieces: int
    bytes: int
    kept: int


@verb(
    "repository copy",
    answer=RepositoryCopyAnswer,
    examples=(
        "seawall repository copy --to /mnt/offsite/shop",
        "seawall repository copy --to s3://shop-offsite -o json",
    ),
)
@click.option(
    "--to",
    metavar="FOLDER|URL",
    required=True,
    help="A folder, or a url that `repository.copies` of the file names.",
)
def command(call: Call, to: str) -> int:
    """Copy every backup to another repository.

    Byte for byte and without any key: each piece is compared with its manifest on its way and read
    back there. What is there already is not sent again. When it is broken off, what is there is a
    whole, shorter repository, and the next run goes on.
    """
    work = call.open_work(changes=True)
    place = find_copy(work.tier, to, here(), call.surroundings)
    if is_sent_in_the_clear(place):
        call.tell(f"warning: requests to {to} are not encrypted: use https://")
    vault = open_vault(work.tier, work.surroundings)
    with call.progress() as progress:
        found = copy_repository(vault.objects, place, progress)
    answer = RepositoryCopyAnswer(
        place=found.place,
        copied=found.backups,
        held=found.held,
        pieces=found.pieces,
        bytes=found.bytes,
        kept=found.kept,
    )
    call.answer(answer, _summary(answer))
    return 0


def _summary(answer: RepositoryCopyAnswer) -> str:
    sent = f"{count(answer.pieces, 'piece')}, {size(answer.bytes)}"
    total = count(answer.held + len(answer.copied), "backup")
    names = "".join(f"{name}\n" for name in answer.copied)
    return f"{names}{answer.place} holds {total}: {len(answer.copied)} copied now ({sent})"
