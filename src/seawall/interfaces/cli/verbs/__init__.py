"""The verbs, one module each; nothing else is known of a verb until it is called."""

from __future__ import annotations

from typing import Final

VERBS: Final[dict[str, tuple[str, str]]] = {
    "init": (
        "seawall.interfaces.cli.verbs.init",
        "Write a seawall.yaml and make the key of its backups.",
    ),
    "adopt": (
        "seawall.interfaces.cli.verbs.adopt",
        "Write a seawall.yaml for databases that exist already.",
    ),
    "up": (
        "seawall.interfaces.cli.verbs.up",
        "Start real servers on this machine for the file's stores.",
    ),
    "down": (
        "seawall.interfaces.cli.verbs.down",
        "Stop them; their data stays unless it is to be destroyed.",
    ),
    "url": (
        "seawall.interfaces.cli.verbs.url",
        "Print a store's URL with its password.",
    ),
    "env": (
        "seawall.interfaces.cli.verbs.env",
        "Print the stores' URLs as variables of a shell.",
    ),
    "shell": (
        "seawall.interfaces.cli.verbs.shell",
        "Open the engine's own client on a store, logged in.",
    ),
    "status": (
        "seawall.interfaces.cli.verbs.status",
        "Show every store's vital signs.",
    ),
    "check": (
        "seawall.interfaces.cli.verbs.check",
        "Check that every store answers and every link holds.",
    ),
    "engines": (
        "seawall.interfaces.cli.verbs.engines",
        "Show what this machine can run, and how to get the rest.",
    ),
    "engines install": (
        "seawall.interfaces.cli.verbs.engines_install",
        "Fetch an engine's programs into your own folder.",
    ),
    "backup": (
        "seawall.interfaces.cli.verbs.backup",
        "Back up all stores to one exact point, while writers run.",
    ),
    "backups": (
        "seawall.interfaces.cli.verbs.backups",
        "List backups, or show how to open one without Seawall.",
    ),
    "verify": (
        "seawall.interfaces.cli.verbs.verify",
        "Check that every stored byte is what was written.",
    ),
    "repository copy": (
        "seawall.interfaces.cli.verbs.repository_copy",
        "Copy every backup to another repository.",
    ),
    "restore": (
        "seawall.interfaces.cli.verbs.restore",
        "Bring stores back from a backup.",
    ),
    "drill": (
        "seawall.interfaces.cli.verbs.drill",
        "Restore a backup into sandboxes and prove what comes back.",
    ),
    "demo": (
        "seawall.interfaces.cli.verbs.demo",
        "Run the whole story on real data, and clear up after it.",
    ),
}
"""Verb -> (module whose `command` it is, summary)."""
