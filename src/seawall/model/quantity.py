"""Numbers of things as people read them."""

from __future__ import annotations


def count(number: int, noun: str = "") -> str:
    """`336,776`, or `1 link`, `6 links`."""
    if not noun:
        return f"{number:,}"
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
