"""The three files of a report: whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from interfaces.report.reports import FAILED, HOSTILE, VERIFIED, hostile
from seawall.interfaces.report import files, to_html, to_markdown, write_report
from seawall.model.drill import DrillReport

NAMES = ["report.html", "report.json", "report.md"]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_writes_three_files_into_a_new_folder(tmp_path: Path) -> None:
    folder = tmp_path / "a path with spaces" / "flüge"
    written = write_report(VERIFIED, '{"data": {}}', folder)
    assert [path.name for path in written] == ["report.md", "report.html", "report.json"]
    assert names(folder) == NAMES
    assert (folder / "report.md").read_text(encoding="utf-8") == to_markdown(VERIFIED)
    assert (folder / "report.html").read_text(encoding="utf-8") == to_html(VERIFIED)
    assert json.loads((folder / "report.json").read_bytes()) == {"data": {}}


def test_replaces_an_older_report_and_follows_no_link(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("kept")
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "report.md").symlink_to(precious)
    write_report(FAILED, "{}", folder)
    write_report(VERIFIED, "{}", folder)
    assert precious.read_text() == "kept"
    assert "Verified" in (folder / "report.md").read_text(encoding="utf-8")
    assert names(folder) == NAMES


def test_a_full_disk_leaves_the_older_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_report(FAILED, "{}", tmp_path)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_report(VERIFIED, "{}", tmp_path)
    assert names(tmp_path) == NAMES
    assert "Failed" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_a_form_that_cannot_be_made_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: DrillReport) -> str:
        raise RuntimeError

    monkeypatch.setattr(files, "to_html", fail)
    with pytest.raises(RuntimeError):
        write_report(VERIFIED, "{}", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_can_be_written(tmp_path: Path, text: str) -> None:
    write_report(hostile(text), json.dumps(text, ensure_ascii=False), tmp_path)
    assert json.loads((tmp_path / "report.json").read_bytes()) == text
