"""The last line of defence: secrets are taken out of every error before anybody sees it."""

from __future__ import annotations

import gc
import re
from collections.abc import Mapping
from typing import Final

from seawall.model.secret import Secret

HIDDEN: Final = "***"
# A shorter value, or one of these, would take harmless text with it.
SHORTEST: Final = 4
HARMLESS: Final = frozenset(
    {"password", "postgres", "redis", "root", "secret", "seawall", "valkey"}
)

_WORD: Final = r"\w*(?:password|passwd|pwd|secret|token)\w*"
_PATTERNS: Final = (
    (re.compile(r"(://[^\s:/@]*:)[^\s@]+(@)"), rf"\1{HIDDEN}\2"),
    (re.compile(r"AGE-(PLUGIN-\S+|SECRET-KEY-)\S+", re.IGNORECASE), HIDDEN),
    (re.compile(rf"(?i)\b({_WORD}\s*=\s*)[^\s,;)]+"), rf"\1{HIDDEN}"),
    (re.compile(rf"(?i)\b({_WORD}['\"]\s*:\s*['\"])[^'\"]+"), rf"\1{HIDDEN}"),
)
_PASSWORD: Final = re.compile(r"://[^\s:/@]*:([^\s@]+)@")
_SECRET_NAMES: Final = re.compile(r"(?i)passw|secret|token|_key$|credential|_url$|_uri$|_dsn$")


def redact(text: str, environ: Mapping[str, str]) -> str:
    """The text without any secret that this process knows, and without what looks like one."""
    known = {each.reveal() for each in gc.get_objects() if type(each) is Secret}
    for name, value in environ.items():
        if _SECRET_NAMES.search(name):
            known |= {value, *_PASSWORD.findall(value)}
    known -= HARMLESS
    # Longer ones first: one secret can be a part of another.
    for value in sorted(known, key=len, reverse=True):
        if len(value) >= SHORTEST:
            text = text.replace(value, HIDDEN)
    for pattern, shown in _PATTERNS:
        text = pattern.sub(shown, text)
    return text
