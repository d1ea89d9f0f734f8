"""`adopt`: look at databases that exist already, change nothing there, and write the file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from seawall import registry
from seawall.capabilities import BACKUP, COLLECTIONS, SCHEMA, STATUS
from seawall.capabilities.schema import Schemas
from seawall.capability import Engine
from seawall.datafile import legal_name, resolve
from seawall.errors import RefusedError, SeawallError, UsageError
from seawall.model.location import Location
from seawall.model.progress import Progress
from seawall.model.schema import Schema
from seawall.model.surroundings import Surroundings
from seawall.model.target import Target
from seawall.model.tier import SecretRef, Tier
from seawall.model.vitals import Vitals
from seawall.operations.adopt_file import AdoptedStore, LeftOutServer, render
from seawall.operations.adopt_links import Looked, Proposals, propose_links
from seawall.operations.new_files import new_files, refuse_overwriting, with_modeline, write_new
from seawall.operations.tier_file import read_tier
from seawall.operations.workplace import choose_programs, parse_location
from seawall.servers.homes import home_of

URLS = "urls"


@dataclass(frozen=True)
class Address:
    """One server to adopt.

    Attributes:
        location: Where it is, and the login.
        reference: Where its url is to be read; None for a url that was given as it is.
        must_open: Whether it is an error that it cannot be opened: the user has named it.
    """

    location: Location
    reference: SecretRef | None
    must_open: bool


@dataclass(frozen=True)
class Adoption:
    """What `adopt` has done.

    Attributes:
        tier: As the new file says it.
        files: Every file that was written, the tier's first.
        stores: What was seen of each store.
        links: Proposed links.
        left_out: Servers that could not be opened.
    """

    tier: Tier
    files: tuple[Path, ...]
    stores: tuple[AdoptedStore, ...]
    links: Proposals
    left_out: tuple[LeftOutServer, ...]


def read_address(text: str) -> Address:
    """A URL, or a reference to one, as the command line gives it.

    Raises:
        UsageError: SW-TIER-004 when it is no URL; SW-SECRET-001 to -004 for a reference.
    """
    scheme, _, path = text.partition("://")
    if scheme in {"env", "file"}:
        reference = SecretRef(scheme, path, "the command line")
        location = parse_location(resolve(reference).reveal(), str(reference))
        return Address(location, reference, must_open=True)
    return Address(parse_location(text, "the command line"), None, must_open=True)


def adopt(
    path: Path, addresses: Sequence[Address], surroundings: Surroundings, progress: Progress
) -> Adoption:
    """Write a file for servers that exist; every connection only reads.

    Nothing that exists is overwritten; when anything fails, no new file stays.

    Raises:
        RefusedError: SW-CLI-010 when a file is in the way; SW-ADOPT-001 when no server opens.
        UsageError: SW-ADOPT-002 for a url of no engine.
        SeawallError: Why a server that was named cannot be opened.
    """
    refuse_overwriting(path, {path: ""})
    with ExitStack() as stack:
        seen, left_out = _open_all(stack, addresses, surroundings, progress)
        progress.step("looking for links between them")
        links = propose_links([each.looked for each in seen])
    stores = tuple(each.store for each in seen)
    urls = home_of(path, surroundings) / URLS
    contents = {urls / each.store.name: each.location.url() for each in seen if not each.reference}
    text = with_modeline(render(path, stores, links, left_out, urls), path, surroundings)
    with new_files() as written:
        for file, url in contents.items():
            written.append(file)
            _write_private(file, url)
        written.append(path)
        write_new(path, text)
        tier = read_tier(path)
    return Adoption(tier, (path, *contents), stores, links, left_out)


@dataclass(frozen=True)
class _Seen:
    store: AdoptedStore
    looked: Looked
    location: Location
    reference: SecretRef | None


def _open_all(
    stack: ExitStack,
    addresses: Sequence[Address],
    surroundings: Surroundings,
    progress: Progress,
) -> tuple[list[_Seen], tuple[LeftOutServer, ...]]:
    seen: list[_Seen] = []
    left_out: list[LeftOutServer] = []
    for address in addresses:
        progress.step(f"reading {address.location.shown()}")
        taken = {each.store.name for each in seen}
        try:
            seen.append(_look(stack, address, surroundings, taken))
        except SeawallError as error:
            if address.must_open:
                raise
            left_out.append(LeftOutServer(address.location.shown(), error.happened, error.hint))
    if not seen:
        raise RefusedError(
            "SW-ADOPT-001",
            attempted="adopt databases",
            happened="no server could be opened."
            + "".join(f" {each.shown}: {each.why}" for each in left_out),
            hint="Name their URLs, with user and password: `seawall adopt env://NAME`.",
        )
    return seen, tuple(left_out)


def _look(stack: ExitStack, address: Address, surroundings: Surroundings, taken: set[str]) -> _Seen:
    """Open one server and read what a file can say of it."""
    engine = _engine_of(address.location)
    target = Target("adopted", address.location)
    client = engine.connect(target)
    stack.callback(client.close)
    vitals = engine.require(STATUS, client).read()
    engine = _variant(engine, vitals)
    programs = choose_programs(engine, vitals.version, surroundings)
    if programs:
        client = engine.connect(replace(target, programs=programs))
        stack.callback(client.close)
    name = _free_name(address.location, engine, taken)
    schema, reader = _schema(engine, client)
    method, passed_over = _backup_method(engine, client)
    collections = _collections(engine, client)
    store = AdoptedStore(
        name=name,
        engine=engine.name,
        reference=str(address.reference or ""),
        shown=address.location.shown(),
        product=vitals.product,
        version=vitals.version,
        size_bytes=vitals.size_bytes,
        collections=collections,
        method=method,
        passed_over=passed_over,
        patterns=tuple(
            (shape.collection, shape.pattern) for shape in schema.shapes if shape.pattern
        ),
        not_seen=schema.not_seen,
    )
    return _Seen(store, Looked(name, schema, reader), address.location, address.reference)


def _engine_of(location: Location) -> Engine[Any]:
    """The first row that knows the URL's scheme."""
    rows = (registry.load(name) for name in registry.names())
    found = next((row for row in rows if location.scheme in row.schemes), None)
    if found is None:
        known = (scheme for name in registry.names() for scheme in registry.load(name).schemes)
        raise UsageError(
            "SW-ADOPT-002",
            attempted=f"adopt {location.shown()}",
            happened=f"no engine has URLs that begin with {location.scheme}://.",
            hint=f"Known: {', '.join(dict.fromkeys(known))}.",
        )
    return found


def _variant(engine: Engine[Any], vitals: Vitals) -> Engine[Any]:
    """The row of the product that answered, which may be a variant of the scheme's engine."""
    product = vitals.product.lower()
    return registry.load(product) if product in registry.names() else engine


def _schema(engine: Engine[Any], client: Any) -> tuple[Schema, Schemas | None]:
    """What links can be made of, and what compares values; nothing where it may not be read."""
    try:
        reader = engine.require(SCHEMA, client)
        return reader.read(), reader
    except RefusedError as error:
        return Schema((), (), (f"{error.happened} {error.hint}",)), None


def _backup_method(engine: Engine[Any], client: Any) -> tuple[str, tuple[str, ...]]:
    """The best way these rights allow, and why no better one; no method where none is."""
    try:
        chosen = engine.choose(BACKUP, client)
    except RefusedError as error:
        return "", (error.happened,)
    return chosen.method, chosen.passed_over


def _collections(engine: Engine[Any], client: Any) -> int:
    """How many there are; -1 where this login may not know."""
    try:
        return len(engine.require(COLLECTIONS, client).list())
    except RefusedError:
        return -1


def _free_name(location: Location, engine: Engine[Any], taken: set[str]) -> str:
    """The database's name, else the engine's, and a number where that is taken."""
    name = legal_name(location.database.rpartition("/")[2]) or engine.name
    others = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (name, *others) if each not in taken)


def _write_private(path: Path, url: str) -> None:
    """A url with its password, which the file refers to."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{url}\n")
