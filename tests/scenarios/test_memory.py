"""Memory is bounded: four stores at once, each larger than what the process may have."""

from __future__ import annotations

import pytest

from scenarios.bulk import in_bucket, running_bulk
from scenarios.measured import run_seawall
from servers.real import missing_engines
from servers.s3 import S3Server

MOST_MB = 150
STORE_BYTES = 200_000_000
DOCUMENT_BYTES = 20_000_000


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_four_stores_go_into_a_bucket_and_come_back_within_150_mb(seaweedfs: S3Server) -> None:
    if lacking := missing_engines().keys() & {"postgres", "mariadb", "mongodb", "valkey"}:
        pytest.skip(f"no programs of {', '.join(lacking)} are here")
    with running_bulk(STORE_BYTES, DOCUMENT_BYTES) as folder, in_bucket(folder, seaweedfs):
        verbs = (("backup",), ("verify",), ("drill",), ("restore", "--confirm", "bulk"))
        peaks = {words[0]: run_seawall(folder, *words)[1] for words in verbs}
    assert {verb: peak for verb, peak in peaks.items() if peak >= MOST_MB} == {}
