"""A backup is drilled by the key patterns it was made with, whatever today's file says."""

from __future__ import annotations

import psycopg
import redis

from interfaces.cli.command import Command

FILE = """\
app: shop
stores:
  orders: {{engine: postgres}}
  sessions:
    engine: valkey
    collections: {{{patterns}}}
links:
  - {{every: sessions.session.customer, exists_in: orders.customers.id}}
"""
THEN = 'session: "session:{customer}"'
NOW = 'session: "visit:{customer}"'
RENAMED = 'visit: "session:{customer}"'


def fill(seawall: Command) -> None:
    with psycopg.connect(seawall.run("url", "orders").out.strip()) as connection:
        connection.execute("CREATE TABLE customers AS SELECT 'c' || n AS id FROM"
                           " generate_series(1, 5) AS n")  # fmt: skip
    with redis.Redis.from_url(seawall.run("url", "sessions").out.strip()) as client:
        for number in range(1, 6):
            client.set(f"session:c{number}", "open")


def drill(seawall: Command, patterns: str) -> tuple[int, dict[str, str]]:
    """Exit code, and how the levels ended, after the file was changed."""
    file = FILE.format(patterns=patterns)
    if patterns == RENAMED:
        file = file.replace("sessions.session.", "sessions.visit.")
    (seawall.folder / "seawall.yaml").write_text(file)
    done = seawall.run("drill", "-o", "json")
    levels = done.json()["data"]["levels"]
    return done.code, {f"{each['level']} {each['store']}": each["state"] for each in levels}


def test_a_pattern_that_changed_after_the_backup_raises_no_alarm(seawall: Command) -> None:
    (seawall.folder / "seawall.yaml").write_text(FILE.format(patterns=THEN))
    assert seawall.run("up").code == 0
    fill(seawall)
    assert seawall.run("backup").code == 0
    code, levels = drill(seawall, NOW)
    assert (code, levels["L4 sessions"], levels["L5 "]) == (0, "passed", "passed")
    # A link that the backup never knew is not proven by it, and is no fault of it either.
    code, levels = drill(seawall, RENAMED)
    assert (code, levels["L4 sessions"], levels["L5 "]) == (5, "passed", "skipped")
