"""The user's option file: read as MariaDB's programs read it, and after the url."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from seawall.engines.mariadb import login
from seawall.engines.mariadb.login import complete
from seawall.engines.mariadb.option_files import GROUPS, read_options
from seawall.errors import UsageError
from seawall.model.location import Location
from seawall.model.target import Target
from servers.real import missing_engines, programs_of

ODD = r"""# a file as people write them
[client]
user = "a#b"   # quoted, so no comment
password='p\\w"\' #;=[x]\t%'
host=db.example # a comment
 port	= 3307
 socket = /tmp/a b/s.sock
; another comment
pager=less -n -i -S
ssl_ca = /a\sb/ca.pem
unclosed = 'is what it is
empty = ""
it = it's # none
mixed="one" "two"
wild = \q\w
[ mysqld ]
user=mysql
[client-server]
port = 3308
!include INCLUDED
[client-mariadb]
loose-ssl-verify-server-cert
[mariadb-dump]
user = somebody
"""
INCLUDED = "[client]\nfrom-elsewhere = é\n[mysql]\nuser = another\n"


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    included, path = tmp_path / "more.conf", tmp_path / "my.cnf"
    included.write_text(INCLUDED)
    path.write_text(ODD.replace("INCLUDED", str(included)))
    return path


def test_a_file_is_read_as_mariadb_reads_it(odd: Path) -> None:
    if "mariadb" in missing_engines():
        pytest.skip(f"no programs: {missing_engines()['mariadb']}")
    program = programs_of("mariadb").program("my_print_defaults")
    said = subprocess.run(
        [program, f"--defaults-file={odd}", *GROUPS], capture_output=True, text=True, check=True
    )
    theirs: dict[str, str] = {}
    for line in said.stdout.splitlines():
        name, is_given, value = line.removeprefix("--").partition("=")
        name = name.replace("_", "-").removeprefix("loose-")
        theirs[name] = value if is_given else "1"
    assert read_options(odd, GROUPS) == theirs


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own file."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / ".my.cnf"


def completed(url: str) -> str:
    """A url after the file; with its password."""
    return complete(Target("x", Location.parse(url))).location.url()


FILE = """[client]
user = me
password = secret
host = db.example
port = 3307
ssl-ca = /ca.pem
ssl-verify-server-cert
[shop]
user = other
"""
CHECKED = "?ssl-ca=%2Fca.pem&ssl-mode=verify_identity"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("mariadb:///shop", f"mariadb://me:secret@db.example:3307/shop{CHECKED}"),
        ("mariadb://you:own@far/shop", f"mariadb://you:own@far/shop{CHECKED}"),
        ("mariadb://far:1/shop", f"mariadb://me:secret@far:1/shop{CHECKED}"),
        (
            "mariadb://far/shop?ssl-ca=/b.pem&ssl-mode=verify_ca",
            "mariadb://me:secret@far/shop?ssl-ca=%2Fb.pem&ssl-mode=verify_ca",
        ),
        # Seawall's own servers are named in full, and speak no TLS.
        ("mariadb://a:b@127.0.0.1:2/app", "mariadb://a:b@127.0.0.1:2/app"),
        ("mariadb://a:b@/app?socket=/s", "mariadb://a:b@/app?socket=%2Fs"),
        (
            "mariadb://a:b@localhost/app?ssl-mode=verify_ca",
            "mariadb://a:b@localhost/app?ssl-ca=%2Fca.pem&ssl-mode=verify_ca",
        ),
        (
            "mariadb:///shop?read-default-group=shop",
            f"mariadb://other:secret@db.example:3307/shop{CHECKED}",
        ),
    ],
)
def test_the_url_comes_first(own: Path, url: str, wanted: str) -> None:
    own.write_text(FILE)
    assert completed(url) == wanted


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ("socket=/s\nssl-ca=/x", "mariadb:///shop?socket=%2Fs"),
        ("socket=/s\nhost=localhost", "mariadb:///shop?socket=%2Fs"),
        ("socket=/s\nhost=localhost\nprotocol=tcp", "mariadb://localhost/shop"),
        ("socket=/s\nhost=far", "mariadb://far/shop"),
        ("host=far\nssl", "mariadb://far/shop?ssl-mode=required"),
        ("host=far\nskip-ssl", "mariadb://far/shop?ssl-mode=disabled"),
        ("host=far\ndisable-ssl-verify-server-cert", "mariadb://far/shop"),
        ("database=other", "mariadb:///shop"),
    ],
)
def test_what_the_url_leaves_open_is_taken_from_the_file(
    own: Path, lines: str, wanted: str
) -> None:
    own.write_text(f"[client]\n{lines}\n")
    assert completed("mariadb:///shop") == wanted


def test_a_named_file_takes_the_place_of_the_users_own(own: Path, tmp_path: Path) -> None:
    own.write_text(FILE)
    named = tmp_path / "shop.cnf"
    named.write_text("[client]\nuser=named\n")
    assert completed(f"mariadb:///shop?read-default-file={named}") == "mariadb://named@/shop"


def test_a_file_that_everybody_may_write_or_nobody_has_is_passed_over(own: Path) -> None:
    assert completed("mariadb:///shop") == "mariadb:///shop"
    own.write_text(FILE)
    own.chmod(0o666)
    assert completed("mariadb:///shop") == "mariadb:///shop"


def test_a_file_that_cannot_be_read_is_named_and_its_password_is_not(
    own: Path, tmp_path: Path
) -> None:
    own.write_bytes(b"[client]\npassword=canary\xff\n")
    endless = tmp_path / "endless.cnf"
    endless.write_text(f"[client]\npassword=canary\n!include {endless}\n")
    wrong = tmp_path / "wrong.cnf"
    wrong.write_text("[client]\npassword=canary\nport=many\n")
    for url in (
        "mariadb:///shop",
        "mariadb:///shop?read-default-file=/nowhere.cnf",
        f"mariadb:///shop?read-default-file={endless}",
        f"mariadb:///shop?read-default-file={wrong}",
    ):
        with pytest.raises(UsageError) as caught:
            completed(url)
        assert caught.value.code == "SW-MARIADB-013"
        assert "canary" not in str(caught.value)
        assert url.partition("=")[2] in str(caught.value)


def test_a_home_that_is_not_known_has_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "OWN_FILE", "~nobody-of-that-name/.my.cnf")
    assert completed("mariadb:///shop") == "mariadb:///shop"
