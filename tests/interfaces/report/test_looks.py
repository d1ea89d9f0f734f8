"""The HTML report in a real browser: nothing is wider than the screen."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from interfaces.report.reports import (
    FAILED,
    HOSTILE,
    INCOMPLETE,
    NOT_RESTORED,
    VERIFIED,
    hostile,
)
from seawall.interfaces.report import to_html

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
WIDTHS = (320, 390, 768, 1280)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)
BAD = [hostile("".join(HOSTILE[:6])), hostile("x" * 10_000), hostile("wide " * 2_000)]
# Each report in a frame of each width: a frame's width is what its media queries see.
MEASURE = """<script>
addEventListener("load", () => {
  const frames = [...document.querySelectorAll("iframe")];
  const wide = frames.map(frame => frame.contentDocument.documentElement.scrollWidth);
  const tall = frames.map(frame => frame.contentDocument.documentElement.scrollHeight);
  document.title = "measured " + JSON.stringify({wide, tall});
});
</script>"""


@pytest.mark.skipif(CHROMIUM is None, reason=f"no browser on PATH: {', '.join(NAMES)}")
def test_nothing_is_wider_than_the_screen(tmp_path: Path) -> None:
    reports = [VERIFIED, FAILED, INCOMPLETE, NOT_RESTORED, *BAD]
    frames = [
        f'<iframe width="{width}" height="900" srcdoc="{html.escape(to_html(report))}"></iframe>'
        for report in reports
        for width in WIDTHS
    ]
    page = tmp_path / "frames.html"
    page.write_text(f"<!DOCTYPE html><meta charset=utf-8>{MEASURE}{''.join(frames)}", "utf-8")
    assert CHROMIUM
    done = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path / 'user'}", "--dump-dom", page.as_uri()],
        capture_output=True,
        timeout=120,
        check=False,
        text=True,
    )
    measured = re.search(r"<title>measured (.*?)</title>", done.stdout)
    assert measured, done.stderr[-2000:]
    sizes = json.loads(measured[1])
    assert min(sizes["tall"]) > 1_000
    assert sizes["wide"] == [*WIDTHS] * len(reports)
