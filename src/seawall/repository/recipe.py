"""How to open a backup without Seawall: the commands, for one manifest."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model.manifest import Manifest


def recipe_lines(manifest: Manifest, repository: str, steps: dict[str, str]) -> Iterator[str]:
    """Commands that need `age`, `zstd` and the engines' own programs.

    Args:
        manifest: The backup.
        repository: Its folder or url.
        steps: Store name -> what to do with its opened pieces, from the engine.
    """
    yield f"# {manifest.id}: {manifest.app} at {manifest.point.taken_at}"
    yield f"REPOSITORY={repository}"
    if manifest.recipients:
        yield "KEY=path/of/the/age/identity"
    for part in manifest.stores:
        yield ""
        yield f"# store {part.store}: {part.method}, server {part.server_version}"
        yield f"mkdir -p {part.store}"
        for artifact in part.artifacts:
            yield _open_line(part.store, artifact.name, artifact.key, bool(manifest.recipients))
        if part.store in steps:
            yield steps[part.store].rstrip()


def _open_line(store: str, name: str, key: str, is_encrypted: bool) -> str:  # noqa: FBT001
    source = f'"$REPOSITORY/{key}"'
    opened = f'age -d -i "$KEY" {source} | zstd -d' if is_encrypted else f"zstd -d < {source}"
    return f"{opened} > {store}/{name.replace('/', '_')}"
