"""Build the virtual environment from requirements.lock with nothing but Python's own venv and pip.

Usage: python3 scripts/bootstrap.py VENV UV_VERSION
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ATTEMPTS = 3
# The tests' Redis 6.2 puts itself on the PATH of the activated environment, where it would stand in
# for the server that somebody means.
NOT_ON_THE_PATH = ("redis-server", "redis-cli")


def main() -> int:
    """Create the environment; say in one line what to install when Python lacks a part."""
    if sys.version_info < (3, 11):
        return fail("Python 3.11 or newer is needed; run `make PYTHON=python3.11 ...`.")
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: PLC0415
    except ImportError:
        return fail("this Python has no venv or pip; on Debian: apt-get install python3-venv.")
    folder, uv_version = Path(sys.argv[1]).resolve(), sys.argv[2]
    tools = folder / ".tools"
    uv = tools / "bin" / "uv"
    if not uv.exists():
        venv.create(tools, with_pip=True, clear=True)
        pip = [tools / "bin" / "python", "-m", "pip", "install", "--quiet"]
        if not repeat([*pip, "--disable-pip-version-check", f"uv=={uv_version}"]):
            return fail("uv could not be installed from PyPI; is the network reachable?")
    if not (folder / "bin" / "python").exists():
        create = [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, folder]
        subprocess.run(create, check=True)
    install = [uv, "pip", "install", "--quiet", "--python", folder / "bin" / "python"]
    # Compiled once here, and not by each of the commands that the tests run.
    packages = ["--compile-bytecode", "--require-hashes", "-r", "requirements.lock"]
    if not repeat([*install, *packages]):
        return fail("the packages of requirements.lock could not be installed; see above.")
    subprocess.run([*install, "--no-deps", "--no-build-isolation", "-e", "."], check=True)
    for name in NOT_ON_THE_PATH:
        (folder / "bin" / name).unlink(missing_ok=True)
    return 0


def repeat(command: list[str | Path]) -> bool:
    """Run a download, again after a pause when it fails: networks do."""
    # The environment variable tells uv which folder to fill, whatever else is active.
    environment = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    for attempt in range(ATTEMPTS):
        if subprocess.run(command, check=False, env=environment).returncode == 0:
            return True
        time.sleep(2**attempt)
    return False


def fail(text: str) -> int:
    """Print the one line that says what to do."""
    sys.stderr.write(f"seawall: {text}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
