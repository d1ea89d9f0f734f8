"""A password in every secret, over a whole life: only where it belongs, in files of its owner."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
import pytest

from interfaces.cli.command import Command
from interfaces.cli.conftest import make_command
from servers.real import temporary_home

pytestmark = pytest.mark.timeout(300)
CANARY = "CANARY-3d0c77e2b1"
FILE = """\
app: app
stores:
  main: {engine: postgres}
  live: {engine: valkey}
  other: {engine: postgres, url: env://OTHER_URL}
"""
# A server's own folder, and the private key: everything else must not hold any secret.
BELONGS = {"server.json", "valkey.conf", "redis.conf", "app"}
# Programs get their login in their environment, because an argument can be read by everyone.
NEEDS_LOGIN = {"pg_basebackup", "pg_dump", "pg_dumpall", "pg_restore", "pg_amcheck"}


@dataclass
class Life:
    """What was seen of secrets.

    Attributes:
        command: Runs in the tier's folder.
        secrets: All of them.
        said: Step -> everything that it said.
        processes: (name, command line, environment) of every process that came by.
        files: (step, path, mode) of files that held a secret.
    """

    command: Command
    secrets: set[str] = field(default_factory=set)
    said: dict[str, str] = field(default_factory=dict)
    processes: set[tuple[str, str, str]] = field(default_factory=set)
    files: list[tuple[str, Path, int]] = field(default_factory=list)

    def tell(self, step: str, *arguments: str) -> None:
        """Run one step; then look into every file below the home."""
        done = self.command.run(*arguments)
        assert done.code == 0, (step, done.err)
        self.said[step] = done.out + done.err
        for path in self.command.folder.parent.rglob("*"):
            if path.is_file() and not path.is_symlink() and self._holds_secret(path):
                self.files.append((step, path, path.stat().st_mode & 0o777))

    def _holds_secret(self, path: Path) -> bool:
        content = path.read_bytes()
        return any(secret.encode() in content for secret in self.secrets)


@pytest.fixture(scope="module")
def life() -> Generator[Life]:
    with temporary_home() as home:
        life = Life(make_command(home))
        with _watching(life):
            _live(life)
        yield life


def _live(life: Life) -> None:
    life.tell("init", "init")
    (life.command.folder / "seawall.yaml").write_text(FILE)
    life.tell("up", "up", "main", "live")
    _learn_secrets(life)
    for step, *arguments in (
        ("status", "-o", "json"),
        ("check", "-o", "json"),
        ("backup", "-o", "json"),
        ("backups", "-o", "yaml"),
        ("verify",),
        ("drill", "--report", "report"),
        ("drill", "-o", "json"),
        ("restore", "--store", "main", "--confirm", "main"),
        ("restore", "--store", "other", "--into", "env://OTHER_URL", "--confirm", "other"),
        ("down",),
        ("up", "main"),
        ("down", "--destroy", "--confirm", "app"),
    ):
        life.tell(" ".join((step, *arguments)), step, *arguments)


def _learn_secrets(life: Life) -> None:
    """The generated passwords, the identity, and a login of the url's own."""
    urls = {name: life.command.run("url", name).out.strip() for name in ("main", "live")}
    life.secrets |= {urlsplit(url).password or "" for url in urls.values()}
    with psycopg.connect(urls["main"], autocommit=True) as sql:
        sql.execute(f"CREATE ROLE canary SUPERUSER LOGIN PASSWORD '{CANARY}'")
        sql.execute("CREATE DATABASE other OWNER canary")
        sql.execute("CREATE TABLE rows AS SELECT generate_series(1, 20000) AS id")
    parts = urlsplit(urls["main"])
    where = f"canary:{CANARY}@{parts.hostname}:{parts.port}"
    other = urlunsplit(parts._replace(netloc=where, path="/other"))
    life.command = life.command.using(OTHER_URL=other)
    keys = Path(life.command.environ["HOME"]) / ".config/seawall/keys"
    for key in keys.iterdir():
        life.secrets |= {line for line in key.read_text().splitlines() if "SECRET" in line}
    life.secrets.add(CANARY)


@contextmanager
def _watching(life: Life) -> Generator[None]:
    """Note every process of the tier that comes by."""
    over = threading.Event()
    home = str(life.command.folder.parent)

    def watch() -> None:
        while not over.wait(0.02):
            for process in psutil.process_iter():
                try:
                    line = " ".join(process.cmdline())
                    environment = "\n".join(map("=".join, process.environ().items()))
                    if home in line + environment:
                        life.processes.add((process.name(), line, environment))
                except (psutil.Error, OSError):
                    continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def test_no_output_holds_a_secret(life: Life) -> None:
    assert len(life.secrets) == 4
    for step, said in life.said.items():
        assert not [secret for secret in life.secrets if secret in said], step


def test_only_the_file_that_a_secret_belongs_to_holds_it(life: Life) -> None:
    assert {path.name for _, path, _ in life.files} >= {"server.json", "app"}
    for step, path, mode in life.files:
        assert path.name in BELONGS, (step, path)
        assert mode == 0o600, (step, path, oct(mode))


def test_no_command_line_holds_a_secret(life: Life) -> None:
    assert any("pg_basebackup" in name for name, _, _ in life.processes)
    for name, line, _ in life.processes:
        assert not [secret for secret in life.secrets if secret in line], name


def test_only_the_environment_of_who_needs_it_holds_a_secret(life: Life) -> None:
    """The command itself has the url, because its user gave it in a variable."""
    for name, line, environment in life.processes:
        is_command = "-m seawall " in line
        for secret in life.secrets if name not in NEEDS_LOGIN and not is_command else ():
            assert secret not in environment, line
