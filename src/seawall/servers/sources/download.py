"""Run the tools that fetch: with the user's own settings, again when the network fails."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from shlex import quote
from types import MappingProxyType

from seawall.errors import UnreachableError

ATTEMPTS = 3
TIMEOUT_SECONDS = 1200
LAST_LINES = 6
NOTHING: Mapping[str, str] = MappingProxyType({})


def run_download(
    argv: tuple[str | Path, ...], folder: Path, variables: Mapping[str, str] = NOTHING
) -> None:
    """Run a program that fetches something into a folder.

    It gets the caller's environment: proxies, certificates and indexes are set there.

    Raises:
        UnreachableError: SW-SOURCE-001 when it fails each time; the text has its last lines.
    """
    for attempt in range(1, ATTEMPTS):
        if _run(argv, folder, variables).returncode == 0:
            return
        pause(2**attempt)
    last = _run(argv, folder, variables)
    if last.returncode:
        lines = " | ".join(last.stdout.strip().splitlines()[-LAST_LINES:])
        raise failed(f"`{Path(argv[0]).name}` ended with {last.returncode}: {lines}")


def pause(seconds: float) -> None:
    """Give the network time before the next try."""
    time.sleep(seconds)


def _run(
    argv: tuple[str | Path, ...], folder: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    settings = "".join(f"export {name}={quote(value)}; " for name, value in variables.items())
    try:
        return subprocess.run(
            ("/bin/sh", "-c", f'{settings}exec "$@"', "sh", *argv),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise failed(f"`{Path(argv[0]).name}` did not end in {TIMEOUT_SECONDS} s") from None


def failed(happened: str) -> UnreachableError:
    """The error of programs that cannot be had."""
    return UnreachableError(
        "SW-SOURCE-001",
        attempted="fetch programs",
        happened=f"{happened.rstrip('.')}.",
        hint="Check the network and its settings, then run the command again.",
    )


def lacking_program(*names: str) -> str:
    """Which of the programs is missing here, as a sentence; empty when none is."""
    missing = [name for name in names if shutil.which(name) is None]
    return f"{' and '.join(missing)} is not on the PATH." if missing else ""


def require_hash(path: Path, sha256: str) -> None:
    """Compare a fetched file with its pinned hash.

    Raises:
        UnreachableError: SW-SOURCE-001 when it is another file.
    """
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise failed(f"{path.name} has the hash {found}, not the pinned {sha256}")
