"""PostgreSQL: backup, restore and fingerprint against pg_basebackup, zstd, age and COPY."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.measure import Compared, compare
from seawall import registry
from seawall.capabilities import BACKUP, FINGERPRINT
from seawall.model.surroundings import Surroundings
from seawall.model.target import Target
from seawall.repository import keys
from seawall.repository.objects import create_objects
from seawall.repository.sink import ArtifactSink
from seawall.servers.local import LocalServer
from seawall.servers.sandboxes import Sandboxes

ROWS_OF_A_GIGABYTE = 4_000_000
MIXED_ROWS = 1_000_000


@contextmanager
def filled_server() -> Iterator[tuple[LocalServer, Target, Path]]:
    """A server with about 1 GB of rows, a tenth of them compressible poorly."""
    folder = Path(tempfile.mkdtemp(prefix="seawall-bench-"))
    folder.chmod(0o711)
    engine = registry.load("postgres")
    server = LocalServer(engine, "bench", folder, Surroundings("", folder / "s", folder / "k"))
    try:
        target = server.up()
        with psycopg.connect(target.location.url(), autocommit=True) as sql:
            sql.execute(
                "CREATE TABLE big AS SELECT n AS id, md5(n::text) || md5((n * 7)::text) AS a,"
                " repeat(chr(65 + n % 26), 100) AS b, n * 1.5 AS c, now() AS d"
                f" FROM generate_series(1, {ROWS_OF_A_GIGABYTE}) AS n"
            )
            sql.execute(
                "CREATE TABLE mixed AS SELECT n AS id, n % 7 = 0 AS flag, n::bigint * n AS big,"
                " n / 3.0 AS exact, n / 3.0::float8 AS f, md5(n::text) AS word,"
                " decode(md5(n::text), 'hex') AS raw, date '2020-01-01' + n % 3000 AS day,"
                " now() + n * interval '1 second' AS moment, jsonb_build_object('n', n) AS doc,"
                " ARRAY[n, n + 1] AS list"
                f" FROM generate_series(1, {MIXED_ROWS}) AS n"
            )
            sql.execute("CHECKPOINT")
        yield server, target, folder
    finally:
        server.destroy()
        shutil.rmtree(folder, ignore_errors=True)


def run(server: LocalServer, target: Target, folder: Path) -> list[Compared]:
    """All comparisons on one filled server."""
    results = [fingerprint(server, target)]
    if shutil.which("age") and shutil.which("zstd"):
        results.append(backup(server, target, folder))
    else:
        print("backup: skipped, `age` and `zstd` are not on this machine")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory of our process at most {peak:.0f} MB (goal 150 MB)")
    return results


def fingerprint(server: LocalServer, target: Target) -> Compared:
    """Fingerprint of a million mixed rows against COPY to nowhere."""
    client = server.engine.connect(target)
    with psycopg.connect(target.location.url(), autocommit=True) as sql:
        sql.execute("ALTER TABLE big SET UNLOGGED")  # left out of the fingerprint

        def ours() -> None:
            server.engine.require(FINGERPRINT, client).take(bytes(32))

        def theirs() -> None:
            sql.execute("COPY mixed TO '/dev/null'")

        found = compare("fingerprint of 1 M mixed rows / COPY", ours, theirs, 2.5)
        sql.execute("ALTER TABLE big SET LOGGED")
        sql.execute("CHECKPOINT")
    client.close()
    return found


def backup(server: LocalServer, target: Target, folder: Path) -> Compared:
    """The base of a 1 GB store against pg_basebackup | zstd -1 | age into a synced file."""
    recipient = keys.create_identity(folder / "key")
    objects = create_objects(str(folder / "repository"))
    client = server.engine.connect(target)
    assert target.programs
    sandboxes = Sandboxes(server.engine, "bench", (), folder, target.programs)
    turn = iter(range(1000))

    def ours() -> None:
        sink = ArtifactSink(objects, f"b-{next(turn)}", "bench", (recipient,))
        scratch = Path(tempfile.mkdtemp(dir=folder))
        chosen = server.engine.choose(BACKUP, client)
        with chosen.implementation.open(scratch, sandboxes) as session:
            session.copy_base(sink)
        shutil.rmtree(scratch)

    def theirs() -> None:
        place = target.location
        assert target.programs
        command = (
            f"{target.programs.program('pg_basebackup')} -h {place.host} -p {place.port}"
            f" -U {place.user} -D - -Ft -X none --checkpoint=fast --no-password"
            f" | zstd -1 -q | age -r {recipient} > {folder}/peer && sync {folder}/peer"
        )
        environment = {**os.environ, "PGPASSWORD": place.password.reveal()}
        subprocess.run(["/bin/bash", "-o", "pipefail", "-c", command], env=environment, check=True)

    found = compare("base of 1 GB / pg_basebackup | zstd | age", ours, theirs, 1.05, runs=3)
    client.close()
    return found
