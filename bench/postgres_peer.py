"""PostgreSQL's own tools: pg_basebackup into a pipe, and tar back."""

from __future__ import annotations

from contextlib import ExitStack

from bench.copies import run_shell, server_folder
from bench.running import Running


class PostgresPeer:
    """Implements `copies.Peer`.

    Args:
        running: The store.
    """

    base_line = "pg_basebackup | zstd -1 | age"
    restore_line = "age | zstd | tar, pg_ctl"

    def __init__(self, running: Running) -> None:
        self._running = running
        self._file = running.folder / "peer.tar.zst.age"

    def copy_base(self) -> None:
        """One tar with the log that the base needs."""
        place = self._running.target.location
        run_shell(
            f"{self._running.programs.program('pg_basebackup')} -h {place.host} -p {place.port}"
            f" -U {place.user} -D - -Ft -X fetch --checkpoint=fast --no-password"
            f" | zstd -1 -q | age -r {self._running.key.recipient} > {self._file}"
            f" && sync {self._file}",
            PGPASSWORD=place.password.reveal(),
        )

    def restore(self, afterwards: ExitStack) -> None:
        """Unpack, and wait until the server answers."""
        data, as_user, owner = afterwards.enter_context(server_folder(self._running))
        run_shell(
            f"age -d -i {self._running.key.path} {self._file} | zstd -d -q"
            f" | tar -x -C {data} && {owner}"
            f" && {as_user} {self._running.programs.program('pg_ctl')} -D {data} -w -s"
            f" -l {data}/log -o '-c listen_addresses= -c unix_socket_directories={data}"
            " -c shared_buffers=128MB' start"
        )
