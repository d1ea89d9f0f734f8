"""One login, as the driver and as MariaDB's own programs are told of it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from seawall.engines.mariadb.failures import bad_option_file, unknown_option
from seawall.engines.mariadb.option_files import GROUPS, OWN_FILE, read_options
from seawall.model.location import Location
from seawall.model.secret import Secret
from seawall.model.target import Target

CONNECT_SECONDS: Final = 10
LOCAL_HOSTS: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})
DEFAULT_PORT: Final = 3306
TLS_MODES: Final = ("disabled", "preferred", "required", "verify_ca", "verify_identity")
VERIFYING: Final = frozenset({"verify_ca", "verify_identity"})

TLS_FILES: Final = ("ssl-ca", "ssl-capath", "ssl-cert", "ssl-key")
_OPTION_FILE: Final = ("read-default-file", "read-default-group")
_KNOWN: Final = frozenset({*TLS_FILES, *_OPTION_FILE, "ssl-mode", "socket"})
_OFF: Final = frozenset({"0", "off", "false"})


def complete(target: Target) -> Target:
    """The target with what its url leaves open taken from the user's option file.

    The url comes first. Where it names neither host nor socket, the file does. What the file says
    of TLS is for the server that it names and for every other machine: a server of this one is
    reached without, unless the url asks for it.

    Raises:
        UsageError: SW-CONNECT-003 for an option that means nothing, SW-MARIADB-013 for a file that
            cannot be read.
    """
    options, location = options_of(target), target.location
    found = _read_file(target, options)
    given = {name: value for name, value in options.items() if name not in _OPTION_FILE}
    asks_for_tls = any(name.startswith("ssl") for name in given) or len(given) < len(options)
    if not (location.host or location.port or "socket" in given):
        location, socket = _placed(target, found)
        given |= {"socket": socket} if socket else {}
        asks_for_tls = not socket
    if asks_for_tls or not _is_local(location.host):
        given = dict(_tls_options(found)) | given
    completed = replace(
        location,
        user=location.user or found.get("user", ""),
        password=location.password or Secret(found.get("password", "")),
        database=location.database or found.get("database", ""),
        options=tuple(given.items()),
    )
    return replace(target, location=completed)


def _is_local(host: str) -> bool:
    return host in LOCAL_HOSTS or host.startswith("/")


def _read_file(target: Target, options: dict[str, str]) -> dict[str, str]:
    """The options of the file that the url names, or of the user's own where there is one."""
    named = options.get("read-default-file", "")
    path = Path(named or OWN_FILE)
    group = options.get("read-default-group", "")
    try:
        found = read_options(path.expanduser(), (*GROUPS, group) if group else GROUPS)
        int(found.get("port", "0"))
    except (OSError, ValueError, RuntimeError) as error:
        if not named and isinstance(error, (OSError, RuntimeError)):
            return {}
        raise bad_option_file(target, path, error) from None
    return found


def _placed(target: Target, found: dict[str, str]) -> tuple[Location, str]:
    """Host and port by the file, or the path of a socket."""
    host, socket = found.get("host", ""), found.get("socket", "")
    if socket and host in {"", "localhost"} and found.get("protocol", "").lower() != "tcp":
        return target.location, socket
    return replace(target.location, host=host, port=int(found.get("port", "0"))), ""


def _tls_options(found: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What a file says of TLS, as options of a url."""
    files = {name: found[name] for name in TLS_FILES if name in found}
    yield from files.items()
    if "ssl-mode" in found:
        yield "ssl-mode", found["ssl-mode"]
    elif found.get("ssl-verify-server-cert", "0").lower() not in _OFF:
        yield "ssl-mode", "verify_identity"
    elif "ssl" in found and not {"ssl-ca", "ssl-capath"} & set(files):
        yield "ssl-mode", "disabled" if found["ssl"].lower() in _OFF else "required"


def options_of(target: Target) -> dict[str, str]:
    """The url's options under one spelling.

    Raises:
        UsageError: SW-CONNECT-003 for one that means nothing.
    """
    options = {_spell(name): value for name, value in target.location.options}
    for name in options:
        if name not in _KNOWN:
            raise unknown_option(target, name)
    if tls_mode(target, options) not in TLS_MODES:
        raise unknown_option(target, "ssl-mode")
    return options


def _spell(name: str) -> str:
    name = name.replace("_", "-")
    return {"unix-socket": "socket", "sslmode": "ssl-mode"}.get(name, name)


def socket_of(target: Target, options: dict[str, str]) -> str:
    """The socket's path; empty where the login goes over the network."""
    host = target.location.host
    return options.get("socket", "") or (host if host.startswith("/") else "")


def tls_mode(target: Target, options: dict[str, str]) -> str:
    """How far the connection is encrypted; a local one is not unless it is asked for."""
    if "ssl-mode" in options:
        return options["ssl-mode"].lower().replace("-", "_")
    if "ssl-ca" in options or "ssl-capath" in options:
        return "verify_ca"
    if "ssl-cert" in options:
        return "required"
    return "disabled" if _is_local(target.location.host) else "preferred"


def driver_parameters(target: Target) -> dict[str, Any]:
    """The location as the driver's key words; what the url leaves open stays open.

    Raises:
        OSError: When a file of a certificate or key cannot be read.
    """
    location, options = target.location, options_of(target)
    socket = socket_of(target, options)
    named: dict[str, Any] = {
        "unix_socket": socket,
        "host": "" if socket else location.host or "127.0.0.1",
        "port": 0 if socket else location.port or DEFAULT_PORT,
        "user": location.user,
        # The driver would take a text for Latin 1.
        "password": location.password.reveal().encode(),
        "database": location.database,
    }
    mode = tls_mode(target, options)
    if mode == "disabled":
        named["ssl_disabled"] = True
    elif mode != "preferred":  # that is what the driver does by itself
        named["ssl"] = _tls_context(mode, options)
    return {name: value for name, value in named.items() if value not in ("", b"", 0, None)}


def _tls_context(mode: str, options: dict[str, str]) -> ssl.SSLContext:
    """Without an authority of its own, a server is verified by those of the system.

    The driver's own key words would not compare the host's name then.
    """
    context = ssl.create_default_context(
        cafile=options.get("ssl-ca"), capath=options.get("ssl-capath")
    )
    context.check_hostname = mode == "verify_identity"
    context.verify_mode = ssl.CERT_REQUIRED if mode in VERIFYING else ssl.CERT_NONE
    # Certificates that MariaDB's own tools make do not keep to what newer Pythons ask for.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if "ssl-cert" in options:
        # A key with a pass phrase would be asked for at the terminal.
        context.load_cert_chain(options["ssl-cert"], options.get("ssl-key"), password=b"")
    return context


def option_file(target: Target) -> str:
    """The location as the option file of the programs: a password must never be an argument."""
    location, options = target.location, options_of(target)
    socket = socket_of(target, options)
    mode = tls_mode(target, options)
    given = {
        "protocol": "socket" if socket else "tcp",
        "socket": socket,
        "host": "" if socket else location.host or "127.0.0.1",
        "port": "" if socket else str(location.port or DEFAULT_PORT),
        "user": location.user,
        "password": location.password.reveal(),
        **{name: options.get(name, "") for name in TLS_FILES},
        "default-character-set": "utf8mb4",
    }
    lines = [f"{name}={_quote(value)}" for name, value in given.items() if value]
    if mode in {"disabled", "preferred"}:
        lines.append("loose-skip-ssl" if mode == "disabled" else "loose-ssl")
    else:
        lines.append("ssl")
    lines.append(f"ssl-verify-server-cert={'ON' if mode == 'verify_identity' else 'OFF'}")
    return "\n".join(("[client]", *lines, ""))


def _quote(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
