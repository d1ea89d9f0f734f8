"""Increments: each backup of a row of them is restored exactly, whatever was changed in between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engines.mariadb.harness import (
    ACCOUNTS,
    Load,
    ask,
    back_up,
    checkpoint,
    fingerprint,
    opened,
    restored,
)
from engines.mariadb.seed import run_sql
from seawall.engines.mariadb import base_backup, increment
from seawall.errors import SeawallError
from seawall.model.fingerprint import compare
from seawall.model.target import Target
from seawall.servers.sandboxes import Sandboxes
from servers.folder import Taken

ROUNDS = (
    """
CREATE TABLE bulk (id int PRIMARY KEY, note varchar(250), n int, KEY (n));
INSERT INTO bulk SELECT seq, repeat(char(65 + seq % 26), 250), seq % 97 FROM seq_1_to_60000;
CREATE TABLE goes (id int PRIMARY KEY); INSERT INTO goes SELECT seq FROM seq_1_to_500;
CREATE TABLE again (id int PRIMARY KEY, a int); INSERT INTO again VALUES (1, 1), (2, 2);
CREATE TABLE one (id int PRIMARY KEY, w varchar(9)); INSERT INTO one VALUES (1, 'one');
CREATE TABLE two (id int PRIMARY KEY, w varchar(9)); INSERT INTO two VALUES (2, 'two');
CREATE TABLE emptied (id int PRIMARY KEY); INSERT INTO emptied SELECT seq FROM seq_1_to_900;
CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id)
    (PARTITION p0 VALUES LESS THAN (100), PARTITION p1 VALUES LESS THAN (200));
INSERT INTO parts SELECT seq FROM seq_1_to_199;
CREATE TABLE packed (id int PRIMARY KEY, x blob) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4;
INSERT INTO packed SELECT seq, repeat('p', 900) FROM seq_1_to_300;
CREATE TABLE worded (id int PRIMARY KEY, w text, FULLTEXT (w)); INSERT INTO worded VALUES (1, 'sea');
CREATE TABLE old (id int PRIMARY KEY) ENGINE=MyISAM; INSERT INTO old VALUES (1);
CREATE TABLE old_goes (id int) ENGINE=MyISAM; INSERT INTO old_goes VALUES (1);
CREATE TABLE crash_safe (id int) ENGINE=Aria; INSERT INTO crash_safe VALUES (1)
""",
    """
DROP TABLE goes; DROP TABLE old_goes;
DROP TABLE again; CREATE TABLE again (id int PRIMARY KEY, a int, b int); INSERT INTO again VALUES (3, 3, 3);
RENAME TABLE one TO aside, two TO one, aside TO two;
TRUNCATE TABLE emptied; INSERT INTO emptied VALUES (7);
ALTER TABLE parts DROP PARTITION p0; ALTER TABLE parts ADD PARTITION (PARTITION p2 VALUES LESS THAN (300));
INSERT INTO parts VALUES (250);
ALTER TABLE bulk ADD COLUMN later int DEFAULT 5;
UPDATE packed SET x = repeat('q', 800) WHERE id % 3 = 0;
INSERT INTO worded VALUES (2, 'wall');
INSERT INTO old VALUES (2); INSERT INTO crash_safe VALUES (2);
CREATE TABLE arrives (id int PRIMARY KEY, x longtext); INSERT INTO arrives SELECT seq, repeat('x', 500) FROM seq_1_to_500
""",
    """
ALTER TABLE again FORCE; ALTER TABLE one ENGINE=MyISAM; ALTER TABLE one ENGINE=InnoDB;
DELETE FROM arrives WHERE id % 2 = 0; CREATE TABLE goes (other varchar(20)); INSERT INTO goes VALUES ('back');
UPDATE bulk SET n = n + 1 WHERE id < 50; DROP TABLE two;
INSERT INTO old VALUES (3); INSERT INTO crash_safe VALUES (3); DELETE FROM worded WHERE id = 1
""",
)


def back_up_row(target: Target, sandboxes: Sandboxes, folder: Path, count: int) -> list[Taken]:
    """A whole backup and increments, each after a round of changes, while writers run."""
    row: list[Taken] = []
    load = Load(target)

    def go_on() -> None:
        seen = load.commits
        while load.commits < seen + 30 and not load.failures:
            run_sql(target, "DO SLEEP(0.01)")

    run_sql(target, ACCOUNTS)
    with load.running():
        for number in range(count):
            run_sql(target, ROUNDS[number])
            checkpoint(target)
            taken = back_up(
                target,
                sandboxes,
                folder / str(number),
                increment.METHOD if row else base_backup.METHOD,
                go_on,
                row,
            )
            row.append(taken)
    return row


def prove(sandboxes: Sandboxes, taken: Taken, rows: int) -> None:
    """What is restored is what was there at the cut; tables without transactions came whole."""
    with restored(sandboxes, taken) as copy, opened(copy) as client:
        compared = compare(taken.at_point, fingerprint(client), 0)
        assert compared.differences == ()
        assert compared.proven > 60_000
        assert ask(copy, "SELECT sum(balance) FROM accounts") == 200_000
        assert ask(copy, "SELECT count(*) FROM old") == rows
        assert ask(copy, "SELECT count(*) FROM crash_safe") == rows
        checked = run_sql(
            copy, "CHECK TABLE bulk, parts, packed, emptied, again, worded, old EXTENDED"
        )
        assert {row[-1] for row in checked} == {"OK"}


# Every run restores an increment on one whole copy: the conformance suite's.
@pytest.mark.slow
def test_each_of_a_row_of_increments_is_restored_exactly(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    row = back_up_row(target, sandboxes, tmp_path, len(ROUNDS))
    assert [taken.method for taken in row] == [base_backup.METHOD, *[increment.METHOD] * 2]
    sizes = [path.stat().st_size for path in sorted(tmp_path.glob("*/base.xbstream"))]
    assert max(sizes[1:]) < 0.6 * sizes[0]
    for number, taken in enumerate(row, start=1):
        prove(sandboxes, taken, number)


@pytest.mark.slow
def test_an_increment_whose_middle_is_left_out_is_not_restored(
    target: Target, sandboxes: Sandboxes, tmp_path: Path
) -> None:
    *_, last = back_up_row(target, sandboxes, tmp_path, len(ROUNDS))
    whole, _ = last.pieces.below
    without = replace(last, pieces=replace(last.pieces, below=(whole,)))
    with pytest.raises(SeawallError, match="SW-MARIADB-003"), restored(sandboxes, without):
        pass
