"""A key that the file does not have: mistyped, misplaced, of a later version, or a login."""

from __future__ import annotations

from typing import Any, Final

from seawall.datafile.mistake import KeyPath
from seawall.datafile.names import variable_for
from seawall.datafile.nearest import likeness, nearest
from seawall.datafile.schema import LATER_KEYS, NOT_YET, Schema, SchemaPath, schema_at
from seawall.datafile.sections import ANY_ITEM, ANY_NAME, Place, shown_place, walk
from seawall.datafile.wording import one_of

_LOGIN_KEYS: Final = (
    *("password", "passwd", "pass", "pwd", "secret", "token", "credentials"),
    *("user", "username", "login", "host", "hostname", "port", "dbname"),
)
_CLOSE: Final = 0.8
_LOGIN_HINT: Final = "export the whole URL with its login as {0} and write url: env://{0}"
# What other programs and people call it.
_SYNONYMS: Final = {
    "app": ("name", "application", "project"),
    "base": ("schedule", "frequency", "every", "interval"),
    "collection": ("table", "index"),
    "collections": ("keyspaces", "patterns"),
    "engine": ("type", "kind", "driver", "product", "adapter", "image"),
    "every": ("from", "each", "all"),
    "exists_in": ("references", "exist_in", "exists", "in", "to", "of"),
    "fields": ("column", "columns", "keys"),
    "identity": ("private_key", "key_file", "key"),
    "keep": ("retention", "rotate"),
    "links": ("relations", "foreign_keys", "references"),
    "objectives": ("slo", "sla", "goals", "targets"),
    "recipients": ("public_key", "public_keys", "encrypt_to"),
    "repository": ("bucket", "backups", "storage", "destination"),
    "stores": ("database", "databases", "dbs", "services", "datastores"),
    "url": ("uri", "dsn", "connection", "address", "endpoint", "path"),
    "version": ("schema", "schema_version"),
}


def explain_unknown_key(
    schema: Schema, where: SchemaPath, path: KeyPath, value: object
) -> tuple[str, str]:
    """What is wrong with a key, and how to mend it.

    Args:
        schema: The file's schema.
        where: The place of the mapping's schema in it.
        path: Of the key; its last part is the key itself.
        value: What the file gives the key; it is never repeated.
    """
    key = str(path[-1])
    later = LATER_KEYS.get(where, ())
    if key in later:
        return f"'{key}' {NOT_YET}", "put a # before it until then"
    known: dict[str, Any] = schema_at(schema, where)["properties"]
    if key.casefold() in _LOGIN_KEYS and "engine" in known:
        return "logins are never written in the file", _LOGIN_HINT.format(variable_for(path))
    return "this key is not known here", _suggest(schema, path, value, tuple(known), later)


def _suggest(
    schema: Schema,
    path: KeyPath,
    value: object,
    known: tuple[str, ...],
    later: tuple[str, ...],
) -> str:
    key = str(path[-1])
    if len(path) == 1 and isinstance(value, dict) and "engine" in value:
        return "a store belongs in stores"
    synonyms = (each for each in known if key.casefold() in _SYNONYMS.get(each, ()))
    near = next(synonyms, None) or nearest(key, (*known, *later))
    homes = _homes(schema, path)
    if homes and (near is None or likeness(key, near) < _CLOSE):
        return f"it belongs in {one_of(homes)}"
    if near in later:
        return f"did you mean '{near}'? It {NOT_YET}"
    return f"did you mean '{near}'?" if near else f"known here: {', '.join(known)}"


def _homes(schema: Schema, path: KeyPath) -> tuple[str, ...]:
    """The mappings that do have this key: those below its own mapping if there are any."""
    key, here = path[-1], path[:-1]
    places = [place for place, part in walk(schema) if key in part.get("properties", {})]
    # What an environment may say too belongs at the top first.
    top = [place for place in places if place[:1] != ("environments",)] or places
    below = [place[len(here) :] for place in top if _is_below(place, here)]
    return tuple(shown_place(place) for place in below or top)


def _is_below(place: Place, here: KeyPath) -> bool:
    pairs = zip(place, here, strict=False)
    return len(place) > len(here) and all(a in (b, ANY_NAME, ANY_ITEM) for a, b in pairs)
