"""What writers did, counted in little memory."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


class Latencies:
    """Durations in buckets of 2 %, so that hours of traffic need no more memory than seconds."""

    GROWTH = math.log(1.02)

    def __init__(self) -> None:
        self._buckets: Counter[int] = Counter()

    def add(self, seconds: float) -> None:
        """Count one duration."""
        self._buckets[round(math.log(max(seconds * 1000, 0.001)) / self.GROWTH)] += 1

    def merge(self, other: Latencies) -> None:
        """Count all durations of another."""
        self._buckets.update(other._buckets)

    def quantile(self, share: float) -> float | None:
        """The milliseconds that this share of the durations stays within; None without any."""
        left = math.ceil(share * self._buckets.total())
        for bucket in sorted(self._buckets):
            left -= self._buckets[bucket]
            if left <= 0:
                return round(math.exp(bucket * self.GROWTH), 3)
        return None

    def summary(self) -> dict[str, float | None]:
        """p50, p99 and the longest, in milliseconds."""
        shares = {"p50": 0.5, "p99": 0.99, "max": 1.0}
        return {name: self.quantile(share) for name, share in shares.items()}


@dataclass
class Tally:
    """What writers did: whole actions, errors by store, durations by step."""

    actions: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    steps: dict[str, Latencies] = field(default_factory=dict)

    def add(self, step: str, seconds: float) -> None:
        """Count one step."""
        self.steps.setdefault(step, Latencies()).add(seconds)

    def merge(self, other: Tally) -> None:
        """Add what another writer did."""
        self.actions += other.actions
        self.errors.update(other.errors)
        for step, latencies in other.steps.items():
            self.steps.setdefault(step, Latencies()).merge(latencies)

    def report(self, writers: int, seconds: float, stores: Iterable[str]) -> dict[str, object]:
        """What was done, how fast, and what failed where."""
        return {
            "writers": writers,
            "seconds": round(seconds, 3),
            "actions": self.actions,
            "actions_per_second": round(self.actions / seconds, 1),
            "errors": {store: self.errors[store] for store in stores},
            "latency_ms": {step: each.summary() for step, each in self.steps.items()},
        }
