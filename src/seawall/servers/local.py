"""A tier's own servers: created once, started and stopped by the user, kept between."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from seawall.capabilities import PROGRAMS, SERVER
from seawall.capability import Engine
from seawall.model.place import Place
from seawall.model.surroundings import Surroundings
from seawall.model.target import Programs, Target
from seawall.servers import processes, starting
from seawall.servers.leases import run_folder
from seawall.servers.os_users import choose_os_user
from seawall.servers.ports import choose_port, is_free
from seawall.servers.programs import find_programs
from seawall.servers.records import ServerRecord, new_password, read_record, write_record


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
        return known or self._unrecorded()

    def has_data(self) -> bool:
        """Whether its data folder was created and holds anything."""
        record = self.record
        data = self.folder / "data"
        return bool(record and record.is_created and data.is_dir() and any(data.iterdir()))

    def target(self) -> Target | None:
        """How to open it; None when it was never created."""
        record = self.record
        return self._target(self._place(record)) if record else None

    def up(self) -> Target:
        """Create it where it does not exist, start it where it does not run."""
        record = self.record or self._new_record()
        if not self.has_data():
            record = self._create(record)
        if self.process is None:
            self.start(record)
        return self._target(self._place(self.record or record))

    def start(self, record: ServerRecord) -> subprocess.Popen[bytes]:
        """Start the process and wait until it answers."""
        process = self.launch(record)
        starting.wait_until_ready(self.engine, self._place(self.record or record), process)
        return process

    def launch(self, record: ServerRecord) -> subprocess.Popen[bytes]:
        """Start the process without waiting; a taken port is exchanged for a free one."""
        if not is_free(record.port):
            record = replace(record, port=choose_port())
        place = self._place(record)
        starting.lay_out(place)
        process = starting.launch(place, self.engine.standalone(SERVER).command(place))
        write_record(self.folder, replace(record, process=processes.identify(process.pid)))
        return process

    def stop(self) -> bool:
        """Stop it; its data stays. False when it was not running."""
        process = self.process
        record = self.record
        if process is None or record is None:
            return False
        command = self.engine.standalone(SERVER).command(self._place(record))
        processes.end(process, command.stop_signal)
        return True

    def destroy(self) -> None:
        """DESTROY it with all its data: called only after its name was confirmed."""
        for process in processes.inside(self.folder):
            processes.kill_tree(process)
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(run_folder(self.folder), ignore_errors=True)

    @contextmanager
    def rebuilding(self) -> Iterator[Place]:
        """DESTROY the old data and yield a place for new; on success the data counts as whole."""
        record = self.record or self._new_record()
        self.stop()
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        record = replace(record, is_created=False, process=None)
        place = self._place(record)
        starting.lay_out(place)
        write_record(self.folder, record)
        yield place
        starting.hand_over_data(place)
        write_record(self.folder, replace(record, is_created=True))

    def _new_record(self) -> ServerRecord:
        programs = self._find_programs()
        record = ServerRecord(
            engine=self.engine.name,
            port=choose_port(),
            password=new_password(),
            provider=programs.provider,
            version=programs.version,
            is_created=False,
            process=None,
        )
        self.folder.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
        return record

    def _create(self, record: ServerRecord) -> ServerRecord:
        with self.rebuilding() as place:
            server = self.engine.standalone(SERVER)
            server.create(place, starting.tool_runner(place))
        return self.record or record

    def _find_programs(self) -> Programs:
        spec = self.engine.standalone(PROGRAMS).spec()
        return find_programs(spec, self._surroundings, self.engine.server_versions)

    def _place(self, record: ServerRecord) -> Place:
        spec = self.engine.standalone(PROGRAMS).spec()
        return Place(
            store=self.store,
            folder=self.folder,
            data=self.folder / "data",
            run=run_folder(self.folder),
            port=record.port,
            password=record.password,
            programs=self._find_programs(),
            os_user=choose_os_user(spec.os_users),
        )

    def _target(self, place: Place) -> Target:
        return starting.target_at(self.engine, place, self._patterns)

    def _unrecorded(self) -> psutil.Process | None:
        """A process that a killed `up` started and did not come to record.

        Of a server's processes the oldest is the one that the others belong to.
        """
        found = sorted(processes.inside(self.folder), key=psutil.Process.create_time)
        return found[0] if found else None
