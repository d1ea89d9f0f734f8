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
