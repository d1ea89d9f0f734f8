"""A tier whose backups lie in a bucket, through the command: the whole story, and what goes wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from faults.proxy import Fault, Kind, Proxy, faulty_proxy
from scenarios.interruptions import left_behind
from scenarios.shop import COMMAND, FILE, Shop, new_shop
from seawall.repository.bucket import Bucket
from seawall.repository.objects import open_objects
from seawall.repository.verify import verify_repository
from servers.s3 import S3Server

pytestmark = pytest.mark.timeout(300)
REPOSITORY = """
repository:
  url: {url}
  endpoint: {endpoint}
  access_key_id: env://SHOP_KEY_ID
  secret_access_key: env://SHOP_SECRET
"""
CANARY = "canary0secret0canary"
# Hashes do not compress: the base of the orders is larger than a part.
NOISE = "CREATE TABLE noise AS SELECT sha512(n::text::bytea) FROM generate_series(1, 400000) AS n"


@dataclass(frozen=True)
class Remote:
    """A shop, its bucket, and the way there.

    Attributes:
        shop: Runs its commands with the right login.
        bucket: As it is reached without the proxy.
        server: Sees what is there.
        proxy: Is between the command and the server.
    """

    shop: Shop
    bucket: Bucket
    server: S3Server
    proxy: Proxy

    def seen(self) -> list[str]:
        """Everything that lies in the bucket, unfinished uploads included."""
        uploads = [f"upload of {key}" for key in self.server.uploads(self.bucket)]
        return sorted(self.server.keys(self.bucket)) + uploads

    @contextmanager
    def struck(self, *faults: Fault) -> Iterator[None]:
        """The way is faulty for a while."""
        self.proxy.faults[:] = faults
        try:
            yield
        finally:
            self.proxy.faults.clear()


@pytest.fixture(scope="module")
def remote(seaweedfs: S3Server) -> Iterator[Remote]:
    bucket = seaweedfs.bucket()
    assert bucket.login
    login = {
        "SHOP_KEY_ID": bucket.login.key_id.reveal(),
        "SHOP_SECRET": bucket.login.secret.reveal(),
    }
    with faulty_proxy(seaweedfs.endpoint) as proxy, pytest.MonkeyPatch.context() as patch:
        for name, value in login.items():
            patch.setenv(name, value)
        with new_shop(FILE + REPOSITORY.format(url=bucket.url, endpoint=proxy.endpoint)) as shop:
            shop.fill(200)
            with shop.sql() as sql:
                sql.execute(NOISE)
            yield Remote(
                replace(shop, environment=shop.environment | login), bucket, seaweedfs, proxy
            )


def test_a_tier_is_backed_up_to_a_bucket_drilled_and_restored(remote: Remote) -> None:
    shop = remote.shop
    with shop.writers():
        backup = shop.run("backup", "-o", "json")
    assert backup.returncode == 0, backup.stderr
    made = json.loads(backup.stdout)["data"]["id"]
    assert made in [each["id"] for each in shop.data("backups")["backups"]]
    assert shop.data("verify")["findings"] == []
    drill = shop.run("drill", "-o", "json")
    assert drill.returncode == 0, drill.stdout + drill.stderr
    assert json.loads(drill.stdout)["data"]["verdict"] == "verified"
    recipe = shop.run("backups", made, "--recipe").stdout
    assert f"aws --endpoint-url {remote.proxy.endpoint} s3 cp" in recipe
    with shop.sql() as sql:
        sql.execute("DROP TABLE lines")
    restore = shop.run("restore", "--confirm", "shop")
    assert restore.returncode == 0, restore.stderr
    with shop.sql() as sql:
        assert sql.execute("SELECT count(*) >= 200 FROM lines").fetchone() == (True,)
    for said in (backup, drill, restore):
        assert shop.environment["SHOP_SECRET"] not in said.stdout + said.stderr
    assert left_behind(shop) == []


PUT = ("PUT", "artifacts/")
PART = ("PUT", "partNumber=2&")
FAULTS = {
    "500s": (Fault(Kind.ANSWER, *PUT), 3, "SW-REPOSITORY-022", "500 InternalError"),
    "too busy": (
        Fault(Kind.ANSWER, *PUT, status=503, code="SlowDown"),
        3,
        "SW-REPOSITORY-022",
        "503 SlowDown",
    ),
    "no right to put": (
        Fault(Kind.ANSWER, *PUT, status=403, code="AccessDenied"),
        3,
        "SW-REPOSITORY-016",
        "may not s3:PutObject",
    ),
    "cut in mid-part": (
        Fault(Kind.CUT_REQUEST, *PART),
        3,
        "SW-REPOSITORY-001",
        "failed or took too long",
    ),
    "no conditions": (Fault(Kind.DEAF), 4, "SW-REPOSITORY-021", "ignores the condition"),
    "no room": (
        Fault(Kind.ANSWER, *PART, status=507, code="InsufficientStorage"),
        3,
        "SW-REPOSITORY-003",
        "no room left",
    ),
}


# What the others show of every call, these show of one more answer.
SLOW = {"too busy", "no right to put", "no room"}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in FAULTS],
)
def test_a_backup_that_the_service_fails_leaves_nothing(remote: Remote, name: str) -> None:
    fault, exit_code, code, words = FAULTS[name]
    before = remote.seen()
    with remote.struck(fault):
        failed = remote.shop.run("backup")
    assert fault.struck
    require_told(failed, exit_code, code, words)
    assert remote.seen() == before
    assert left_behind(remote.shop) == []


@pytest.mark.parametrize(
    ("variable", "words"),
    [("SHOP_KEY_ID", "no access key of this id"), ("SHOP_SECRET", "secret does not belong")],
)
def test_a_wrong_login_is_told_before_anything_is_read(
    remote: Remote, variable: str, words: str
) -> None:
    before = remote.seen()
    failed = remote.shop.run("backup", **{variable: CANARY})
    require_told(failed, 3, "SW-REPOSITORY-014", words)
    assert remote.seen() == before


def test_a_missing_bucket_and_a_missing_login_are_told(remote: Remote) -> None:
    folder, endpoint = remote.shop.folder, remote.proxy.endpoint
    text = FILE + REPOSITORY.format(url="s3://no-such-bucket", endpoint=endpoint)
    (folder / "elsewhere.yaml").write_text(text)
    failed = remote.shop.run("backup", "-f", "elsewhere.yaml")
    require_told(failed, 3, "SW-REPOSITORY-015", "no bucket no-such-bucket")
    text = FILE + f"repository: {{url: s3://shop-backups, endpoint: '{endpoint}'}}\n"
    (folder / "elsewhere.yaml").write_text(text)
    failed = remote.shop.run("backup", "-f", "elsewhere.yaml")
    require_told(failed, 2, "SW-REPOSITORY-023", "no access key")


def test_the_usual_variables_are_a_login(remote: Remote) -> None:
    (remote.shop.folder / "usual.yaml").write_text(
        FILE + f"repository: {{url: '{remote.bucket.url}', endpoint: '{remote.proxy.endpoint}'}}\n"
    )
    environment = remote.shop.environment
    listed = remote.shop.run(
        *("backups", "-f", "usual.yaml"),
        AWS_ACCESS_KEY_ID=environment["SHOP_KEY_ID"],
        AWS_SECRET_ACCESS_KEY=environment["SHOP_SECRET"],
    )
    assert listed.returncode == 0, listed.stderr


def test_a_clock_that_is_wrong_is_told(remote: Remote) -> None:
    faketime = shutil.which("faketime")
    if faketime is None:
        pytest.skip("faketime is not on this machine")
    ended = subprocess.run(
        [faketime, "+2 hours", *COMMAND, "backups"],
        cwd=remote.shop.folder,
        env=remote.shop.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    require_told(ended, 3, "SW-REPOSITORY-017", "clock")


@pytest.mark.slow
def test_a_connection_that_breaks_now_and_then_is_no_failure(remote: Remote) -> None:
    faults = (
        Fault(Kind.CUT_REQUEST, *PART, 2),
        Fault(Kind.LOST_ANSWER, "PUT", "manifests/", 1),
        Fault(Kind.CUT_ANSWER, "GET", "artifacts/", 2),
        Fault(Kind.ANSWER, "PUT", "artifacts/", 1, 503, "SlowDown"),
    )
    with remote.struck(*faults):
        backup = remote.shop.run("backup")
    assert backup.returncode == 0, backup.stderr
    assert [fault.struck for fault in faults] == [2, 1, 2, 1]
    assert remote.shop.run("verify").returncode == 0


def test_two_writers_at_once_make_one_chain(remote: Remote) -> None:
    """Two tiers of one application, each with a state of its own, over the same servers."""
    shop = remote.shop
    other = shop.folder / "other"
    other.mkdir()
    file = FILE.replace("{engine: postgres}", "{engine: postgres, url: env://ORDERS_URL}").replace(
        "    collections", "    url: env://LIVE_URL\n    collections"
    )
    text = file + REPOSITORY.format(url=remote.bucket.url, endpoint=remote.proxy.endpoint)
    (other / "seawall.yaml").write_text(text)
    urls = {
        f"{name.upper()}_URL": shop.run("url", name).stdout.strip() for name in ("orders", "live")
    }
    before = len(shop.data("backups")["backups"])
    with ThreadPoolExecutor(2) as threads:
        runs = [
            threads.submit(shop.run, "backup"),
            threads.submit(shop.run, "backup", "-f", "other/seawall.yaml", **urls),
        ]
    for run in runs:
        assert run.result().returncode == 0, run.result().stderr
    integrity = verify_repository(open_objects(remote.bucket))
    assert (integrity.backups, integrity.faults, integrity.leftovers) == (before + 2, (), ())


def require_told(
    ended: subprocess.CompletedProcess[str], exit_code: int, code: str, words: str
) -> None:
    """The right exit code, and an error that names the cause and no secret."""
    assert (ended.returncode, code in ended.stderr) == (exit_code, True), ended.stderr
    assert words in ended.stderr
    assert CANARY not in ended.stdout + ended.stderr
