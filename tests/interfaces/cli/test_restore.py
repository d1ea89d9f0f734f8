"""`restore` asks for the very name that it then accepts."""

from __future__ import annotations

import shutil

from interfaces.cli.command import Command

FILE = "app: shop\nstores: {first: {engine: valkey}, second: {engine: valkey}}\n"


def test_for_several_stores_the_apps_name_is_asked_for_also_when_one_alone_holds_data(
    seawall: Command,
) -> None:
    (seawall.folder / "seawall.yaml").write_text(FILE)
    assert seawall.run("up").code == 0
    assert seawall.run("backup").code == 0
    assert seawall.run("down", "first").code == 0
    shutil.rmtree(seawall.folder / ".seawall/servers/first/data")
    refused = seawall.run("restore", "--confirm", "second")
    assert refused.code == 4
    assert "--confirm shop" in refused.err
    with seawall.on_terminal("restore") as terminal:
        terminal.wait_for("Type `shop` to replace the data of second: ")
        terminal.type("shop\n")
        assert terminal.end() == 0, terminal.seen
    assert seawall.run("status").code == 0
