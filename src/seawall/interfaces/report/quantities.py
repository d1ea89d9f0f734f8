"""Times and sizes as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

from seawall.interfaces.report.shown import show_value
from seawall.model.quantity import count

MINUTE, HOUR, DAY = 60, 3600, 86400
KIB = 1024
UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB")


def duration(seconds: float) -> str:
    """`4.21 s`, `12 min 30 s`, `2 h 5 min`, `3 d 4 h`: the two largest units."""
    if seconds < MINUTE and round(seconds, 2) < MINUTE:
        return f"{_trim(seconds)} s"
    whole = round(seconds)
    if whole < HOUR:
        return _pair(whole // MINUTE, "min", whole % MINUTE, "s")
    if whole < DAY:
        return _pair(whole // HOUR, "h", whole % HOUR // MINUTE, "min")
    return _pair(whole // DAY, "d", whole % DAY // HOUR, "h")


def stopwatch(seconds: float) -> str:
    """`0.420 s`: for columns, always to the millisecond."""
    return f"{seconds:,.3f} s"


def milliseconds(number: float) -> str:
    """`1.3 ms`."""
    return f"{number:,.1f} ms"


def size(number: int) -> str:
    """`812 bytes`, `41.9 MiB`."""
    if number < KIB:
        return count(number, "byte")
    power = min((number.bit_length() - 1) // 10, len(UNITS))
    return f"{number / KIB**power:,.1f} {UNITS[power - 1]}"


def instant(text: str, timespec: str = "milliseconds") -> str:
    """`2026-11-21 04:15:30.123 UTC`; a text that is no instant is shown as it is."""
    try:
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        in_utc = aware.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return show_value(text)
    return f"{in_utc.isoformat(' ', timespec)} UTC"


def _trim(seconds: float) -> str:
    digits = 2 if seconds == 0 or seconds >= 0.01 else 3  # noqa: PLR2004 - a hundredth
    text = f"{seconds:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _pair(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large:,} {large_unit} {small} {small_unit}" if small else f"{large:,} {large_unit}"
