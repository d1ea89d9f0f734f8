"""Backup and restore of 1 GB against pg_basebackup, zstd, age and tar."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

from bench.gigabyte import Gigabyte
from bench.measure import Compared, compare
from seawall.capabilities import BACKUP, RESTORE
from seawall.model.manifest import Manifest
from seawall.model.progress import Silent
from seawall.operations.backup import back_up
from seawall.operations.recovery import Recovery
from seawall.operations.vault import open_vault
from seawall.servers import processes
from seawall.servers.os_users import choose_os_user
from seawall.servers.starting import tool_runner

RUNS = 5


class Copies:
    """Both ways to copy one store, and both ways back.

    Args:
        running: The store.
    """

    def __init__(self, running: Gigabyte) -> None:
        assert running.target.programs
        self._running = running
        self._programs = running.target.programs
        self._vault = open_vault(running.work.tier, running.work.surroundings)
        self._peer = running.folder / "peer.tar.zst.age"

    def compare_backups(self) -> Compared:
        """The base into the repository against a pipe into a file, both on disk at the end."""
        return compare(
            "base of 1 GB / pg_basebackup | zstd -1 | age", self._base, self._peer_base, 1.05, RUNS
        )

    def compare_restores(self) -> Compared:
        """From the pieces to a server that answers, against age | zstd | tar and pg_ctl."""
        manifest = back_up(self._running.work, self._vault, Silent())
        self._peer_base()
        return compare(
            "restore of 1 GB and start / age | zstd | tar, pg_ctl",
            lambda: self._restore(manifest),
            self._peer_restore,
            1.05,
            RUNS,
        )

    def _base(self) -> None:
        (store,) = self._running.work.tier.stores
        engine = self._running.work.engine(store)
        name = f"bench-{secrets.token_hex(4)}"
        scratch = Path(tempfile.mkdtemp(dir=self._running.folder))
        with self._running.work.open(store) as client:
            chosen = engine.choose(BACKUP, client)
            sandboxes = self._running.work.sandboxes(store, self._programs.version)
            with chosen.implementation.open(scratch, sandboxes) as session:
                session.copy_base(self._vault.sink(name, store.name))
        self._vault.discard(name)
        shutil.rmtree(scratch)

    def _peer_base(self) -> None:
        place = self._running.target.location
        self._shell(
            f"{self._programs.program('pg_basebackup')} -h {place.host} -p {place.port}"
            f" -U {place.user} -D - -Ft -X fetch --checkpoint=fast --no-password"
            f" | zstd -1 -q | age -r {self._running.key.recipient} > {self._peer}"
            f" && sync {self._peer}",
            PGPASSWORD=place.password.reveal(),
        )

    def _restore(self, manifest: Manifest) -> None:
        recovery = Recovery(self._running.work, self._vault, manifest, Silent())
        (part,) = manifest.stores
        engine = self._running.work.engine(self._running.work.tier.stores[0])
        sandboxes = recovery.sandboxes(part)
        with sandboxes.place() as place:
            restore = engine.standalone(RESTORE, part.method)
            run = tool_runner(place)
            restore.build(recovery.pieces(part), place, part.cut, part.details, run)
            with closing(engine.connect(sandboxes.start(place, part.details))):
                pass

    def _peer_restore(self) -> None:
        data = Path(tempfile.mkdtemp(dir=self._running.folder, prefix="peer-"))
        data.chmod(0o700)
        user = choose_os_user(("nobody",))
        as_user = f"setpriv --reuid={user.uid} --regid={user.gid} --clear-groups" if user else ""
        owner = f"&& chown -R {user.uid}:{user.gid} {data}" if user else ""
        start = (
            f"{as_user} {self._programs.program('pg_ctl')} -D {data} -w -s -l {data}/log"
            f" -o '-c listen_addresses= -c unix_socket_directories={data} -c shared_buffers=128MB'"
        )
        try:
            self._shell(
                f"age -d -i {self._running.key.path} {self._peer} | zstd -d -q"
                f" | tar -x -C {data} {owner} && {start} start"
            )
        finally:
            for process in processes.inside(data):
                processes.kill_tree(process)
            shutil.rmtree(data)

    def _shell(self, command: str, **environment: str) -> None:
        subprocess.run(
            ["/bin/bash", "-o", "pipefail", "-c", command],
            env={**os.environ, **environment},
            check=True,
        )


def is_measurable() -> bool:
    """Whether the peers are on this machine."""
    return all(shutil.which(program) for program in ("age", "zstd", "tar", "setpriv"))
