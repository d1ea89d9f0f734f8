"""The error tree. A class decides the exit code, a code names the cause.

SeawallError                 70  a defect of Seawall itself
├── UsageError                2  the file or the command line is wrong
├── FindingsError             1  something was checked and is not as it should be
├── UnreachableError          3  a server cannot be reached or refuses the login
├── RefusedError              4  a safety gate: nothing was changed
├── PartialError              5  some stores succeeded and others did not
└── TimedOutError           124  a bounded wait ran out

Every code in use is listed with its meaning in `error_codes.py`.
"""

from __future__ import annotations

from typing import ClassVar


class SeawallError(Exception):
    """What was attempted, what happened, what to do next, and a stable code.

    Args:
        code: A key of `error_codes.ERROR_CODES`, such as `SW-BACKUP-001`.
        attempted: The act, as "back up store `orders`".
        happened: The cause in one sentence, without any secret.
        hint: The next command or change that mends it.
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, code: str, *, attempted: str, happened: str, hint: str) -> None:
        super().__init__(code, attempted, happened, hint)
        self.code = code
        self.attempted = attempted
        self.happened = happened
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the error picklable: threads and processes hand it on."""
        return (_rebuild, (type(self), self.code, self.attempted, self.happened, self.hint))

    def __str__(self) -> str:
        return f"could not {self.attempted}: {self.happened} {self.hint} [{self.code}]"


def _rebuild(
    kind: type[SeawallError], code: str, attempted: str, happened: str, hint: str
) -> SeawallError:
    return kind(code, attempted=attempted, happened=happened, hint=hint)


class UsageError(SeawallError):
    """The file or the command line is wrong."""

    exit_code = 2


class FindingsError(SeawallError):
    """Something was checked and is not as it should be."""

    exit_code = 1


class UnreachableError(SeawallError):
    """A server cannot be reached or refuses the login."""

    exit_code = 3


class RefusedError(SeawallError):
    """A safety gate held: nothing was changed."""

    exit_code = 4


class PartialError(SeawallError):
    """Some stores succeeded and others did not."""

    exit_code = 5


class TimedOutError(SeawallError):
    """A bounded wait ran out."""

    exit_code = 124
