"""A row of increments in a repository: what it says, what it refuses, and what comes back of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from engines.mariadb.harness import checkpoint
from engines.mariadb.seed import run_sql
from scenarios.interruptions import break_off, left_behind
from scenarios.shop import KEYS_ENGINE, Shop, new_shop
from seawall.capabilities import INCREMENT
from seawall.errors import FindingsError
from seawall.interfaces.cli.manifest_answer import backup_answer
from seawall.model.artifact import Role
from seawall.model.drill import DrillReport, Level, State, Verdict
from seawall.model.manifest import Manifest, StoreBackup
from seawall.model.progress import Silent
from seawall.model.target import Target
from seawall.operations import backup as operations
from seawall.operations import extent
from seawall.operations.drill import run_drill
from seawall.operations.extent import Extent, copy_changes
from seawall.operations.recovery import Recovery
from seawall.operations.restore import restore_here
from seawall.operations.vault import Vault
from servers.real import missing_engines
from servers.waiting import wait_until

FILE = f"""
version: 1
app: stock
stores:
  stock: {{engine: mariadb}}
  carts: {{engine: {KEYS_ENGINE}, collections: {{cart: "cart:{{id}}"}}}}
"""
pytestmark = pytest.mark.skipif("mariadb" in missing_engines(), reason="no programs of mariadb")


@dataclass
class Row:
    """A whole backup and two increments on it.

    Attributes:
        shop: The tier.
        answers: What `seawall backup -o json` said of each.
    """

    shop: Shop
    answers: list[Any]

    @property
    def ids(self) -> list[str]:
        """Names of the backups, oldest first."""
        return [answer["id"] for answer in self.answers]

    @property
    def target(self) -> Target:
        """The store that is copied by increments."""
        return stock(self.shop)

    def part(self, number: int) -> tuple[Manifest, StoreBackup]:
        """The store's part of one backup."""
        manifest = self.shop.vault.manifest(self.ids[number])
        (part,) = (part for part in manifest.stores if part.store == "stock")
        return manifest, part


def stock(shop: Shop) -> Target:
    (store,) = shop.work.choose(("stock",))
    return shop.work.target(store)


def take(shop: Shop) -> Any:
    """What `back_up` does, in this process."""
    vault = shop.vault
    manifest = operations.back_up(
        shop.work, vault, Silent(), copy_changes(vault, shop.work.tier.app)
    )
    return asdict(backup_answer(manifest))


def back_up(shop: Shop) -> Any:
    """A backup of what changed by the command; its answer."""
    done = shop.run("backup", "--incremental", "-o", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["data"]


def of(answer: Any, store: str) -> Any:
    (part,) = (part for part in answer["stores"] if part["name"] == store)
    return part


@contextmanager
def new_row() -> Iterator[Row]:
    """A tier with three backups, the first of which found nothing to build on."""
    with new_shop(FILE) as shop:
        run_sql(
            stock(shop),
            "CREATE TABLE items (id int PRIMARY KEY, note varchar(200));"
            "INSERT INTO items SELECT seq, repeat('n', 200) FROM seq_1_to_30000",
        )
        answers = []
        # The command itself takes most of its time for its start.
        for number, act in enumerate((take, take, back_up)):
            checkpoint(stock(shop))
            answers.append(act(shop))
            run_sql(stock(shop), f"INSERT INTO items VALUES ({-number - 1}, 'later')")
        yield Row(shop, answers)


@pytest.fixture(scope="module")
def row() -> Iterator[Row]:
    with new_row() as made:
        yield made


@pytest.fixture(scope="module")
def longer_row() -> Iterator[Row]:
    """One that tests may add backups to, or restore."""
    with new_row() as made:
        yield made


def test_the_report_says_what_each_store_builds_on_or_why_it_was_copied_whole(row: Row) -> None:
    stores = [of(answer, "stock") for answer in row.answers]
    assert [store["builds_on"] for store in stores] == ["", *row.ids[:2]]
    assert stores[0]["copied_whole"] == "there is no earlier backup of it here."
    assert [store["copied_whole"] for store in stores[1:]] == ["", ""]
    assert max(store["bytes"] for store in stores[1:]) < stores[0]["bytes"] / 2
    for answer in row.answers:
        assert of(answer, "carts")["builds_on"] == ""
        assert "holds the whole store" in of(answer, "carts")["copied_whole"]
    shown = row.shop.run("backups", row.ids[2]).stdout
    assert f"stock: what changed since {row.ids[1]}, without which it cannot be restored" in shown
    assert "carts: copied whole: " in shown
    listed = row.shop.data("backups")["backups"]
    assert [each["builds_on"] for each in listed] == [[], [row.ids[0]], [row.ids[1]]]


@contextmanager
def away(path: Path) -> Iterator[None]:
    """Take a file of the repository away, and put it back."""
    hidden = path.with_name("hidden")
    path.rename(hidden)
    try:
        yield
    finally:
        hidden.rename(path)


def manifest_of(row: Row, number: int) -> Path:
    manifest, _ = row.part(number)
    return repository(row) / "manifests" / f"{manifest.number:08d}.json"


def piece_of(row: Row, number: int) -> Path:
    _, part = row.part(number)
    return repository(row) / part.bases[0].key


def repository(row: Row) -> Path:
    return row.shop.folder / ".seawall" / "repository"


@pytest.mark.parametrize("lost", [manifest_of, piece_of])
@pytest.mark.parametrize("number", [0, 1])
def test_without_an_earlier_backup_nothing_is_begun_and_both_are_named(
    row: Row, lost: Callable[[Row, int], Path], number: int
) -> None:
    manifest, _ = row.part(2)
    recovery = Recovery(row.shop.work, row.shop.vault, manifest, Silent())
    processes = [row.shop.work.local(each).process for each in row.shop.work.tier.stores]
    with away(lost(row, number)):
        with pytest.raises(FindingsError, match="SW-BACKUP-013") as refused:
            restore_here(recovery, ("stock",), "stock", lambda _: None)
        verified = row.shop.vault.verify()
        chosen = choose(row.shop, row.shop.vault)
    assert row.ids[2] in str(refused.value)
    assert row.ids[number] in str(refused.value)
    assert left_behind(row.shop) == []
    assert processes == [row.shop.work.local(each).process for each in row.shop.work.tier.stores]
    said = f"store stock of {row.ids[2]}: it builds on"
    assert any(said in each for each in verified.faults)
    # What is still whole is built on, however old: the first one, or none.
    assert chosen.builds_on == (row.ids[0] if number else "")


def test_a_damaged_piece_of_an_earlier_backup_fails_the_drill_of_the_later(row: Row) -> None:
    path, (manifest, _) = piece_of(row, 0), row.part(2)
    content = path.read_bytes()
    path.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    try:
        recovery = Recovery(row.shop.work, row.shop.vault, manifest, Silent())
        report = run_drill(recovery, frozenset({Level.L0}))
        verified = row.shop.vault.verify()
    finally:
        path.write_bytes(content)
    (level,) = [each for each in report.levels if (each.level, each.store) == ("L0", "stock")]
    assert level.state is State.FAILED
    assert f"{row.ids[0]}, on which it builds: " in level.findings[0]
    assert any(
        f"{row.ids[2]}: it builds on {row.ids[0]}, which is damaged" in each
        for each in verified.faults
    )


def choose(shop: Shop, vault: Vault, app: str = "stock") -> Extent:
    """What the next backup of changes would copy."""
    (store,) = shop.work.choose(("stock",))
    with shop.work.open(store) as client:
        return copy_changes(vault, app)("stock", shop.work.engine(store), client)


def test_the_end_of_a_long_row_is_not_built_on(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose(row.shop, row.shop.vault).builds_on == row.ids[2]
    monkeypatch.setattr(extent, "MOST_INCREMENTS", 2)
    chosen = choose(row.shop, row.shop.vault)
    assert chosen.builds_on == ""
    assert f"{row.ids[2]}: it is the end of 2 increments" in chosen.copied_whole


def test_what_others_could_not_open_or_another_app_made_is_not_built_on(row: Row) -> None:
    vault = row.shop.vault
    more = replace(vault, recipients=(*vault.recipients, "age1another"))
    assert "not encrypted for all recipients" in choose(row.shop, more).copied_whole
    assert "no earlier backup" in choose(row.shop, vault, "another").copied_whole


def refusal(row: Row, part: StoreBackup) -> str:
    """Why nothing can be built on a part of a backup."""
    (store,) = row.shop.work.choose(("stock",))
    with row.shop.work.open(store) as client:
        said: str = row.shop.work.engine(store).require(INCREMENT, client).refusal(part)
    return said


def test_the_data_of_another_history_is_not_built_on(row: Row) -> None:
    ((data,),) = run_sql(row.target, "SELECT @@datadir")
    table = Path(data) / "mysql" / "global_priv.frm"
    known = table.stat()
    os.utime(table)
    try:
        chosen = choose(row.shop, row.shop.vault)
    finally:
        os.utime(table, ns=(known.st_atime_ns, known.st_mtime_ns))
    assert chosen.builds_on == ""
    assert f"{row.ids[2]}: the server was restored, made anew" in chosen.copied_whole
    assert choose(row.shop, row.shop.vault).builds_on == row.ids[2]


def test_a_log_that_does_not_lead_on_is_found_by_its_bytes(row: Row) -> None:
    """A disk that was set back to before the last backup; the one before that is still right."""
    ((data,),) = run_sql(row.target, "SELECT @@datadir")
    _, part = row.part(2)
    (log,) = [Path(data) / Path(each.name).name for each in part.artifacts if each.role is Role.LOG]
    assert refusal(row, part) == ""
    run_sql(row.target, "FLUSH BINARY LOGS")  # which closes the file that was stored open
    assert refusal(row, part) == ""
    content = log.read_bytes()
    try:
        log.write_bytes(content[:-40] + bytes([content[-40] ^ 1]) + content[-39:])
        assert refusal(row, part) == ""  # what was written after the cut may be anything
        log.write_bytes(content[:5] + bytes([content[5] ^ 1]) + content[6:])
        assert "binary log does not lead on" in refusal(row, part)
        assert choose(row.shop, row.shop.vault).builds_on == row.ids[1]
        log.unlink()
        assert "binary log does not lead on" in refusal(row, part)
    finally:
        log.write_bytes(content)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"innodb_to_lsn": str(10**15)}, "position is before it"),
        ({"history": ""}, "does not say which data folder"),
        ({"server_version": "10.6.1"}, "MariaDB 10.6.1"),
    ],
)
def test_a_backup_of_another_server_is_not_built_on(
    row: Row, changed: dict[str, str], expected: str
) -> None:
    _, part = row.part(2)
    details = tuple((dict(part.details) | changed).items())
    assert expected in refusal(row, replace(part, details=details))


def test_a_backup_by_another_method_is_not_built_on(row: Row) -> None:
    _, part = row.part(2)
    assert "mariadb/dump/1" in refusal(row, replace(part, method="mariadb/dump/1"))


def drill(row: Row, backup: str) -> DrillReport:
    shop = row.shop
    return run_drill(Recovery(shop.work, shop.vault, shop.vault.manifest(backup), Silent()))


@pytest.mark.slow
def test_every_backup_of_the_row_is_proven_after_one_was_killed(longer_row: Row) -> None:
    checkpoint(longer_row.target)
    environment = longer_row.shop.environment
    for after in (1.5, 3.0):
        break_off(
            ("backup", "--incremental"), longer_row.shop.folder, environment, signal.SIGKILL, after
        )
    run_sql(longer_row.target, "UPDATE items SET note = 'again' WHERE id < 10")
    again = back_up(longer_row.shop)
    assert of(again, "stock")["builds_on"]
    wait_until(lambda: left_behind(longer_row.shop) == [])
    for backup in (*longer_row.ids, again["id"]):
        assert drill(longer_row, backup).verdict is Verdict.VERIFIED


@pytest.mark.slow
def test_a_copy_elsewhere_holds_what_is_needed_and_the_recipe_opens_it(longer_row: Row) -> None:
    place = longer_row.shop.folder / "elsewhere"
    copied = longer_row.shop.run("repository", "copy", "--to", str(place))
    assert copied.returncode == 0, copied.stderr
    kept = repository(longer_row).with_name("kept")
    repository(longer_row).rename(kept)
    try:
        shutil.copytree(place, repository(longer_row))
        assert drill(longer_row, longer_row.ids[2]).verdict is Verdict.VERIFIED
        recipe = longer_row.shop.vault.recipe(longer_row.part(2)[0])
    finally:
        shutil.rmtree(repository(longer_row))
        kept.rename(repository(longer_row))
    for number, backup in enumerate(longer_row.ids[:2], start=1):
        assert f"# what it builds on: {backup}\nmkdir -p stock/earlier/{number:03d}\n" in recipe


@pytest.mark.slow
def test_a_server_that_was_restored_is_copied_whole_with_the_reason(longer_row: Row) -> None:
    """Its positions go on from the backup's, for other data than the increments hold."""
    restored = longer_row.shop.run("restore", longer_row.ids[1], "--confirm", "stock")
    assert restored.returncode == 0, restored.stderr
    run_sql(longer_row.target, "INSERT INTO items VALUES (-9, 'another history')")
    made = back_up(longer_row.shop)
    assert of(made, "stock")["builds_on"] == ""
    assert "was restored, made anew" in of(made, "stock")["copied_whole"]
    assert drill(longer_row, made["id"]).verdict is Verdict.VERIFIED
    # Each half of what tells the data folders apart would have been enough.
    (after,) = (
        part for part in longer_row.shop.vault.manifest(made["id"]).stores if part.store == "stock"
    )
    histories = [dict(part.details)["history"] for part in (longer_row.part(1)[1], after)]
    assert not set(histories[0].split("-")) & set(histories[1].split("-"))
    then = back_up(longer_row.shop)
    assert of(then, "stock")["builds_on"] == made["id"]


@pytest.mark.slow
def test_what_was_built_on_another_history_is_caught_by_the_drill(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the refusal guards against: such an increment restores without a word."""
    with new_row() as row:
        restored = row.shop.run("restore", row.ids[1], "--confirm", "stock")
        assert restored.returncode == 0, restored.stderr
        # The position passes that of the last backup, and the page that has one record more there
        # stays as it is here.
        run_sql(
            row.target, "CREATE TABLE later AS SELECT seq, repeat('l', 200) FROM seq_1_to_30000"
        )
        checkpoint(row.target)
        (store,) = row.shop.work.choose(("stock",))
        with row.shop.work.open(store) as client:
            changes = row.shop.work.engine(store).require(INCREMENT, client)
            monkeypatch.setattr(type(changes), "refusal", lambda *_: "")
        made = take(row.shop)
        assert of(made, "stock")["builds_on"] == row.ids[2]
        report = drill(row, made["id"])
        assert report.verdict is Verdict.FAILED
        failed = {each.level for each in report.levels if each.state is State.FAILED}
        assert "L4" in failed
        assert not failed & {"L0", "L1", "L2"}
