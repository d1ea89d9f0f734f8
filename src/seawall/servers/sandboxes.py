"""Throw-away servers: private port, generated password, mute, gone with their owner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from seawall.capabilities import PROGRAMS, SERVER
from seawall.capability import Engine
from seawall.model.place import Place
from seawall.model.surroundings import Surroundings
from seawall.servers import starting
from seawall.servers.leases import lease, run_folder
from seawall.servers.os_users import choose_os_user
from seawall.servers.ports import choose_port
from seawall.servers.programs import find_programs
from seawall.servers.records import new_password


@contextmanager
def sandbox_place(
    engine: Engine[Any], store: str, home: Path, surroundings: Surroundings
) -> Iterator[Place]:
    """A fresh place that vanishes at the end, with whatever runs there."""
    spec = engine.standalone(PROGRAMS).spec()
    programs = find_programs(spec, surroundings, engine.server_versions)
    with lease(home, f"sandbox-{store}") as folder:
        place = Place(
            store=store,
            folder=folder,
            data=folder / "data",
            run=run_folder(folder),
            port=choose_port(),
            password=new_password(),
            programs=programs,
            os_user=choose_os_user(spec.os_users),
        )
        starting.lay_out(place)
        yield place


def start_restored(engine: Engine[Any], place: Place, details: tuple[tuple[str, str], ...]) -> None:
    """Start the mute copy whose data folder was built at a place, and log in."""
    starting.hand_over_data(place)
    command = engine.standalone(SERVER).sandbox_command(place)
    process = starting.launch(place, command)
    starting.claim(engine, place, details, process)
    starting.wait_until_ready(engine, place, process)


@contextmanager
def open_sandbox(
    engine: Engine[Any],
    store: str,
    home: Path,
    surroundings: Surroundings,
    prepare: Callable[[Place], None],
) -> Iterator[Place]:
    """A running mute server whose data folder `prepare` has written."""
    with sandbox_place(engine, store, home, surroundings) as place:
        prepare(place)
        start_restored(engine, place, ())
        yield place
