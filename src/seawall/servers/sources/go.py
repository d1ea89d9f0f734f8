"""Programs that are built from a Go module, checked by Go's own checksum database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from seawall.model.source import GoProgram
from seawall.servers.sources.download import lacking_program, run_download
from seawall.servers.sources.kind import COMPLETE, fetched

START = "bin"


class GoKind:
    """Builds with the user's Go; its caches are Go's own."""

    def folders(self, source: GoProgram, names: tuple[str, ...], home: Path) -> Iterator[Path]:
        """The program that was built."""
        del names
        folder = fetched(source, home)
        if (folder / COMPLETE).exists():
            yield folder / START

    def lacking(self) -> str:
        """Go itself."""
        return lacking_program("go")

    def fetch(self, source: GoProgram, folder: Path) -> None:
        """Build the pinned version."""
        variables = {"GOBIN": str(folder / START), "GOFLAGS": "-buildvcs=false"}
        run_download(("go", "install", f"{source.package}@{source.version}"), folder, variables)
