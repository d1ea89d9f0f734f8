"""`seawall verify`: the repository's own integrity."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.interfaces.cli.call import Call
from seawall.interfaces.cli.table import Table
from seawall.interfaces.cli.verb import verb
from seawall.interfaces.report.quantities import size
from seawall.model.quantity import count
from seawall.operations.vault import open_vault

FINDINGS = 1


@dataclass(frozen=True)
class VerifyAnswer:
    """What reading the whole repository found.

    Attributes:
        whole: Whether everything is as it was written.
        backups: How many were looked at.
        pieces: Stored objects that were read.
        bytes: Of those.
        findings: What is wrong, one sentence each.
        leftovers: Objects that no backup names: what interrupted ones left. No finding.
    """

    whole: bool
    backups: int
    pieces: int
    bytes: int
    findings: tuple[str, ...]
    leftovers: tuple[str, ...]


@verb("verify", answer=VerifyAnswer, examples=("seawall verify", "seawall verify -o json"))
def command(call: Call) -> int:
    """Check that every stored byte is what was written.

    Reads the whole repository: the chain of manifests, and the hash of every piece. It needs no
    key and restores nothing; only a drill proves that a backup comes back. Exits with 1 when
    something is wrong.
    """
    work = call.open_work()
    vault = open_vault(work.tier, work.surroundings)
    with call.progress() as progress:
        progress.step("reading the whole repository")
        found = vault.metered(progress, "reading").verify()
    answer = VerifyAnswer(
        whole=not found.faults,
        backups=found.backups,
        pieces=found.objects,
        bytes=found.bytes,
        findings=found.faults,
        leftovers=found.leftovers,
    )
    findings = Table(("finding",), [(each,) for each in found.faults])
    call.answer(answer, findings, _summary(answer))
    return 0 if answer.whole else FINDINGS


def _summary(answer: VerifyAnswer) -> str:
    looked_at = (
        f"{count(answer.backups, 'backup')}, {count(answer.pieces, 'piece')}, {size(answer.bytes)}"
    )
    verdict = "whole" if answer.whole else f"{count(len(answer.findings), 'finding')}"
    unused = f"; {count(len(answer.leftovers), 'piece')} of unfinished backups"
    return f"{verdict}: {looked_at}{unused if answer.leftovers else ''}"
