"""Top-level help and version cost next to nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from interfaces.cli.command import Command
from seawall import __version__
from seawall.interfaces.cli.app import read_help

MODULES = """
import sys
sys.argv = ["seawall", *{arguments!r}]
from seawall.__main__ import main
try:
    main()
except SystemExit as done:
    assert done.code == 0
third_party = sorted(
    name for name in sys.modules
    if name.split(".")[0] not in sys.stdlib_module_names and name != "__main__"
)
print(third_party, file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"], ["--version"]])
def test_help_and_version_import_only_the_standard_library(arguments: list[str]) -> None:
    # -S: what site-packages' own .pth files import is not ours.
    script = f"import sys; sys.path[:0] = {sys.path!r}\n{MODULES.format(arguments=arguments)}"
    done = subprocess.run(
        [sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "['seawall', 'seawall.__main__']"


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"], ["--help", "up"]])
def test_every_way_to_ask_for_help_gives_the_same_text(
    seawall: Command, arguments: list[str]
) -> None:
    done = seawall.run(*arguments)
    assert (done.code, done.out, done.err) == (0, read_help(), "")


def test_the_version_is_the_packages(seawall: Command) -> None:
    assert seawall.run("--version").out == f"seawall {__version__}\n"


def test_a_reader_that_goes_away_is_no_error(seawall: Command) -> None:
    for arguments in ("--help", "up --help"):
        done = subprocess.run(
            ["/bin/bash", "-c", f"set -o pipefail; {sys.executable} -m seawall {arguments} | true"],
            cwd=seawall.folder,
            env=seawall.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_completion_is_answered_also_without_arguments(seawall: Command) -> None:
    asking = seawall.using(
        _SEAWALL_COMPLETE="bash_complete", COMP_WORDS="seawall ba", COMP_CWORD="1"
    )
    assert asking.run().out.split() == ["plain,backup", "plain,backups"]


def test_calling_one_verb_imports_no_other_verb(seawall: Command) -> None:
    script = (
        "import sys; from seawall.interfaces.cli.app import run; run(['engines', '--help']);"
        "print([m for m in sys.modules if '.cli.verbs.' in m or m.split('.')[0] in"
        " ('rich', 'jinja2', 'psycopg', 'redis', 'obstore', 'pyrage')], file=sys.stderr)"
    )
    done = seawall.using(sys.executable, "-c").run(script)
    assert done.err.strip() == "['seawall.interfaces.cli.verbs.engines']"
