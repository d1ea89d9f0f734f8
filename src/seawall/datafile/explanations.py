"""What is wrong with one value, and how to mend it, for each keyword of the schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from seawall.datafile.duration import nearest_duration
from seawall.datafile.mistake import may_be_secret, shown
from seawall.datafile.names import legal_name
from seawall.datafile.nearest import nearest
from seawall.datafile.schema import LATER_ENGINE, NOT_YET, Schema, resolve
from seawall.datafile.wording import flow, kind_of, one_of, with_article

Explanation: TypeAlias = tuple[str, str]
"""What is wrong, and how to mend it."""

# Values of these are never repeated.
_HIDDEN: Final = ("secret reference", "folder or s3:// url", "endpoint", "age recipient")
_DIGITS = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Finding:
    """A value that a keyword of the schema does not allow.

    Attributes:
        schema: The whole schema.
        part: The part with the keyword.
        value: The value.
        limit: What the keyword says: a limit, the words, the types, the missing key.
    """

    schema: Schema
    part: Schema
    value: Any
    limit: Any

    @property
    def noun(self) -> str:
        """What the value should be, with its article."""
        return with_article(str(self.part["title"]))

    @property
    def is_hidden(self) -> bool:
        """Whether the value may be a secret."""
        return self.part["title"] in _HIDDEN

    @property
    def shown(self) -> str:
        """The value as a message may repeat it."""
        return "this" if self.is_hidden else shown(str(self.value))

    @property
    def hint(self) -> str:
        """The general way to mend it."""
        for message in ("errorMessage", "patternErrorMessage"):
            if message in self.part:
                return str(self.part[message])
        words = self.part["enum"] if "enum" in self.part else self.part["examples"][:2]
        return f"write {one_of([flow(word) for word in words])}"


def explain_value(keyword: str, finding: Finding) -> Explanation:
    """What is wrong with a value, and how to mend it."""
    return _EXPLANATIONS[keyword](finding)


def _explain_type(finding: Finding) -> Explanation:
    value, title = finding.value, finding.part["title"]
    if value is None:
        return "there is no value", f"{finding.hint}, or remove the key"
    text = f"{finding.noun} is expected, not {kind_of(value)}"
    is_free_text = not {"enum", "pattern"} & finding.part.keys()
    if title == "duration" and type(value) is int and value > 0:
        return text, f"add a unit: {value}s, {value}m, {value}h or {value}d"
    if "integer" in finding.limit and isinstance(value, str) and _DIGITS.fullmatch(value):
        return text, f"write {int(value)}, without quotes"
    if isinstance(value, bool | int | float) and finding.limit == ["string"] and is_free_text:
        return text, f'put it in quotes: "{str(value).lower()}"'
    return text, finding.hint


def _explain_required(finding: Finding) -> Explanation:
    part = resolve(finding.schema, finding.part["properties"][finding.limit])
    text = f"'{finding.limit}' is missing"
    if "enum" in part:
        return text, f"add {finding.limit}: {one_of(part['enum'])}"
    return text, f"add it, such as {finding.limit}: {flow(part['examples'][0])}"


def _explain_enum(finding: Finding) -> Explanation:
    if finding.value == LATER_ENGINE and finding.part["title"] == "engine":
        return f"'{LATER_ENGINE}' {NOT_YET}", finding.hint
    near = nearest(str(finding.value), map(str, finding.limit))
    suggestion = f"did you mean '{near}'?" if near else finding.hint
    return f"{finding.shown} is not {finding.noun}", suggestion


def _explain_const(finding: Finding) -> Explanation:
    return f"this version of Seawall reads {finding.part['title']} {finding.limit}", finding.hint


def _explain_pattern(finding: Finding) -> Explanation:
    text = f"{finding.shown} is not {finding.noun}"
    if finding.part["title"] == "duration":
        near = nearest_duration(finding.value)
        return text, f"did you mean '{near}'?" if near else finding.hint
    is_name = finding.part["title"] == "name" and not may_be_secret(finding.value)
    name = legal_name(finding.value) if is_name else ""
    return text, f"did you mean '{name}'?" if name else finding.hint


def _explain_limit(finding: Finding) -> Explanation:
    limits = (finding.part["minimum"], finding.part["maximum"])
    return f"{finding.noun} from {limits[0]} to {limits[1]} is expected", finding.hint


def _explain_empty(finding: Finding) -> Explanation:
    return f"{finding.noun} is expected, and this is empty", finding.hint


_EXPLANATIONS: Final[dict[str, Callable[[Finding], Explanation]]] = {
    "type": _explain_type,
    "required": _explain_required,
    "enum": _explain_enum,
    "const": _explain_const,
    "pattern": _explain_pattern,
    "minimum": _explain_limit,
    "maximum": _explain_limit,
    "minItems": _explain_empty,
    "minLength": _explain_empty,
    "minProperties": _explain_empty,
}
