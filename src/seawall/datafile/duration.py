"""Durations as the file writes them: `30s`, `15m`, `1h`, `1d`."""

from __future__ import annotations

import re
from typing import Final

_SECONDS: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_UNITS: Final = {
    "s": ("sec", "secs", "second", "seconds"),
    "m": ("min", "mins", "minute", "minutes"),
    "h": ("hr", "hrs", "hour", "hours"),
    "d": ("day", "days"),
}
_WRITTEN: Final = {
    **_SECONDS,
    **{word: _SECONDS[unit] for unit, words in _UNITS.items() for word in words},
    **dict.fromkeys(("w", "week", "weeks"), 7 * 86_400),
}
_PART = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*([a-z]+)[\s,]*")


def read_seconds(duration: str) -> float:
    """The seconds of a valid duration."""
    return float(int(duration[:-1]) * _SECONDS[duration[-1]])


def nearest_duration(text: str) -> str | None:
    """The duration meant by another spelling, such as `1h30m`, `15 min`, `1.5h` or `2w`."""
    plain = text.strip().lower()
    parts = _PART.findall(plain)
    if not parts or _PART.sub("", plain) or any(unit not in _WRITTEN for _, unit in parts):
        return None
    seconds = sum(float(number) * _WRITTEN[unit] for number, unit in parts)
    if seconds < 1 or seconds != int(seconds):
        return None
    unit = next(unit for unit, size in _SECONDS.items() if seconds % size == 0)
    return f"{int(seconds) // _SECONDS[unit]}{unit}"
