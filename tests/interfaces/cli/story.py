"""One small real tier, driven by the command alone; everything it said is kept."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import redis

from interfaces.cli.command import Command, Done

FILE = """\
app: shop
objectives: {rto: 10m, rpo: 1d}
stores:
  orders: {engine: postgres}
  sessions:
    engine: valkey
    collections: {session: "session:{customer}"}
links:
  - {every: sessions.session.customer, exists_in: orders.customers.id}
"""
CUSTOMERS = 500
DANGLING = 3


@dataclass
class Story:
    """What each step said.

    Attributes:
        command: Runs in the tier's folder.
        said: Step -> what came of it.
        secrets: Every secret that the tier has.
        command_lines: Of every process that was seen meanwhile.
        left: Folders and processes of interrupted steps.
    """

    command: Command
    said: dict[str, Done] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)
    command_lines: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)

    def tell(self, step: str, *arguments: str, **variables: str) -> Done:
        """Run one step and keep what it said."""
        done = self.command.using(**variables).run(*arguments)
        self.said[step] = done
        return done

    def interrupt(self, step: str, moment: str, *arguments: str) -> None:
        """Press Ctrl-C, twice, when a step says something; keep what was left behind."""
        with self.command.start(*arguments) as process:
            assert process.stdout
            assert process.stderr
            err = ""
            while moment not in err:
                line = process.stderr.readline()
                assert line, err
                err += line
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGINT)
            out, rest = process.communicate()
        self.said[step] = Done(process.returncode, out, err + rest)
        leases = self.command.folder / ".seawall" / "leases"
        self.left |= {path.name for path in leases.iterdir()}
        self.left |= set(processes_in(leases))

    def tell_on_terminal(self, step: str, answer: str) -> None:
        """Restore the first store on a terminal: confirm its name, then answer the question."""
        with self.command.on_terminal("restore", "--store", "orders") as terminal:
            terminal.wait_for("Type `orders` to replace the data of orders: ")
            terminal.type("orders\n")
            terminal.wait_for("Put the restored data in place all the same? [y/N] ")
            terminal.type(answer)
            self.said[step] = Done(terminal.end(), "", terminal.seen)


def live_through(command: Command) -> Story:
    """Up, data, status, check, backup, drill, a loss, restore, down."""
    story = Story(command)
    (command.folder / "seawall.yaml").write_text(FILE)
    with _watching(story.command_lines):
        story.tell("up", "up", "-o", "json")
        story.tell("url", "url", "orders")
        _fill(story)
        story.interrupt("interrupted backup", "copying", "backup")
        for verb in ("engines", "status", "check", "backup", "backups", "verify"):
            story.tell(verb, verb, "-o", "json")
            story.tell(f"{verb} table", verb)
        backup = story.said["backup"].json()["data"]["id"]
        story.tell("recipe", "backups", backup, "--recipe")
        story.tell("one backup", "backups", backup, "-o", "json")
        story.tell("drill", "drill", backup, "--report", "report", "-o", "json")
        story.tell("drill table", "drill")
        story.interrupt("interrupted drill", "L2", "drill", "-o", "json")
        story.tell("restore refused", "restore", "--store", "orders")
        story.tell("restore", "restore", "--store", "orders", "--confirm", "orders", "-o", "json")
        into = ("restore", "--store", "orders", "--into")
        target = story.said["url"].out.strip()
        story.tell("into refused", *into, "env://TARGET", TARGET=target)
        story.tell(
            "into", *into, "env://TARGET", "--confirm", "orders", "-o", "json", TARGET=target
        )
        story.tell_on_terminal("restore at a terminal, refused", "n\n")
        story.tell_on_terminal("restore at a terminal", "y\n")
        story.tell("down", "down", "-o", "json")
        story.tell("status of nothing", "status", "-o", "json")
        story.tell("destroy refused", "down", "--destroy")
        story.tell("destroy", "down", "--destroy", "--confirm", "shop", "-o", "json")
    # Last, because here the password is in the command line by the caller's own hand.
    story.tell("into by word", *into, target)
    for key in (Path(command.environ["HOME"]) / ".config/seawall/keys").iterdir():
        story.secrets |= {line for line in key.read_text().splitlines() if "SECRET" in line}
    return story


def _fill(story: Story) -> None:
    """Customers in one store, their sessions in the other, three without a customer."""
    orders, sessions = (
        json.loads(story.tell(f"url {name}", "url", name, "-o", "json").out)["data"]["url"]
        for name in ("orders", "sessions")
    )
    story.secrets |= {urlsplit(url).password or "" for url in (orders, sessions)}
    with psycopg.connect(orders) as connection:
        connection.execute("CREATE TABLE customers (id text PRIMARY KEY)")
        connection.execute(
            "INSERT INTO customers SELECT 'c' || n FROM generate_series(1, %s) AS n", [CUSTOMERS]
        )
    client = redis.Redis.from_url(sessions)
    try:
        for number in range(1, CUSTOMERS + DANGLING + 1):
            client.set(f"session:c{number}", "open")
    finally:
        client.close()


def processes_in(folder: Path) -> list[str]:
    """Command lines that name a folder."""
    found: list[str] = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
        except psutil.Error:
            continue
        if any(word.startswith(str(folder)) for word in words):
            found.append(" ".join(words))
    return found


@contextmanager
def _watching(command_lines: set[str]) -> Generator[None]:
    """Note the command line of every process that comes by."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            for process in psutil.process_iter():
                try:
                    command_lines.add(" ".join(process.cmdline()))
                except psutil.Error:
                    continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
