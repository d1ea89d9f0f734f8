"""The report as one HTML file that needs nothing else: no script, no request, its own style."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from seawall.interfaces.report.gather import gather
from seawall.model.drill import DrillReport

FOLDER = Path(__file__).parent


def to_html(report: DrillReport) -> str:
    """The report as one self-contained page.

    Its own policy allows nothing but its own style, so that even a value that escaped the
    escaping could run nothing and reach nobody.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (FOLDER / "drill.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return environment.get_template("drill.html.j2").render(
        facts=gather(report),
        style=style,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
    )
