"""Find servers on this machine: what their processes listen on, and where they usually listen."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from seawall import registry
from seawall.capabilities import DISCOVERY, PROGRAMS
from seawall.capabilities.discovery import Discovery
from seawall.model.location import Location
from seawall.operations.adopt import Address

_ANY = ("0.0.0.0", "::")  # noqa: S104 - what a server listens on, not what is listened on here


def discover() -> list[Address]:
    """Servers of every engine on loopback addresses and Unix sockets, each one once."""
    urls: dict[str, str] = {}
    for name in registry.names():
        engine = registry.load(name)
        if not engine.offered(DISCOVERY):
            continue
        discovery = engine.standalone(DISCOVERY)
        specs = engine.standalone(PROGRAMS).specs()
        names = {each for spec in specs for each in (spec.server, *spec.aliases)}
        ports, sockets = _listening(names)
        for place, url in _urls(discovery, ports, sockets):
            urls.setdefault(place, url)
    return [Address(Location.parse(url), None, must_open=False) for url in urls.values()]


def _urls(discovery: Discovery, ports: set[int], sockets: set[Path]) -> Iterator[tuple[str, str]]:
    """(what tells two servers apart, URL) pairs."""
    usual = {
        path for pattern in discovery.sockets() for path in Path("/").glob(pattern.lstrip("/"))
    }
    for path in sorted({each.resolve() for each in usual | sockets if each.is_socket()}):
        yield str(path), discovery.socket_url(path)
    if _answers(discovery.port()):
        ports = ports | {discovery.port()}
    for port in sorted(ports):
        yield str(port), discovery.tcp_url(port)


def _listening(names: set[str]) -> tuple[set[int], set[Path]]:
    """Loopback ports and sockets of running server programs, as far as this user may see them."""
    ports: set[int] = set()
    sockets: set[Path] = set()
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.name() not in names:
                continue
            for each in process.net_connections("all"):
                if each.status == psutil.CONN_LISTEN and _is_here(each.laddr.ip):
                    ports.add(each.laddr.port)
                elif isinstance(each.laddr, str) and each.laddr.startswith("/"):
                    sockets.add(Path(each.laddr))
    return ports, sockets


def _is_here(address: str) -> bool:
    return address in _ANY or ipaddress.ip_address(address).is_loopback


def _answers(port: int) -> bool:
    import socket  # noqa: PLC0415 - start-up stays light

    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
