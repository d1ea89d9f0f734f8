"""`transfer`: a whole database from one server into another's empty one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from seawall.engines.mariadb.accounts import Account
from seawall.engines.mariadb.backup import Surroundings, ready_session
from seawall.engines.mariadb.client import MariadbClient
from seawall.engines.mariadb.quoting import quote_name
from seawall.engines.mariadb.script import accounts_script, content_script
from seawall.engines.mariadb.sight import Grants
from seawall.engines.mariadb.statements import statement
from seawall.engines.mariadb.tools import LOAD, Workshop


class MariadbTransfer:
    """Writes the script of a dump into the other server; accounts that exist there are kept."""

    def __init__(self, client: MariadbClient) -> None:
        self._client = client

    def copy_into(self, empty: MariadbClient) -> None:
        """Copy everything of the database, then the accounts where the login there may make them."""
        with (
            ready_session(self._client) as ready,
            tempfile.TemporaryDirectory(prefix="seawall-transfer-") as folder,
        ):
            ready.take_whole()
            around = ready.after
            (options,) = [each.create for each in around.definitions if each.kind == "database"]
            empty.session.run(f"ALTER DATABASE {quote_name(empty.database)} {options}")
            there = Workshop(empty.target.store, self._client.target.programs, Path(folder))
            with there.option_file(empty.target) as login:
                load = ("mariadb", login, *LOAD, f"--database={empty.database}")
                script = content_script(ready.session, self._client.database, around)
                there.feed(*load, chunks=script)
                accounts = self._new_accounts(empty, around)
                there.feed(*load, chunks=accounts_script(accounts, around.definitions))

    def clear(self) -> None:
        """DESTROY what users made in the database; the database itself and accounts stay."""
        session, database = self._client.session, self._client.database
        session.run("SET SESSION foreign_key_checks = 0")
        drops = (
            *(("EVENT", name) for name, _ in session.rows(statement("events"), database)),
            *(("TRIGGER", name) for (name,) in session.rows(statement("triggers"), database)),
            *(("VIEW", name) for name, *_ in session.rows(statement("views"), database)),
            *(("TABLE", name) for name, *_ in session.rows(statement("tables"), database)),
            *(("SEQUENCE", name) for (name,) in session.rows(statement("sequences"), database)),
        )
        for kind, name in drops:
            session.run(f"DROP {kind} IF EXISTS {quote_name(name)}")
        self._drop_routines()
        session.run("SET SESSION foreign_key_checks = 1")

    def _drop_routines(self) -> None:
        """Packages are known in the mode of Oracle only; their bodies go with them."""
        session = self._client.session
        for name, kind in session.rows(statement("routines"), self._client.database):
            if kind == "PACKAGE BODY":
                continue
            session.run(f"SET SESSION sql_mode = '{'ORACLE' if kind == 'PACKAGE' else ''}'")
            session.run(f"DROP {kind} IF EXISTS {quote_name(name)}")
        session.run("SET SESSION sql_mode = ''")

    def _new_accounts(self, empty: MariadbClient, around: Surroundings) -> Iterator[Account]:
        grants = Grants.read(empty.session)
        if not (grants.may("CREATE USER") and grants.may("SELECT", "mysql")):
            return
        known = {(user, host) for user, host, *_ in empty.session.rows(statement("accounts"))}
        old, new = (f" ON {quote_name(each.database)}." for each in (self._client, empty))
        for account in around.accounts:
            if (account.user, account.host) not in known:
                lines = tuple(line.replace(old, new, 1) for line in account.grants)
                yield replace(account, grants=lines)
