"""Backup and restore of one store, ours against pipes of the engine's own tools, zstd and age."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

from bench.measure import Compared, compare
from bench.running import Running
from seawall.capabilities import BACKUP, RESTORE
from seawall.model.manifest import Manifest
from seawall.model.progress import Silent
from seawall.operations.backup import back_up
from seawall.operations.recovery import Recovery
from seawall.operations.vault import open_vault
from seawall.servers import processes
from seawall.servers.os_users import choose_os_user
from seawall.servers.starting import tool_runner

RUNS = 12
GOAL = 1.05


class Peer(Protocol):
    """How one would do it without us.

    Attributes:
        base_line: The pipe of a backup, in short.
        restore_line: The pipe of a restore, in short.
    """

    base_line: str
    restore_line: str

    def copy_base(self) -> None:
        """Write the copy to a file, and the file to the disk."""
        ...

    def restore(self, afterwards: ExitStack) -> None:
        """Unpack the copy and run a server on it that answers, until the stack is unwound."""
        ...


class Copies:
    """Both ways to copy one store, and both ways back.

    Args:
        running: The store.
        size: Of its rows, for people.
        peer: The other way.
    """

    def __init__(self, running: Running, size: str, peer: Peer) -> None:
        self._running = running
        self._size = size
        self._peer = peer
        self._vault = open_vault(running.work.tier, running.work.surroundings)

    def compare_backups(self) -> Compared:
        """The base into the repository against a pipe into a file, both on disk at the end."""
        what = f"base of {self._size} / {self._peer.base_line}"
        return compare(what, self._base, lambda _: self._peer.copy_base(), GOAL, RUNS)

    def compare_restores(self) -> Compared:
        """From the pieces to a server that answers, against the pipe back and the same server."""
        manifest = back_up(self._running.work, self._vault, Silent())
        self._peer.copy_base()
        what = f"restore of {self._size} and start / {self._peer.restore_line}"
        ours = partial(self._restore, manifest)
        return compare(what, ours, self._peer.restore, GOAL, RUNS)

    def _base(self, afterwards: ExitStack) -> None:
        (store,) = self._running.work.tier.stores
        engine = self._running.work.engine(store)
        name = f"bench-{secrets.token_hex(4)}"
        scratch = Path(tempfile.mkdtemp(dir=self._running.folder))
        with self._running.work.open(store) as client:
            chosen = engine.choose(BACKUP, client)
            sandboxes = self._running.work.sandboxes(store, self._running.programs.version)
            with chosen.implementation.open(scratch, sandboxes) as session:
                session.copy_base(self._vault.sink(name, store.name))
        afterwards.callback(self._vault.discard, name)
        afterwards.callback(shutil.rmtree, scratch)

    def _restore(self, manifest: Manifest, afterwards: ExitStack) -> None:
        recovery = Recovery(self._running.work, self._vault, manifest, Silent())
        (part,) = manifest.stores
        engine = self._running.work.engine(self._running.work.tier.stores[0])
        sandboxes = recovery.sandboxes(part)
        place = afterwards.enter_context(sandboxes.place())
        restore = engine.standalone(RESTORE, part.method)
        run = tool_runner(place)
        restore.build(recovery.pieces(part), place, part.cut, part.details, run)
        with closing(engine.connect(sandboxes.start(place, part.details))):
            pass


@contextmanager
def server_folder(running: Running) -> Iterator[tuple[Path, str, str]]:
    """An empty folder for a peer's server, which is killed at the end, and its user.

    Yields the folder, what a command starts with to run as that user, and the command that gives
    the folder to it.
    """
    data = Path(tempfile.mkdtemp(dir=running.folder, prefix="peer-"))
    data.chmod(0o700)
    user = choose_os_user(running.programs.os_users or ("nobody",))
    as_user = f"setpriv --reuid={user.uid} --regid={user.gid} --clear-groups" if user else ""
    owner = f"chown -R {user.uid}:{user.gid} {data}" if user else "true"
    try:
        yield data, as_user, owner
    finally:
        for process in processes.inside(data):
            processes.kill_tree(process)
        shutil.rmtree(data)


def run_shell(command: str, **environment: str) -> None:
    """Run a pipe whose every part must succeed."""
    subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", command],
        env={**os.environ, **environment},
        check=True,
    )


def is_measurable() -> bool:
    """Whether the peers are on this machine."""
    return all(shutil.which(program) for program in ("age", "zstd", "tar", "setpriv"))
