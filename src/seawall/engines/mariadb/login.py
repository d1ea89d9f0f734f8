"""One login, as the driver and as MariaDB's own programs are told of it."""

from __future__ import annotations

from typing import Any, Final

from seawall.engines.mariadb.failures import unknown_option
from seawall.model.target import Target

CONNECT_SECONDS: Final = 10
LOCAL_HOSTS: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})
DEFAULT_PORT: Final = 3306
TLS_MODES: Final = ("disabled", "preferred", "required", "verify_ca", "verify_identity")

# Option of the url -> key word of the driver, where they say the same.
_DRIVER: Final = {
    "ssl-ca": "ssl_ca",
    "ssl-cert": "ssl_cert",
    "ssl-key": "ssl_key",
    "read-default-file": "read_default_file",
    "read-default-group": "read_default_group",
}
_KNOWN: Final = frozenset({*_DRIVER, "ssl-mode", "socket"})


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
    is_local = target.location.host in LOCAL_HOSTS or target.location.host.startswith("/")
    if "ssl-mode" in options:
        return options["ssl-mode"].lower().replace("-", "_")
    if "ssl-ca" in options:
        return "verify_ca"
    return "disabled" if is_local else "preferred"


def driver_parameters(target: Target) -> dict[str, Any]:
    """The location as the driver's key words; what the file leaves open stays open."""
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
        **{_DRIVER[name]: value for name, value in options.items() if name in _DRIVER},
    }
    mode = tls_mode(target, options)
    if mode == "disabled":
        named["ssl_disabled"] = True
    else:
        named["ssl"] = {"ca": options.get("ssl-ca"), "check_hostname": mode == "verify_identity"}
        named["ssl_verify_cert"] = mode in {"verify_ca", "verify_identity"}
        named["ssl_verify_identity"] = mode == "verify_identity"
    return {name: value for name, value in named.items() if value not in ("", b"", 0, None)}


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
        **{name: value for name, value in options.items() if name in {"ssl-ca", "ssl-cert"}},
        "ssl-key": options.get("ssl-key", ""),
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
