"""PostgreSQL's text of a value as the text by which links compare values of all engines."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final
from uuid import UUID

from seawall.model.value import Moment, link_text

_MOMENT: Final = re.compile(
    r"(?P<date>\d{4,}-\d\d-\d\d)(?: (?P<time>\d\d:\d\d:\d\d)(?P<fraction>\.\d+)?)?"
    r"(?P<zone>[+-]\d\d(?::\d\d){0,2})?(?P<before> BC)?"
)


def as_it_is(text: str) -> str | None:
    """The server's text is link text already."""
    return text


def _truth(text: str) -> str | None:
    return link_text(text in {"t", "true"})


def _float(text: str) -> str | None:
    return link_text(float(text))


def _decimal(text: str) -> str | None:
    value = Decimal(text)
    return link_text(value) if value.is_finite() else text


def _bytes(text: str) -> str | None:
    return text.removeprefix("\\x")


def _uuid(text: str) -> str | None:
    return link_text(UUID(text))


def _moment(text: str) -> str | None:
    match = _MOMENT.fullmatch(text)
    if match is None:
        return text  # infinity and -infinity
    date = match["date"]
    if match["before"]:
        year, rest = date.split("-", maxsplit=1)
        # There was no year 0: 44 BC is the year -43 of ISO 8601.
        date = f"{1 - int(year):05d}-{rest}" if int(year) > 1 else f"0000-{rest}"
    fraction = match["fraction"] or ""
    clock = f"T{match['time']}{fraction}" if match["time"] else ""
    zone = "Z" if match["zone"] == "+00" else match["zone"] or ""
    return link_text(Moment(date + clock, len(fraction) - 1, zone))


# Type as `format_type` names it without its precision -> from the server's text to link text.
# Every other type keeps the server's text.
CONVERTERS: Final[dict[str, Callable[[str], str | None]]] = {
    "smallint": as_it_is,
    "integer": as_it_is,
    "bigint": as_it_is,
    "oid": as_it_is,
    "boolean": _truth,
    "real": _float,
    "double precision": _float,
    "numeric": _decimal,
    "bytea": _bytes,
    "uuid": _uuid,
    "date": _moment,
    "timestamp without time zone": _moment,
    "timestamp with time zone": _moment,
}


def converter(type_name: str) -> Callable[[str], str | None]:
    """From the server's text of a type to link text."""
    return CONVERTERS.get(type_name, as_it_is)
