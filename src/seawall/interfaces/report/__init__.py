"""A drill's report, in the forms people read: Markdown, one HTML file, a terminal's last lines."""

from __future__ import annotations

from seawall.interfaces.report.files import write_report
from seawall.interfaces.report.markdown import to_markdown
from seawall.interfaces.report.page import to_html
from seawall.interfaces.report.terminal import summarize

__all__ = ["summarize", "to_html", "to_markdown", "write_report"]
