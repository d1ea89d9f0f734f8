"""How to open a backup without Seawall: the commands, for one manifest."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from seawall.model.artifact import Artifact
from seawall.model.manifest import Manifest
from seawall.repository.sink import ENCRYPTED


def recipe_lines(manifest: Manifest, repository: str, steps: Mapping[str, str]) -> Iterator[str]:
    """Commands that need `age`, `zstd` and the engines' own programs.

    Args:
        manifest: The backup.
        repository: Its folder or url.
        steps: Store name -> lines to run in the folder of its opened pieces, from the engine.
    """
    yield f"# {manifest.id}: {manifest.app} at {manifest.point.taken_at}"
    yield "# Run it with bash, in an empty folder, as a user who may read the repository and the key."
    yield "# Servers are started: do not run it as root."
    yield "set -eu -o pipefail"
    yield f"REPOSITORY={shlex.quote(repository)}"
    if manifest.recipients:
        yield "KEY=path/of/the/age/identity"
    for part in manifest.stores:
        yield ""
        yield f"# store {part.store}: {part.method}, server {part.server_version}"
        folders = {str(PurePosixPath(part.store, each.name).parent) for each in part.artifacts}
        yield f"mkdir -p {' '.join(sorted(folders)) or part.store}"
        yield from (_open_line(part.store, each) for each in part.artifacts)
        if part.store in steps:
            # A parenthesis keeps folder and names of one store's steps from the next one's.
            yield f"(\ncd {part.store}\n{steps[part.store]})"


def _open_line(store: str, artifact: Artifact) -> str:
    source = f'"$REPOSITORY"/{artifact.key}'
    if artifact.key.endswith(ENCRYPTED):
        return f'age -d -i "$KEY" {source} | zstd -d > {store}/{artifact.name}'
    return f"zstd -d < {source} > {store}/{artifact.name}"
