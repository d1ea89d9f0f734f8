"""Every error code with its meaning: the source of `docs/reference/errors.md`."""

from __future__ import annotations

from typing import Final

ERROR_CODES: Final[dict[str, str]] = {
    "SW-BUG-001": "Seawall itself failed. Nothing is known to be wrong with your data.",
    "SW-ENGINE-001": "The file names an engine that this version of Seawall does not have.",
    "SW-ENGINE-002": "The engine does not offer what the verb needs, or not with these rights.",
    "SW-ENGINE-003": "The server's version is outside what the engine's row supports.",
}
