"""One call of a verb: which file, which form of answer, who listens."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from seawall.datafile import find
from seawall.interfaces.cli.envelope import Form, render, wrap
from seawall.interfaces.cli.environment import current_surroundings
from seawall.interfaces.cli.interrupts import Stop
from seawall.interfaces.cli.machine import refused_by_machine
from seawall.interfaces.cli.progress import ShownProgress, show_progress
from seawall.interfaces.cli.screen import Screen, current_screen
from seawall.interfaces.cli.table import Table, write_table
from seawall.model.progress import Progress
from seawall.model.surroundings import Surroundings
from seawall.model.tier import Tier
from seawall.operations.tier_file import read_tier
from seawall.operations.workplace import Workplace, open_workplace


@dataclass(frozen=True)
class Session:
    """What one process has: its streams, its environment, and whether it is to stop."""

    screen: Screen = field(default_factory=current_screen)
    surroundings: Surroundings = field(default_factory=current_surroundings)
    stop: Stop = field(default_factory=Stop)


@dataclass(frozen=True)
class Source:
    """What a verb works from.

    Attributes:
        file: As given with `-f`; None to search upwards.
        environment: As given with `-e`; empty for none.
    """

    file: Path | None
    environment: str


class Call:
    """A verb's view of its command line.

    Args:
        verb: Its name, which is also its answer's.
        session: Of the process.
        source: The file, and the environment.
        form: Of the answer.
        may_ask: Whether a person sits at the terminal and wants to be asked.
    """

    def __init__(
        self, verb: str, session: Session, source: Source, form: Form, may_ask: bool
    ) -> None:
        self.verb = verb
        self.screen = session.screen
        self.surroundings = session.surroundings
        self.form = form
        self.may_ask = may_ask
        self.file = source.file
        self.environment = source.environment
        self._stop = session.stop
        self._progress: ShownProgress | None = None

    def read_file(self, *, changes: bool) -> Tier:
        """Read the file; a verb that changes something says which one it uses."""
        tier = read_tier(self.file or find(here()), self.environment)
        if changes:
            where = f", environment {tier.environment}" if tier.environment else ""
            self.tell(f"using {tier.path} (app {tier.app}{where})")
        return tier

    def open_work(self, *, changes: bool = False) -> Workplace:
        """The tier of the file, on this machine."""
        return open_workplace(self.read_file(changes=changes), self.surroundings)

    def tell(self, text: str) -> None:
        """Say one line to people."""
        self.screen.say(f"seawall: {text}\n")

    @contextmanager
    def progress(self) -> Generator[Progress]:
        """Show what long work tells."""
        with show_progress(self.screen, self._stop) as shown:
            self._progress = shown
            try:
                yield shown
            finally:
                self._progress = None

    @contextmanager
    def quiet(self) -> Generator[None]:
        """Draw nothing, so that something can be said or asked."""
        if self._progress:
            self._progress.pause()
        try:
            yield
        finally:
            if self._progress:
                self._progress.resume()

    def answer(self, data: object, *parts: Table | str) -> str:
        """Write the answer: the parts for people, or the data in its envelope.

        Returns:
            The envelope as JSON, for a copy on disk.
        """
        envelope = wrap(self.verb, data)
        if self.form is Form.TABLE:
            self.screen.write(self._for_people(parts))
        else:
            self.screen.write(render(envelope, self.form))
        return render(envelope, Form.JSON)

    def _for_people(self, parts: tuple[Table | str, ...]) -> str:
        texts = (
            write_table(part, self.screen.draws_out) if isinstance(part, Table) else f"{part}\n"
            for part in parts
        )
        return "\n".join(text for text in texts if text.strip())


def here() -> Path:
    """The folder this process is in.

    Raises:
        UnreachableError: SW-CLI-008 when somebody has removed it.
    """
    try:
        return Path.cwd()
    except OSError as error:
        raise refused_by_machine(error) from None
