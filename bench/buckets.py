"""A repository in a bucket: an upload of 1 GB against the library's own, and the memory of a backup."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import obstore
from obstore.store import S3Store

from bench.measure import Compared, compare
from seawall.repository.objects import open_objects

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from scenarios.bulk import in_bucket
from scenarios.measured import run_seawall
from servers.s3 import S3Server, seaweedfs

MIB = 2**20
CHUNKS = 1000
RUNS = 3


def compare_uploads(server: S3Server) -> Compared:
    """Ours in parts of bounded memory, against obstore's own multipart put as it comes.

    The goal of 0.9 in throughput is one of 1.11 in time.
    """
    bucket = server.bucket()
    assert bucket.login
    objects = open_objects(bucket)
    block = os.urandom(MIB)
    peer = S3Store(
        bucket.name,
        prefix=bucket.prefix,
        endpoint=bucket.endpoint,
        region=bucket.region,
        access_key_id=bucket.login.key_id.reveal(),
        secret_access_key=bucket.login.secret.reveal(),
        client_options={"allow_http": True},
    )

    def chunks() -> Iterator[bytes]:
        return (block for _ in range(CHUNKS))

    def ours(afterwards: ExitStack) -> None:
        objects.put_stream("ours", chunks())
        afterwards.callback(objects.delete, "ours")

    def theirs(afterwards: ExitStack) -> None:
        obstore.put(peer, "theirs", chunks(), use_multipart=True)
        afterwards.callback(obstore.delete, peer, "theirs")

    what = "upload of 1 GB / obstore's multipart put"
    return compare(what, ours, theirs, 1.11, RUNS)


def run(folder: Path) -> None:
    """Print both for the tier of 1 GB in a folder."""
    with seaweedfs() as server:
        print(compare_uploads(server).line())
        with in_bucket(folder, server):
            for verb in ("backup", "verify", "drill"):
                _, peak = run_seawall(folder, verb)
                print(f"seawall {verb} of 1 GB in a bucket: {peak} MB at most (goal 150 MB)")
