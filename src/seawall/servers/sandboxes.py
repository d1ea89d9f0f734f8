"""Throw-away servers: private port, generated password, mute, gone with their owner."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seawall.capabilities import SERVER
from seawall.capability import Engine
from seawall.model.place import Place
from seawall.model.target import Programs, Target
from seawall.servers import starting
from seawall.servers.leases import lease, run_folder
from seawall.servers.os_users import choose_os_user
from seawall.servers.ports import choose_port
from seawall.servers.records import new_password


@dataclass(frozen=True)
class Sandboxes:
    """Opens sandboxes of one store.

    Attributes:
        engine: The store's row.
        store: Its name.
        patterns: Its key patterns.
        home: The tier's state folder.
        programs: What the sandboxes run on.
    """

    engine: Engine[Any]
    store: str
    patterns: tuple[tuple[str, str], ...]
    home: Path
    programs: Programs

    @contextmanager
    def place(self) -> Generator[Place]:
        """A fresh place that vanishes at the end, with whatever runs there."""
        with lease(self.home, f"sandbox-{self.store}") as folder:
            place = Place(
                store=self.store,
                folder=folder,
                data=folder / "data",
                run=run_folder(folder),
                port=choose_port(),
                password=new_password(),
                programs=self.programs,
                os_user=choose_os_user(self.programs.os_users),
            )
            starting.lay_out(place)
            yield place

    def start(self, place: Place, details: tuple[tuple[str, str], ...]) -> Target:
        """Start the mute copy whose data folder was written at a place, and log in."""
        starting.hand_over_data(place)
        command = self.engine.standalone(SERVER).sandbox_command(place)
        process = starting.launch(place, command)
        starting.claim(self.engine, place, details, process)
        starting.wait_until_ready(self.engine, place, process)
        return starting.target_at(self.engine, place, self.patterns)

    @contextmanager
    def __call__(self, prepare: Callable[[Place], None]) -> Generator[Target]:
        """A running mute server whose empty data folder `prepare` has filled."""
        with self.place() as place:
            prepare(place)
            yield self.start(place, ())
