"""MariaDB's own tools: mariadb-backup into a pipe, and mbstream and --prepare back."""

from __future__ import annotations

from contextlib import ExitStack

from bench.copies import run_shell, server_folder
from bench.running import Running
from seawall.engines.mariadb.login import option_file
from seawall.engines.mariadb.programs import place_options


class MariadbPeer:
    """Implements `copies.Peer`.

    Args:
        running: The store.
    """

    base_line = "mariadb-backup | zstd -1 | age"
    restore_line = "age | zstd | mbstream, --prepare, mariadbd"

    def __init__(self, running: Running) -> None:
        self._running = running
        self._file = running.folder / "peer.mb.zst.age"
        self._login = running.folder / "peer.cnf"
        self._login.write_text(option_file(running.target))
        self._login.chmod(0o600)

    def copy_base(self) -> None:
        """One stream with the log that the base needs."""
        programs, folder = self._running.programs, self._running.folder
        run_shell(
            f"{programs.program('mariadb-backup')} --defaults-file={self._login} --backup"
            f" --stream=mbstream --target-dir={folder / 'peer-work'} 2> {folder / 'peer.log'}"
            f" | zstd -1 -q | age -r {self._running.key.recipient} > {self._file}"
            f" && sync {self._file}"
        )

    def restore(self, afterwards: ExitStack) -> None:
        """Unpack, prepare, and wait until the server answers."""
        programs = self._running.programs
        data, as_user, owner = afterwards.enter_context(server_folder(self._running))
        quiet = f"2> {data}/log"
        socket = f"{data}/s"
        run_shell(
            f"age -d -i {self._running.key.path} {self._file} | zstd -d -q"
            f" | {programs.program('mbstream')} -x -C {data}"
            f" && {programs.program('mariadb-backup')} --no-defaults --prepare"
            f" --target-dir={data} {quiet} && {owner}"
        )
        run_shell(
            f"{as_user} {programs.program('mariadbd')} --no-defaults --datadir={data}"
            f" --socket={socket} --skip-networking --innodb-buffer-pool-size=96M"
            f" {' '.join(place_options(programs))} {quiet} &"
            f" until {programs.program('mariadb')} --no-defaults --socket={socket}"
            " -u root -e 'SELECT 1' > /dev/null 2>&1; do kill -0 $! && sleep 0.02 || exit 1; done"
        )
