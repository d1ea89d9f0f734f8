"""Whose servers they are, and the login that Seawall is given."""

from __future__ import annotations

from urllib.parse import quote

from servers.certificates import Authority

PASSWORD = "p@ss:w/o?r#d%20 &='\"$`!;é"  # noqa: S105 - of a test
ADMINISTRATOR = "administrator"


def as_reader(url: str) -> str:
    """An administrator's URL with the login that only reads."""
    return url.replace(f"{ADMINISTRATOR}:{ADMINISTRATOR}@", f"seawall:{quote(PASSWORD, safe='')}@")


def trusting(authority: Authority, option: str) -> str:
    """An option of a URL that names the authority."""
    return f"{option}={quote(str(authority.certificate), safe='')}"
