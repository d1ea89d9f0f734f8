"""A defect of Seawall leaves a private file behind, and one line on the screen."""

from __future__ import annotations

import os
import platform
import secrets
import sys
import tempfile
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from seawall import __version__
from seawall.errors import SeawallError
from seawall.interfaces.cli.redaction import redact
from seawall.model.surroundings import Surroundings


def report_bug(
    error: BaseException,
    surroundings: Surroundings,
    arguments: list[str],
    environ: Mapping[str, str],
) -> SeawallError:
    """Write the traceback into a private file; the error that names the file."""
    text = "\n".join(
        (
            f"seawall {__version__}, Python {sys.version}, {platform.platform()}",
            f"{datetime.now(UTC).isoformat(timespec='seconds')} seawall {' '.join(arguments)}",
            "".join(traceback.format_exception(error)),
        )
    )
    path = _write_private(redact(text, environ), surroundings)
    return SeawallError(
        "SW-BUG-001",
        attempted="finish",
        happened=f"Seawall itself failed ({type(error).__name__}); nothing is known to be wrong"
        " with your data.",
        hint=f"The report, without secrets, is {path}." if path else "No report could be written.",
    )


def _write_private(text: str, surroundings: Surroundings) -> Path | None:
    """Write a file that only its owner can read, at the first place that takes it."""
    name = f"seawall-bug-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}.txt"
    for folder in (surroundings.shared_home / "reports", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(folder / name, flags, 0o600), "w", errors="replace") as file:
                file.write(text)
        except OSError:
            continue
        return folder / name
    return None
