"""The server's text of a value as the text that links compare between engines."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final
from uuid import UUID

from seawall.model.value import Moment, link_text

_MOMENT: Final = re.compile(
    r"(?P<date>\d{4,}-\d\d-\d\d)(?: (?P<time>\d\d:\d\d:\d\d)(?P<fraction>\.\d+)?)?"
)


def _plain(text: bytes) -> str | None:
    return text.decode("utf-8", "surrogateescape")


def _float(text: bytes) -> str | None:
    return link_text(float(text))


def _decimal(text: bytes) -> str | None:
    return link_text(Decimal(text.decode()))


def _number_of_bits(text: bytes) -> str | None:
    return link_text(int.from_bytes(text, "big"))


def _uuid(text: bytes) -> str | None:
    return link_text(UUID(text.decode()))


def _moment(zone: str) -> Callable[[bytes], str | None]:
    def convert(text: bytes) -> str | None:
        match = _MOMENT.fullmatch(text.decode())
        if match is None:
            return text.decode()
        fraction = match["fraction"] or ""
        clock = f"T{match['time']}{fraction}" if match["time"] else ""
        return link_text(Moment(match["date"] + clock, len(fraction) - 1, zone if clock else ""))

    return convert


BINARY: Final = frozenset(
    {"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "geometry"}
)
# Type -> from the server's bytes to link text. Every other type keeps the server's text.
CONVERTERS: Final[dict[str, Callable[[bytes], str | None]]] = {
    "float": _float,
    "double": _float,
    "decimal": _decimal,
    "bit": _number_of_bits,
    "uuid": _uuid,
    "date": _moment(""),
    "datetime": _moment(""),
    "timestamp": _moment("Z"),
    **dict.fromkeys(BINARY, bytes.hex),
}


def converter(type_name: str) -> Callable[[bytes], str | None]:
    """From the server's bytes of a type to link text."""
    return CONVERTERS.get(type_name, _plain)
