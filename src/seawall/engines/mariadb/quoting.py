"""Names and texts as SQL reads them, whatever they hold."""

from __future__ import annotations

import hashlib

from seawall.model.secret import Secret

_ESCAPED = {
    0x00: b"\\0",
    0x0A: b"\\n",
    0x0D: b"\\r",
    0x1A: b"\\Z",
    0x22: b'\\"',
    0x27: b"\\'",
    0x5C: b"\\\\",
}
_TABLE = tuple(_ESCAPED.get(byte, bytes([byte])) for byte in range(256))
_SPECIAL = bytes(_ESCAPED)


def quote_name(name: str) -> str:
    """A name; quoted always, so that no key word surprises."""
    return "`" + name.replace("`", "``") + "`"


def quote_bytes(text: bytes) -> bytes:
    """A text in UTF-8 as a literal; every session pins a `sql_mode` in which a backslash escapes."""
    if text.translate(None, _SPECIAL) == text:
        return b"'" + text + b"'"
    return b"'" + b"".join(map(_TABLE.__getitem__, text)) + b"'"


def quote_text(text: str) -> str:
    """A text as a literal."""
    return quote_bytes(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def quote_account(user: str, host: str) -> str:
    """An account, or a role where there is no host."""
    return f"{quote_text(user)}@{quote_text(host)}" if host else quote_name(user)


def password_hash(password: Secret) -> str:
    """What `mysql_native_password` stores of a password: the server need not see it itself."""
    once = hashlib.sha1(password.reveal().encode()).digest()  # noqa: S324 - the server's own format
    return f"*{hashlib.sha1(once).hexdigest().upper()}"  # noqa: S324 - the same
