"""A tier of one store that runs for as long as a benchmark looks at it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from seawall import registry
from seawall.datafile.file import load
from seawall.interfaces.cli.environment import current_surroundings
from seawall.model.progress import Silent
from seawall.model.surroundings import Surroundings
from seawall.model.target import Programs, Target
from seawall.operations.up import destroy_tier, start_tier
from seawall.operations.vault import Key, create_key
from seawall.operations.workplace import Workplace, open_workplace


@dataclass(frozen=True)
class Running:
    """The running tier.

    Attributes:
        folder: Holds everything, the repository too.
        work: The tier, opened.
        target: Its only store.
        key: Encrypts its backups.
    """

    folder: Path
    work: Workplace
    target: Target
    key: Key

    @property
    def programs(self) -> Programs:
        """What the server runs on."""
        assert self.target.programs
        return self.target.programs


@contextmanager
def running(file: str) -> Iterator[Running]:
    """Start the tier of a file's text, which names one store; nothing of it is left afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="seawall-bench-"))
    folder.chmod(0o711)
    (folder / "seawall.yaml").write_text(file)
    tier = load(folder / "seawall.yaml", registry.names())
    fetched = current_surroundings().programs
    surroundings = Surroundings("", folder / "shared", folder / "seawall" / "keys", fetched)
    work = open_workplace(tier, surroundings)
    try:
        key = create_key(tier, surroundings)
        start_tier(work, (), Silent())
        yield Running(folder, work, work.target(tier.stores[0]), key)
    finally:
        destroy_tier(work, ())
        shutil.rmtree(folder, ignore_errors=True)
