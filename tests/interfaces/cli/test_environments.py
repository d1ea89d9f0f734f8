"""Two environments of one file share neither servers nor backups."""

from __future__ import annotations

from interfaces.cli.command import Command

FILE = """\
app: shop
stores: {live: {engine: valkey}}
environments: {staging: {}, production: {stores: {live: {url: env://FAR}}}}
"""


def test_each_environment_has_its_own_servers_and_backups(seawall: Command) -> None:
    (seawall.folder / "seawall.yaml").write_text(FILE)
    assert seawall.run("up").code == 0
    started = seawall.run("up", "-e", "staging")
    assert "environment staging" in started.err
    urls = [seawall.run("url", "live", *where).out for where in ((), ("-e", "staging"))]
    assert len(set(urls)) == 2
    assert seawall.run("backup", "--environment", "staging").code == 0
    listed = [
        len(seawall.run("backups", *where, "-o", "json").json()["data"]["backups"])
        for where in ((), ("-e", "staging"))
    ]
    assert listed == [0, 1]
    far = seawall.using(FAR="redis://db.example/0").run("url", "live", "-e", "production")
    assert far.out == "redis://db.example/0\n"
    assert seawall.run("down", "-e", "staging", "--destroy", "--confirm", "shop").code == 0
    assert seawall.run("status").code == 0
    unknown = seawall.run("status", "-e", "stagign")
    assert unknown.code == 2
    assert "Did you mean `staging`?" in unknown.err
