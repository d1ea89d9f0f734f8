"""One login, as the driver and as PostgreSQL's own programs are told of it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Final

from seawall.engines.postgres.note import SANDBOX_LOGIN
from seawall.model.target import Target

CONNECT_SECONDS: Final = 10
LOCAL_HOSTS: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})

# Their client programs are those of the wheel, which are built without TLS.
WITHOUT_TLS: Final = frozenset({"wheel", "maven"})

# The connection's key words that the programs take from their environment.
VARIABLES: Final = {
    "application_name": "PGAPPNAME",
    "channel_binding": "PGCHANNELBINDING",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "dbname": "PGDATABASE",
    "gssencmode": "PGGSSENCMODE",
    "gsslib": "PGGSSLIB",
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "krbsrvname": "PGKRBSRVNAME",
    "options": "PGOPTIONS",
    "passfile": "PGPASSFILE",
    "password": "PGPASSWORD",
    "port": "PGPORT",
    "require_auth": "PGREQUIREAUTH",
    "requirepeer": "PGREQUIREPEER",
    "service": "PGSERVICE",
    "ssl_max_protocol_version": "PGSSLMAXPROTOCOLVERSION",
    "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION",
    "sslcert": "PGSSLCERT",
    "sslcertmode": "PGSSLCERTMODE",
    "sslcrl": "PGSSLCRL",
    "sslcrldir": "PGSSLCRLDIR",
    "sslkey": "PGSSLKEY",
    "sslmode": "PGSSLMODE",
    "sslnegotiation": "PGSSLNEGOTIATION",
    "sslrootcert": "PGSSLROOTCERT",
    "sslsni": "PGSSLSNI",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "user": "PGUSER",
}


def connection_parameters(target: Target) -> dict[str, str]:
    """The location as the driver's key words; what the file leaves open stays open."""
    location = target.location
    named = {
        "host": location.host,
        "port": str(location.port or ""),
        "user": location.user,
        "password": location.password.reveal(),
        "dbname": location.database,
    }
    given = {name: value for name, value in named.items() if value}
    defaults = {"application_name": "seawall", "connect_timeout": str(CONNECT_SECONDS)}
    if location.user == SANDBOX_LOGIN:
        # What production gave to a database or a role wins over the sandbox's command line.
        defaults["options"] = "-csession_preload_libraries= -clocal_preload_libraries="
    return defaults | dict(location.options) | given


def program_environment(target: Target, database: str = "") -> dict[str, str]:
    """The location as environment variables: a password must never be an argument."""
    parameters = connection_parameters(target)
    if database:
        parameters["dbname"] = database
    given = {VARIABLES[name]: value for name, value in parameters.items() if name in VARIABLES}
    return given | _preloaded(target)


def _preloaded(target: Target) -> dict[str, str]:
    """TLS for the programs of the wheel, which are built without it: the driver's own libpq."""
    location, programs = target.location, target.programs
    is_local = location.host.startswith("/") or location.host in LOCAL_HOSTS
    asks = dict(location.options).get("sslmode", "disable" if is_local else "prefer")
    found = importlib.util.find_spec("psycopg_binary")
    if (
        programs is None
        or programs.provider not in WITHOUT_TLS
        or asks == "disable"
        or found is None
    ):
        return {}
    folder = Path(found.origin or "").parent.with_suffix(".libs")
    libraries = sorted(folder.glob("libpq-*.so*"))
    return {"LD_PRELOAD": str(libraries[0])} if libraries else {}
