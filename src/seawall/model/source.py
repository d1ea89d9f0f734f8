"""Where the programs of an engine can be had: data, pinned, for `seawall.servers.sources`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class System:
    """Programs that the machine has: on the PATH, or in a distribution's folders.

    Attributes:
        folders: Glob patterns of folders where a distribution puts them.
        packages: Debian's packages that bring them.
    """

    kind: ClassVar[str] = "system"
    folders: tuple[str, ...]
    packages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wheel:
    """Programs that come in a Python package.

    Attributes:
        requirement: Pinned: `name==version`.
        version: Of the server in it.
        module: Import name of the package; empty where the programs are the scripts it installs.
        below: Glob pattern of the folder below the package.
    """

    kind: ClassVar[str] = "wheel"
    requirement: str
    version: str
    module: str = ""
    below: str = ""

    @property
    def label(self) -> str:
        """The folder's name among what is installed."""
        return self.requirement.replace("==", "-")


@dataclass(frozen=True)
class DebianPackages:
    """Packages that are unpacked, not installed: nothing of the system changes.

    Attributes:
        packages: `name` or `name=version`, where the version may end in `*`; libraries included
            that a small system may lack.
        version: Of the server in them, as far as it is pinned.
        below: Folders of the unpacked tree that hold the programs.
    """

    kind: ClassVar[str] = "debian"
    packages: tuple[str, ...]
    version: str
    below: tuple[str, ...]

    @property
    def label(self) -> str:
        """The folder's name among what is installed."""
        return f"{self.packages[0].partition('=')[0]}-{self.version}"


@dataclass(frozen=True)
class MavenArtifact:
    """An archive of programs in a Maven repository.

    Attributes:
        coordinates: `group:artifact:version`.
        sha256: Of the jar, hex.
        version: Of the server in it.
        archive: Glob pattern of the archive within the jar that holds the tree.
        below: Folder of the unpacked tree that holds the programs.
    """

    kind: ClassVar[str] = "maven"
    coordinates: str
    sha256: str
    version: str
    archive: str
    below: str

    @property
    def label(self) -> str:
        """The folder's name among what is installed."""
        _, artifact, version = self.coordinates.split(":")
        return f"{artifact}-{version}"


@dataclass(frozen=True)
class GoProgram:
    """A program that is built from a Go module.

    Attributes:
        package: Import path of its main package.
        version: Of the module, as `v1.2.3`.
    """

    kind: ClassVar[str] = "go"
    package: str
    version: str

    @property
    def label(self) -> str:
        """The folder's name among what is installed."""
        return f"{self.package.rpartition('/')[2]}@{self.version}"


Fetchable = Wheel | DebianPackages | MavenArtifact | GoProgram
Source = System | Fetchable
