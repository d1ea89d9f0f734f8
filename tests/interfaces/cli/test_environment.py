"""What the environment decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.interfaces.cli.environment import read_surroundings

HOME = {"HOME": "/home/ann"}


@pytest.mark.parametrize(
    ("environ", "is_root", "shared", "keys"),
    [
        (HOME, False, "/home/ann/.local/share/seawall", "/home/ann/.config/seawall/keys"),
        (HOME, True, "/var/lib/seawall", "/home/ann/.config/seawall/keys"),
        (HOME | {"SEAWALL_HOME": "/srv/s"}, True, "/srv/s", "/home/ann/.config/seawall/keys"),
        (HOME | {"SEAWALL_HOME": "s"}, True, "/var/lib/seawall", "/home/ann/.config/seawall/keys"),
        (HOME | {"SEAWALL_HOME": ""}, True, "/var/lib/seawall", "/home/ann/.config/seawall/keys"),
        (HOME | {"XDG_CONFIG_HOME": "/c"}, True, "/var/lib/seawall", "/c/seawall/keys"),
        (
            HOME | {"XDG_CONFIG_HOME": "c"},
            True,
            "/var/lib/seawall",
            "/home/ann/.config/seawall/keys",
        ),
    ],
)
def test_where_state_and_keys_live(
    environ: dict[str, str], is_root: bool, shared: str, keys: str
) -> None:
    found = read_surroundings(environ, is_root)
    assert (found.shared_home, found.keys) == (Path(shared), Path(keys))


def test_the_provider_is_handed_on() -> None:
    assert (
        read_surroundings(HOME | {"SEAWALL_PROVIDER": "system"}, is_root=False).provider == "system"
    )
    assert read_surroundings(HOME, is_root=False).provider == ""


def test_the_usual_login_to_object_stores_is_read_and_hidden() -> None:
    found = read_surroundings(
        HOME
        | {
            "AWS_ACCESS_KEY_ID": "id",
            "AWS_SECRET_ACCESS_KEY": "canary",
            "AWS_SESSION_TOKEN": "",
            "AWS_DEFAULT_REGION": "eu-west-1",
        },
        is_root=False,
    ).amazon
    assert (found.key_id and found.key_id.reveal(), found.token) == ("id", None)
    assert (found.region, found.has_role) == ("eu-west-1", False)
    assert "canary" not in repr(found)
    role = read_surroundings(HOME | {"AWS_WEB_IDENTITY_TOKEN_FILE": "/t"}, is_root=False).amazon
    assert (role.region, role.key_id, role.has_role) == ("", None, True)
