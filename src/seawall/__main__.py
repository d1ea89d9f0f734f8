"""The command: top-level help and version need nothing but the standard library."""

from __future__ import annotations

import os
import sys

HELP = ((), ("-h",), ("--help",))
# The shell asks for completions with this variable set, and without arguments.
COMPLETION = "_SEAWALL_COMPLETE"


def main() -> None:
    """Run the command line and exit with its code."""
    arguments = sys.argv[1:]
    try:
        if COMPLETION in os.environ:
            sys.exit(_run(arguments))
        if tuple(arguments) in HELP:
            sys.exit(_print(_help_text()))
        if arguments == ["--version"]:
            from seawall import __version__  # noqa: PLC0415 - only here

            sys.exit(_print(f"seawall {__version__}\n"))
        sys.exit(_run(arguments))
    except KeyboardInterrupt:
        sys.exit(130)


def _run(arguments: list[str]) -> int:
    import signal  # noqa: PLC0415 - top-level help stays light

    # Until the command line has its own handlers nothing was begun that would have to be ended; an
    # exception could be raised where Python only prints it. What is ignored stays ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:
            signal.signal(number, lambda number, _: os._exit(128 + number))
    from seawall.interfaces.cli.app import run  # noqa: PLC0415

    return run(arguments)


def _help_text() -> str:
    # pathlib alone would cost a quarter of the time this may take.
    path = os.path.join(os.path.dirname(__file__), "interfaces", "cli", "help.txt")  # noqa: PTH118, PTH120
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        return file.read()


def _print(text: str) -> int:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    main()
