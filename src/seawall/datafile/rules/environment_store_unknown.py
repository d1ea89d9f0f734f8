"""An environment says where stores of the file are; it adds none."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.datafile.mistake import Mistake, mistake_at, shown_key
from seawall.datafile.nearest import nearest
from seawall.datafile.tree import Document, Tree


def find_unknown_environment_stores(document: Document, root: Tree) -> Iterator[Mistake]:
    """Stores of an environment that the file does not have."""
    known = [str(name) for name in root.under("stores")]
    if not document.is_whole or not known:
        return
    for environment in root.under("environments"):
        place = ("environments", environment, "stores")
        for name, child in root.under(*place).items():
            if name not in known:
                near = nearest(str(name), known)
                hint = f"did you mean '{near}'?" if near else f"the file has {', '.join(known)}"
                text = f"the file has no store {shown_key(str(name))}"
                yield mistake_at(child.spot, (*place, name), text, hint)
