"""Names that stores and applications may have."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 40
_ILLEGAL = re.compile(r"[^a-z0-9_]+")
_BEFORE_FIRST_LETTER = re.compile(r"^[^a-z]+")


def legal_name(text: str) -> str:
    """The nearest legal name; empty where no letter of the text can be one's first."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    ascii_text = plain.encode("ascii", "ignore").decode()
    name = _BEFORE_FIRST_LETTER.sub("", _ILLEGAL.sub("-", ascii_text))
    return name[:_LONGEST].strip("-")
