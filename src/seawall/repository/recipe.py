"""How to open a backup without Seawall: the commands, for one manifest."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from seawall.model.artifact import Artifact
from seawall.model.manifest import Earlier, Manifest
from seawall.repository.bucket import Bucket
from seawall.repository.objects import Place
from seawall.repository.s3 import SEGMENT_BYTES
from seawall.repository.segments import sequel_key
from seawall.repository.sink import ENCRYPTED


def recipe_lines(
    manifest: Manifest,
    place: Place,
    steps: Mapping[str, str],
    earlier: Mapping[str, tuple[Earlier, ...]],
) -> Iterator[str]:
    """Commands that need `age`, `zstd` and the engines' own programs; for a bucket also `aws`.

    Args:
        manifest: The backup.
        place: Its repository.
        steps: Store name -> lines to run in the folder of its opened pieces, from the engine.
        earlier: Store name -> the backups that it builds on, oldest first.
    """
    yield f"# {manifest.id}: {manifest.app} at {manifest.point.taken_at}"
    yield "# Run it with bash, in an empty folder, as a user who may read the repository and the key."
    yield "# Servers are started: do not run it as root."
    yield "set -eu -o pipefail"
    yield from _reach_bucket(place) if isinstance(place, Bucket) else _reach_folder(place)
    if manifest.recipients:
        yield "KEY=path/of/the/age/identity"
    for part in manifest.stores:
        yield ""
        yield f"# store {part.store}: {part.method}, server {part.server_version}"
        for number, each in enumerate(earlier.get(part.store, ()), start=1):
            yield f"# what it builds on: {each.backup}"
            yield from _open_lines(f"{part.store}/earlier/{number:03d}", each.part.bases, place)
        yield from _open_lines(part.store, part.artifacts, place)
        if part.store in steps:
            # A parenthesis keeps folder and names of one store's steps from the next one's.
            yield f"(\ncd {part.store}\n{steps[part.store]})"


def _reach_folder(folder: str) -> Iterator[str]:
    yield f"REPOSITORY={shlex.quote(folder)}"
    yield 'fetch() { cat "$REPOSITORY/$1"; }'


def _reach_bucket(bucket: Bucket) -> Iterator[str]:
    yield f"REPOSITORY={shlex.quote(bucket.url)}"
    yield "# aws is Amazon's command line; it reads its login from AWS_ACCESS_KEY_ID and"
    yield "# AWS_SECRET_ACCESS_KEY, or from ~/.aws/credentials."
    yield f"export AWS_DEFAULT_REGION={shlex.quote(bucket.region)}"
    if bucket.certificates:
        yield "export AWS_CA_BUNDLE=path/of/the/certificates"
    endpoint = f" --endpoint-url {shlex.quote(bucket.endpoint)}" if bucket.endpoint else ""
    yield f'fetch() {{ aws{endpoint} s3 cp --only-show-errors "$REPOSITORY/$1" -; }}'


def _open_lines(folder: str, artifacts: tuple[Artifact, ...], place: Place) -> Iterator[str]:
    """Open pieces into a folder, under their own names."""
    folders = {str(PurePosixPath(folder, each.name).parent) for each in artifacts}
    yield f"mkdir -p {' '.join(sorted(folders)) or folder}"
    for artifact in artifacts:
        is_sealed = artifact.key.endswith(ENCRYPTED)
        opening = 'age -d -i "$KEY" | zstd -d' if is_sealed else "zstd -d"
        yield f"{_fetch(artifact, place)} | {opening} > {folder}/{artifact.name}"


def _fetch(artifact: Artifact, place: Place) -> str:
    """How the bytes of a piece come; in a bucket it may go on in sequels."""
    objects = -(-artifact.stored_bytes // SEGMENT_BYTES) if isinstance(place, Bucket) else 1
    keys = [sequel_key(artifact.key, number) for number in range(1, objects + 1)]
    first, *more = (f"fetch {key}" for key in keys)
    return f"{{ {first}; {'; '.join(more)}; }}" if more else first
