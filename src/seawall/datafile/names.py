"""Names that stores and applications may have."""

from __future__ import annotations

import re
import unicodedata

from seawall.datafile.mistake import KeyPath

_LONGEST = 40
_LEGAL = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_ILLEGAL = re.compile(r"[^a-z0-9_]+")
_BEFORE_FIRST_LETTER = re.compile(r"^[^a-z]+")


def variable_for(path: KeyPath) -> str:
    """The variable to suggest for a secret of the file; it repeats no name that may be a login."""
    store = str(path[1]) if path[:1] == ("stores",) and len(path) > 1 else ""
    name = store if _LEGAL.fullmatch(store) else "db"
    return f"{name.upper().replace('-', '_')}_URL"


def legal_name(text: str) -> str:
    """The nearest legal name; empty where no letter of the text can be one's first."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    ascii_text = plain.encode("ascii", "ignore").decode()
    name = _BEFORE_FIRST_LETTER.sub("", _ILLEGAL.sub("-", ascii_text))
    return name[:_LONGEST].strip("-")
