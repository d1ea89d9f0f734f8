"""Where MariaDB's programs come from, and the tree of files that belongs to them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from seawall.model.place import ProgramSpec
from seawall.model.source import DebianPackages, System
from seawall.model.target import Programs

SERIES: Final = "10.11"
_PINNED: Final = f"1:{SERIES}.*"

SPEC: Final = ProgramSpec(
    server="mariadbd",
    aliases=(),
    sources=(
        System(
            ("/usr/sbin", "/usr/libexec", "/usr/local/mysql/bin", "/usr/local/mariadb*/bin"),
            ("mariadb-server", "mariadb-backup"),
        ),
        DebianPackages(
            (
                f"mariadb-server-core={_PINNED}",
                f"mariadb-client-core={_PINNED}",
                f"mariadb-client={_PINNED}",
                f"mariadb-backup={_PINNED}",
                "libmariadb3",
                "libaio1",
                "liburing2",
                "libnuma1",
                "libpcre2-8-0",
                "libedit2",
                "libbsd0",
                "libmd0",
                "libncurses6",
            ),
            SERIES,
            ("usr/bin", "usr/sbin"),
        ),
    ),
    version_argument="--version",
    version_pattern=r"Ver (\d+\.\d+\.\d+)-MariaDB",
    os_users=("mysql",),
)

_OF_SERVERS: Final = frozenset({"sbin", "libexec"})

MYSQL_SPEC: Final = ProgramSpec(
    server="mysqld",
    aliases=(),
    sources=(System(("/usr/sbin", "/usr/libexec", "/usr/local/mysql/bin")),),
    version_argument="--version",
    # MariaDB's own `mysqld` says so behind its version.
    version_pattern=r"Ver (\d+\.\d+\.\d+)(?!\S*MariaDB)\b",
    os_users=("mysql",),
)


class MariadbPrograms:
    """Says where MariaDB's programs are found."""

    def specs(self) -> tuple[ProgramSpec, ...]:
        """PATH and a distribution's folders, then Debian's packages unpacked."""
        return (SPEC,)


class MysqlPrograms:
    """Says where MySQL's programs are found."""

    def specs(self) -> tuple[ProgramSpec, ...]:
        """PATH and a distribution's folders; nothing is fetched."""
        return (MYSQL_SPEC,)


def program_of(programs: Programs, name: str) -> Path:
    """The path of a program, which may be absent; never another version's.

    Distributions lay the server in `sbin` or `libexec` and all else of it in `bin` beside that.
    """
    beside = programs.folder.parent / "bin" / name
    own = programs.folder / name
    return beside if programs.folder.name in _OF_SERVERS and not own.exists() else own


def tree_of(programs: Programs) -> Path | None:
    """The folder that stands for `/usr`; None where the programs were installed in their place."""
    tree = programs.folder.parent / "tree" / "usr"
    return tree if (tree / "share" / "mysql").is_dir() else None


def place_options(programs: Programs) -> list[str]:
    """What tells programs that were unpacked elsewhere where their own files are."""
    tree = tree_of(programs)
    if tree is None:
        return []
    messages = tree / "share" / "mysql"
    return [
        f"--basedir={tree}",
        f"--lc-messages-dir={messages}",
        f"--character-sets-dir={messages / 'charsets'}",
    ]
