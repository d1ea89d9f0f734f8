"""Programs in Python packages: of this environment, or of one of their own."""

from __future__ import annotations

import importlib.util
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from seawall.model.source import Wheel
from seawall.servers.sources.download import run_download
from seawall.servers.sources.kind import COMPLETE, fetched


class WheelKind:
    """Fetches into a virtual environment: a package never meets the ones of this process."""

    def folders(self, source: Wheel, names: tuple[str, ...], home: Path) -> Iterator[Path]:
        """This environment's package, then the one that was fetched."""
        del names
        environment = fetched(source, home)
        if source.module:
            found = importlib.util.find_spec(source.module)
            for location in (found.submodule_search_locations or ()) if found else ():
                yield from sorted(Path(location).glob(source.below))
            packages = f"lib/python*/site-packages/{source.module.replace('.', '/')}"
            if (environment / COMPLETE).exists():
                yield from sorted(environment.glob(f"{packages}/{source.below}"))
            return
        yield Path(sysconfig.get_path("scripts"))
        if (environment / COMPLETE).exists():
            yield environment / "bin"

    def lacking(self) -> str:
        """Python's own parts for virtual environments."""
        here = all(map(importlib.util.find_spec, ("venv", "ensurepip")))
        return "" if here else "this Python has no venv; on Debian: apt-get install python3-venv."

    def fetch(self, source: Wheel, folder: Path) -> None:
        """Make the environment and install the pinned package there."""
        run_download((sys.executable, "-m", "venv", folder), folder)
        pip = (folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check")
        run_download((*pip, "install", "--only-binary", ":all:", source.requirement), folder)
