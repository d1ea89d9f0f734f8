"""A secret is a reference: a URL, a password or a key is never written in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seawall.datafile.mistake import KeyPath, Mistake, mistake_at
from seawall.datafile.names import variable_for
from seawall.datafile.nearest import nearest
from seawall.datafile.schema import LATER_SECRETS, NOT_YET
from seawall.datafile.tree import Tree

PRIVATE_KEY = re.compile(r"(?i)AGE-(SECRET-KEY|PLUGIN)-|BEGIN [A-Z ]*PRIVATE")

ACCESS_KEY: Final = ("access_key_id", "secret_access_key", "session_token")

_REFERENCE = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<rest>.*)", re.DOTALL)
_READABLE: Final = {
    "env": re.compile(r"[A-Za-z_][A-Za-z0-9_]*"),
    "file": re.compile(r"/[^\x00-\x1f\x7f]+"),
}


def find_secrets_in_file(root: Tree) -> Iterator[Mistake]:
    """Each place of a secret that holds something else than a reference."""
    for within in places_of_settings(root):
        yield from _find_in(root, within)


def places_of_settings(root: Tree) -> Iterator[KeyPath]:
    """Where repository and stores may be set: at the top, and in each environment."""
    yield ()
    yield from (("environments", name) for name in root.under("environments"))


def _find_in(root: Tree, within: KeyPath) -> Iterator[Mistake]:
    repository: KeyPath = (*within, "repository")
    copies = ((*repository, "copies", index) for index in root.under(*repository, "copies"))
    places: list[tuple[KeyPath, str]] = [((*repository, "identity"), "AGE_IDENTITY")]
    for place in (repository, *copies):
        places += (((*place, key), f"AWS_{key.upper()}") for key in ACCESS_KEY)
    for store in root.under(*within, "stores"):
        variable = variable_for(("stores", store, "url"))
        places.append(((*within, "stores", store, "url"), variable))
    for path, variable in places:
        value = root.at(*path)
        if value and value.text is not None:
            text, suggestion = _explain(value.text, variable)
            if text:
                yield mistake_at(value.spot, path, text, suggestion)


def _explain(text: str, variable: str) -> tuple[str, str]:
    """What is wrong, without the text: it may be the secret."""
    if PRIVATE_KEY.search(text):
        hint = "move it to a file, write file:///absolute/path, and make a new key"
        return "a private key is written in the file", hint
    reference = _REFERENCE.fullmatch(text)
    if reference is None:
        return _explain_no_reference(text, variable)
    return _explain_reference(reference["scheme"], reference["rest"], variable)


def _explain_reference(scheme: str, rest: str, variable: str) -> tuple[str, str]:
    hint = f"write env://{variable} or file:///absolute/path"
    if scheme in _READABLE:
        is_readable = _READABLE[scheme].fullmatch(rest)
        return ("", "") if is_readable else (f"this {scheme}:// reference names nothing", hint)
    if scheme in LATER_SECRETS:
        return f"{scheme}:// {NOT_YET}", hint
    near = nearest(scheme, (*_READABLE, *LATER_SECRETS))
    if near:
        return "there is no such kind of reference", f"did you mean {near}://?"
    hint = f"export it as {variable}, write env://{variable}, and change its password"
    return "a URL is written in the file, with the login it may hold", hint


def _explain_no_reference(text: str, variable: str) -> tuple[str, str]:
    if text.startswith(("/", "./", "../", "~")):
        return "a path is no reference", "write file:///absolute/path"
    if "$" in text:
        return "variables are not replaced in the file", f"write env://{variable}"
    hint = f"export it as {variable} and write env://{variable}"
    return "a secret is written in the file, or no reference", hint
