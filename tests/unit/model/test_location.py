"""A URL's password is used, and never shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.model.location import Location
from seawall.model.secret import Secret


@given(st.text(min_size=1), st.text(min_size=1), st.text())
def test_any_login_survives_the_round_trip(user: str, password: str, database: str) -> None:
    location = Location("postgres", "db.example", 5432, user, Secret(password), database)
    assert Location.parse(location.url()) == location


def test_what_is_shown_has_no_password() -> None:
    location = Location.parse("postgres://app:canary@localhost:5432/shop?sslmode=verify-full")
    assert "canary" not in f"{location} {location!r} {location.shown()}"
    assert location.shown() == "postgres://app:***@localhost:5432/shop?sslmode=verify-full"


def test_an_ipv6_address_keeps_its_brackets() -> None:
    assert Location.parse("redis://:x@[::1]:6379/0").shown() == "redis://:***@[::1]:6379/0"


@pytest.mark.parametrize(
    "url", ["nothing", "postgres://h:port/", "postgres://[::1/", "mongodb://h:1,i:port/"]
)
def test_a_bad_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="URL") as caught:
        Location.parse(url)
    assert url not in str(caught.value)


def test_a_url_for_clients_differs_in_its_scheme_alone() -> None:
    place = Location.parse("valkeys://me:p%40ss@h:6380/0?x=1")
    pairs = (("valkey", "redis"), ("valkeys", "rediss"))
    assert place.for_client(pairs).url() == "rediss://me:p%40ss@h:6380/0?x=1"
    assert place.for_client(()) == place


def test_every_host_of_a_url_is_kept() -> None:
    url = "mongodb://me:a,b%40@[::1]:27017,two.example,three:27019/shop?replicaSet=rs0"
    place = Location.parse(url)
    assert place.addresses == (("::1", 27017), ("two.example", 0), ("three", 27019))
    assert place.password.reveal() == "a,b@"
    assert Location.parse(place.url()) == place
    assert place.shown() == url.replace("a,b%40", "***")
