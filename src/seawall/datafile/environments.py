"""One environment of the file: what it says lies over what the rest of the file says."""

from __future__ import annotations

from pathlib import Path

from seawall.datafile.nearest import nearest
from seawall.datafile.tree import Child, Tree
from seawall.errors import UsageError

ENVIRONMENTS = "environments"


def choose_environment(root: Tree, name: str, path: Path) -> Tree:
    """The file as it is in one environment; without a name, as it is outside of them.

    Raises:
        UsageError: SW-FILE-004 for a name that the file does not have.
    """
    if not name:
        return root
    known = [str(each) for each in root.under(ENVIRONMENTS)]
    chosen = root.at(ENVIRONMENTS, name)
    if chosen is None:
        near = nearest(name, known)
        hint = f"Did you mean `{near}`?" if near else f"It has: {', '.join(known) or 'none'}."
        raise UsageError(
            "SW-FILE-004",
            attempted=f"use environment `{name}`",
            happened=f"{path.name} has no such environment.",
            hint=hint,
        )
    return _laid_over(root, chosen)


def _laid_over(below: Tree, above: Tree) -> Tree:
    """Mappings are joined key by key; any other value takes the place of the one below."""
    if not (isinstance(below.data, dict) and isinstance(above.data, dict)):
        return above
    joined = {str(key): child for key, child in below.children.items()}
    for key, child in above.children.items():
        under = joined.get(str(key))
        tree = _laid_over(under.tree, child.tree) if under else child.tree
        joined[str(key)] = Child(child.spot, tree)
    return Tree.mapping(below.spot, joined)
