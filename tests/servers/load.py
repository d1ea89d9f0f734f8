"""Writers of one SQL store, in threads until the end of a context."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from seawall.model.target import Target
from servers.waiting import wait_until


@dataclass
class Writers:
    """Each kind of writer repeats what one method does.

    Attributes:
        target: Where they write.
        writers: How many of each kind.
    """

    ERROR: ClassVar[type[Exception]]

    target: Target
    writers: int = 1

    def __post_init__(self) -> None:
        self.stop = threading.Event()
        self.commits = 0
        self._count = threading.Lock()
        self.failures: list[BaseException] = []

    def kinds(self) -> tuple[Callable[[Any, random.Random], None], ...]:
        """What is repeated; each is given a session and its own chance."""
        raise NotImplementedError

    def session(self) -> AbstractContextManager[Any]:
        """What statements are run by."""
        raise NotImplementedError

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Run them."""
        threads = [
            threading.Thread(target=self._repeat, args=(kind, number))
            for kind in self.kinds()
            for number in range(self.writers)
        ]
        for thread in threads:
            thread.start()
        try:
            wait_until(lambda: self.commits > 20 or bool(self.failures), "load")
            yield self
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()
        assert not self.failures, self.failures

    def _repeat(self, act: Callable[[Any, random.Random], None], number: int) -> None:
        chance = random.Random(number)
        try:
            with self.session() as session:
                while not self.stop.is_set():
                    act(session, chance)
                    with self._count:
                        self.commits += 1
        except self.ERROR as error:
            self.failures.append(error)
