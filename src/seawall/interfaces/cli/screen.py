"""The two streams: data on standard output, everything for people on standard error."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from typing import TextIO

from seawall.errors import PartialError


class Screen:
    """Writes to both streams, and knows which of them a person watches.

    Attributes:
        draws_out: Whether standard output is a terminal that likes colours.
        draws_err: Whether standard error is one.
        has_answered: Whether standard output has had its one document.

    Args:
        out: Standard output; None when it was closed before the start.
        err: Standard error; the same.
        environ: NO_COLOR and TERM decide whether a terminal is drawn on.
    """

    def __init__(self, out: TextIO | None, err: TextIO | None, environ: Mapping[str, str]) -> None:
        self._out = out
        self._err = err
        self.has_answered = False
        is_drawable = not environ.get("NO_COLOR") and environ.get("TERM") not in {None, "", "dumb"}
        self.draws_out = is_drawable and _is_terminal(out)
        self.draws_err = is_drawable and _is_terminal(err)

    @property
    def err(self) -> TextIO:
        """Standard error, for what draws on it itself."""
        return self._err or io.StringIO()

    def write(self, text: str) -> None:
        """Write an answer. A reader that has gone, as in `| head`, is no error.

        Raises:
            PartialError: SW-CLI-007 when the data could not be written, as on a full disk.
        """
        self.has_answered = True
        if self._out is None:
            return
        try:
            self._out.write(text)
            self._out.flush()
        except BrokenPipeError:
            _mute(self._out)
        except OSError as error:
            _mute(self._out)
            raise PartialError(
                "SW-CLI-007",
                attempted="write the answer to standard output",
                happened=f"{error.strerror}. The verb itself had ended.",
                hint="Make room, or send the output elsewhere.",
            ) from None

    def say(self, text: str) -> None:
        """Tell people something. Nothing that is said there may break the work."""
        if self._err is None:
            return
        try:
            self._err.write(text)
            self._err.flush()
        except (OSError, ValueError):
            _mute(self._err)


def current_screen() -> Screen:
    """The streams of this process; what they cannot encode is written as its escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    return Screen(sys.stdout, sys.stderr, os.environ)


def stdin_is_terminal() -> bool:
    """Whether a person can answer a question."""
    return _is_terminal(sys.stdin)


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def _mute(stream: TextIO) -> None:
    """Send what is still buffered nowhere, so that the interpreter's last flush is quiet."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return
