"""MariaDB as an administrator starts it: TLS only, passwords, a binary log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pymysql

from seawall.engines.mariadb.programs import place_options
from seawall.engines.mariadb.quoting import quote_text
from seawall.servers import processes
from seawall.servers.os_users import choose_os_user, give_to
from seawall.servers.ports import choose_port
from servers.by_hand.login import ADMINISTRATOR, PASSWORD, trusting
from servers.certificates import Authority
from servers.real import programs_of

# Statements of the page, and before them those that an application's administrator ran long ago.
FIRST = f"""\
CREATE DATABASE stock;
CREATE DATABASE empty;
CREATE USER {ADMINISTRATOR}@'127.0.0.1' IDENTIFIED BY '{ADMINISTRATOR}' REQUIRE SSL;
GRANT ALL ON *.* TO {ADMINISTRATOR}@'127.0.0.1' WITH GRANT OPTION;
CREATE USER seawall@'127.0.0.1' IDENTIFIED BY {quote_text(PASSWORD)} REQUIRE SSL;
GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON stock.* TO seawall@'127.0.0.1';
GRANT SELECT ON mysql.* TO seawall@'127.0.0.1';
GRANT RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR ON *.* TO seawall@'127.0.0.1';
CREATE TABLE stock.reserved (id int AUTO_INCREMENT PRIMARY KEY, user_id uuid NOT NULL, pieces int);
"""


@contextmanager
def running_mariadb(folder: Path, authority: Authority) -> Iterator[str]:
    """The URL of an administrator on the application's database, `stock`."""
    programs = programs_of("mariadb")
    tree = place_options(programs)
    data, port = folder / "data", choose_port()
    data.mkdir(parents=True)
    user = choose_os_user(("nobody",))
    first = folder / "first.sql"
    first.write_text(FIRST)
    authority.issue("server", folder, "127.0.0.1")
    give_to(folder, user)
    made = (f"--datadir={data}", *(option for option in tree if "--basedir" in option))
    install = (str(programs.program("mariadb-install-db")), "--no-defaults", *made)
    processes.run_tool(install, folder, user)
    argv = (
        *(str(programs.program("mariadbd")), "--no-defaults", *tree, f"--datadir={data}"),
        *("--bind-address=127.0.0.1", f"--port={port}", f"--socket={folder / 's'}"),
        *("--require-secure-transport=ON", f"--ssl-cert={folder / 'server.pem'}"),
        *(f"--ssl-key={folder / 'server.key'}", "--log-bin=log", "--binlog-format=ROW"),
        *("--skip-name-resolve", "--character-set-server=utf8mb4", f"--init-file={first}"),
    )
    server = processes.spawn(argv, folder, folder / "log", user)
    tls = f"ssl-mode=verify_identity&{trusting(authority, 'ssl-ca')}"
    try:
        with closing(reached_mariadb(port, authority)):
            url = f"mariadb://{ADMINISTRATOR}:{ADMINISTRATOR}@127.0.0.1:{port}/stock?{tls}"
            yield url
    finally:
        processes.kill_tree(server)


def reached_mariadb(port: int, authority: Authority) -> Any:
    """The administrator's connection, as soon as there is one."""
    while True:
        with suppress(pymysql.OperationalError):
            return pymysql.connect(
                host="127.0.0.1",
                port=port,
                user=ADMINISTRATOR,
                password=ADMINISTRATOR,
                database="stock",
                autocommit=True,
                ssl={"ca": str(authority.certificate)},
            )
