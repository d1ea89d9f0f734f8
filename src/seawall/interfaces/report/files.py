"""The three files a drill leaves behind."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from seawall.interfaces.report.markdown import to_markdown
from seawall.interfaces.report.page import to_html
from seawall.model.drill import DrillReport


def write_report(report: DrillReport, json_text: str, folder: Path) -> tuple[Path, ...]:
    """Write report.md, report.html and report.json, each whole or not at all.

    All three are made before the first is written. A file that is there is replaced at once: a
    reader sees the old one or the new one.

    Args:
        report: What the drill found.
        json_text: The same as JSON, in its envelope.
        folder: Made where it does not exist.

    Raises:
        OSError: When the folder cannot be made or written; no unfinished file is left.
    """
    contents = {
        "report.md": to_markdown(report).encode(),
        "report.html": to_html(report).encode(),
        # Half of a surrogate pair cannot be written as UTF-8; its escape means the same in JSON.
        "report.json": json_text.encode(errors="backslashreplace"),
    }
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_replace(folder / name, content) for name, content in contents.items())


def _replace(path: Path, content: bytes) -> Path:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
