"""A repository is a folder or a bucket, named so that it is found here, without any login."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seawall.datafile.mistake import KeyPath, Mistake, mistake_at
from seawall.datafile.rules.secret_in_file import PRIVATE_KEY, places_of_settings
from seawall.datafile.schema import NOT_YET
from seawall.datafile.tree import Tree

LATER_STORES: Final = ("gs", "az")

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<rest>.*)", re.DOTALL)
# A key that holds anything else would be spelled in several ways.
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_.+=,-]+)*/?")
_OTHER_MACHINE = re.compile(r"[^/@]+@[^/:]+:.*")
_HINT: Final = "write a folder, on another disk or machine than the data, or s3://bucket/prefix"
_BUCKET_HINT: Final = "write s3://bucket or s3://bucket/prefix, in letters, digits, - and dots"


def find_misplaced_repository(root: Tree) -> Iterator[Mistake]:
    """What is wrong with the urls of the repository and its copies, and with its recipients."""
    for within in places_of_settings(root):
        yield from _find_in(root, (*within, "repository"))


def _find_in(root: Tree, repository: KeyPath) -> Iterator[Mistake]:
    copies = ((*repository, "copies", index) for index in root.under(*repository, "copies"))
    for path in (repository, *copies):
        value = root.at(*path, "url")
        if value and value.text is not None:
            text, suggestion = _explain_place(value.text)
            if text:
                yield mistake_at(value.spot, (*path, "url"), text, suggestion)
    for index, child in root.under(*repository, "recipients").items():
        text, suggestion = _explain_recipient(child.tree.text or "")
        if text:
            yield mistake_at(child.spot, (*repository, "recipients", index), text, suggestion)


def _explain_place(text: str) -> tuple[str, str]:
    url = _URL.fullmatch(text)
    if url is None:
        return _explain_folder(text)
    scheme, rest = url["scheme"], url["rest"]
    if "@" in rest.partition("/")[0]:
        return "a login is written in the file", f"remove it, and {_HINT}"
    if scheme == "file":
        is_place = rest.startswith("/") and rest.strip("/")
        return ("", "") if is_place else ("this file:// url names no folder", _HINT)
    if scheme == "s3":
        is_bucket = _BUCKET.fullmatch(rest)
        return ("", "") if is_bucket else ("this s3:// url names no bucket", _BUCKET_HINT)
    if scheme.lower() in LATER_STORES:
        return f"a repository at {scheme.lower()}:// {NOT_YET}", _HINT
    return "this version of Seawall has no such kind of repository", _HINT


def _explain_folder(text: str) -> tuple[str, str]:
    if text.startswith("~") or "$" in text:
        return "'~' and variables are not replaced in the file", "write the folder's whole path"
    if _OTHER_MACHINE.fullmatch(text):
        return "this is a folder of another machine", "mount it, and write the folder here"
    return "", ""


def _explain_recipient(text: str) -> tuple[str, str]:
    if PRIVATE_KEY.search(text):
        hint = "write its public half, as age-keygen -y prints it, and make a new key"
        return "a private key is written in the file", hint
    if text.startswith("ssh-"):
        return "an ssh key is no age recipient", "make a key with age-keygen and write age1..."
    return "", ""
