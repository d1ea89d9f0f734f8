"""A tier's own servers: created once, started and stopped by the user, kept between."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from seawall.capabilities import SERVER
from seawall.capability import Engine
from seawall.errors import RefusedError
from seawall.model.place import Place
from seawall.model.surroundings import Surroundings
from seawall.model.target import Programs, Target
from seawall.servers import processes, starting
from seawall.servers.leases import run_folder
from seawall.servers.os_users import choose_os_user, make_passable
from seawall.servers.ports import choose_port, is_free
from seawall.servers.programs import find_programs
from seawall.servers.records import ServerRecord, new_password, read_record, write_record

DATA = "data"
NEW_DATA = "data.new"
OLD_DATA = "data.old"


class LocalServer:
    """The server that `up` runs for one store.

    Args:
        engine: The store's row.
        store: Its name, which is also its folder's.
        home: The tier's state folder.
        surroundings: Forces a provider of programs, perhaps.
        patterns: The store's key patterns.
    """

    def __init__(
        self,
        engine: Engine[Any],
        store: str,
        home: Path,
        surroundings: Surroundings,
        patterns: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.engine = engine
        self.store = store
        self.folder = home / "servers" / store
        self._surroundings = surroundings
        self._patterns = patterns

    @property
    def record(self) -> ServerRecord | None:
        """What is remembered of it; None when it was never created."""
        return read_record(self.folder)

    @property
    def process(self) -> psutil.Process | None:
        """Its running process, recognised by number and start time."""
        record = self.record
        if record is None:
            return None
        known = processes.find(record.process) if record.process else None
        # A killed `up` may have started one and not come to record it.
        return known or processes.oldest_inside(self.folder)

    def has_data(self) -> bool:
        """Whether its data folder exists and holds anything."""
        data = self.folder / DATA
        return data.is_dir() and any(data.iterdir())

    def is_lost(self) -> bool:
        """Whether it was created once and its data is gone now."""
        record = self.record
        return bool(record and record.is_created and not self.has_data())

    def target(self) -> Target | None:
        """How to open it; None when it was never created."""
        record = self.record
        return self.target_of(self._place(record)) if record else None

    def up(self) -> Target:
        """Create it where it does not exist, start it where it does not run.

        Raises:
            RefusedError: SW-SERVER-009 when its data was lost: an empty server in its place would
                look like health.
        """
        self._finish_swap()
        if self.is_lost():
            raise RefusedError(
                "SW-SERVER-009",
                attempted=f"start the server of store `{self.store}`",
                happened="its data folder is gone.",
                hint=f"Run `seawall restore --store {self.store}`, or give the data up with"
                " `seawall down --destroy`.",
            )
        if not self.has_data():
            with self.rebuilding() as place:
                server = self.engine.standalone(SERVER)
                server.create(place, starting.tool_runner(place))
        if self.process is None:
            self.start()
        return self.target_of(self._place(self._known_record()))

    def start(self) -> None:
        """Start the process and wait until it answers."""
        record = self._known_record()
        process = self.launch(self._place(record))
        starting.wait_until_ready(self.engine, self._place(self._known_record()), process)

    def launch(self, place: Place) -> psutil.Process:
        """Start the process at a place without waiting; a taken port is exchanged."""
        if not is_free(place.port):
            place = replace(place, port=choose_port())
        starting.lay_out(place)
        process = starting.launch(place, self.engine.standalone(SERVER).command(place))
        identity = processes.identify(process.pid)
        write_record(self.folder, replace(self._known_record(), port=place.port, process=identity))
        return process

    def stop(self) -> bool:
        """Stop it; its data stays. False when it was not running."""
        process, record = self.process, self.record
        if process and record:
            command = self.engine.standalone(SERVER).command(self._place(record))
            processes.end(process, command.stop_signal)
        shutil.rmtree(run_folder(self.folder), ignore_errors=True)
        return process is not None

    def destroy(self) -> None:
        """DESTROY it with all its data: called only after its name was confirmed."""
        processes.end_inside(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(run_folder(self.folder), ignore_errors=True)

    @contextmanager
    def rebuilding(self) -> Generator[Place]:
        """Stop it and yield a place whose data folder is new and empty.

        On success the new data takes the old data's place, which is DESTROYED only then; on an
        error the old data stays as it was.
        """
        record = self._known_record()
        self.stop()
        self._finish_swap()
        place = replace(self._place(record), data=self.folder / NEW_DATA)
        shutil.rmtree(place.data, ignore_errors=True)
        starting.lay_out(place)
        write_record(self.folder, replace(record, process=None))
        try:
            yield place
            self.finish_rebuilding()
        finally:
            self.stop()
            shutil.rmtree(place.data, ignore_errors=True)

    def finish_rebuilding(self) -> None:
        """Let rebuilt data take the old data's place, where there is any that has not done so."""
        new = self.folder / NEW_DATA
        if new.exists():
            self.stop()
            starting.hand_over_data(replace(self._place(self._known_record()), data=new))
            self._swap(new)

    def _swap(self, new: Path) -> None:
        data, old = self.folder / DATA, self.folder / OLD_DATA
        shutil.rmtree(old, ignore_errors=True)
        if data.exists():
            data.rename(old)
        new.rename(data)
        write_record(self.folder, replace(self._known_record(), is_created=True))
        shutil.rmtree(old, ignore_errors=True)

    def _finish_swap(self) -> None:
        """Put the old data back where a killed swap had moved it away and nothing came instead."""
        data, old = self.folder / DATA, self.folder / OLD_DATA
        if old.exists() and not data.exists():
            old.rename(data)

    def _known_record(self) -> ServerRecord:
        """The record; a new one where the server was never created."""
        known = self.record
        if known:
            return known
        programs = self._find_programs()
        make_passable(self.folder.parent)
        return ServerRecord(
            engine=self.engine.name,
            port=choose_port(),
            password=new_password(),
            provider=programs.provider,
            version=programs.version,
            is_created=False,
            process=None,
        )

    def place_of(self, data: Path) -> Place:
        """The place as it is now, with its data in the given folder."""
        return replace(self._place(self._known_record()), data=data)

    def target_of(self, place: Place) -> Target:
        """How to open the server at a place."""
        return starting.target_at(self.engine, place, self._patterns)

    def _find_programs(self) -> Programs:
        return find_programs(self.engine, self._surroundings)

    def _place(self, record: ServerRecord) -> Place:
        programs = self._find_programs()
        return Place(
            store=self.store,
            folder=self.folder,
            data=self.folder / DATA,
            run=run_folder(self.folder),
            port=record.port,
            password=record.password,
            programs=programs,
            os_user=choose_os_user(programs.os_users),
        )
