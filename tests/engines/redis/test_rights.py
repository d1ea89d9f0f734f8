"""What a login may do is found without changing anything, and told with the missing grant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from engines.redis.lab import Lab
from seawall.capabilities import BACKUP, FENCE, STATUS
from seawall.capability import Need, Rights
from seawall.engines.redis.client import RedisClient, connect
from seawall.engines.redis.rights import probe
from seawall.engines.redis.versions import Server, can_read, find_rdb_version, refuse_unsupported
from seawall.errors import RefusedError, UnreachableError, UsageError
from seawall.model.secret import Secret

CANARY = "canary-7f3a91"


@contextmanager
def login(lab: Lab) -> Iterator[RedisClient]:
    """A login that may read and nothing else."""
    rules = ("on", f">{CANARY}", "~*", "-@all", "+@read", "+info", "+ping", "+select")
    lab.run(("ACL", "SETUSER", "reader", *rules))
    location = lab.target.location.with_login("reader", Secret(CANARY))
    client = connect(replace(lab.target, location=location))
    try:
        yield client
    finally:
        client.close()
        lab.run(("ACL", "DELUSER", "reader"))


@pytest.fixture
def limited(lab: Lab) -> Iterator[RedisClient]:
    with login(lab) as client:
        yield client


def allow(lab: Lab, *commands: str) -> None:
    lab.run(("ACL", "SETUSER", "reader", *(f"+{each}" for each in commands)))


def test_the_default_login_of_a_private_server_may_do_everything(lab: Lab) -> None:
    rights = probe(lab.client)
    assert {Need.LOGIN, Need.REPLICATION, Need.ADMIN, Need.PROGRAMS} <= rights.met


def test_asking_for_rights_starts_no_transfer_and_no_pause(lab: Lab) -> None:
    before = lab.client.info("stats")
    probe(lab.client)
    lab.run(("SET", "session:1", "x"))
    after = lab.client.info("stats")
    for each in ("sync_full", "sync_partial_ok", "total_forks"):
        assert after.get(each) == before.get(each)
    assert lab.client.info("replication")["connected_slaves"] == "0"


def test_each_missing_grant_is_named(limited: RedisClient) -> None:
    rights = probe(limited)
    assert {Need.LOGIN, Need.PROGRAMS} <= rights.met
    assert not {Need.ADMIN, Need.REPLICATION} & rights.met
    assert "ACL SETUSER reader +client|pause" in rights.unmet[Need.ADMIN]
    assert "ACL SETUSER reader +psync" in rights.unmet[Need.REPLICATION]
    assert CANARY not in str(rights)


def test_the_grants_that_are_named_are_enough(lab: Lab, limited: RedisClient) -> None:
    allow(lab, "psync", "replconf", "client|pause", "client|unpause")
    assert {Need.REPLICATION, Need.ADMIN} <= probe(limited).met
    backup = lab.kind.engine.require(BACKUP, limited)
    fence = lab.kind.engine.require(FENCE, limited)
    with fence.prepare() as prepared, prepared.hold(1000):
        pass
    assert backup


def test_a_backup_works_with_no_other_grants_than_those_named(
    lab: Lab, limited: RedisClient
) -> None:
    allow(lab, "psync", "replconf", "client|pause", "client|unpause")
    lab.run(("SET", "session:1", "x"))
    whole, lab.client = lab.client, limited
    try:
        taken = lab.back_up()
    finally:
        lab.client = whole
    assert taken.at_point.records == 1
    assert dict(taken.details)["databases"] == "16"
    assert "users" in dict(taken.cut.excluded)


def test_a_login_without_the_right_gets_no_backup_but_the_reason(
    lab: Lab, limited: RedisClient
) -> None:
    with pytest.raises(RefusedError) as caught:
        lab.kind.engine.require(BACKUP, limited)
    assert caught.value.code == "SW-ENGINE-002"
    assert "psync" in caught.value.happened


def test_a_refused_command_is_told_without_its_arguments(limited: RedisClient) -> None:
    with pytest.raises(RefusedError) as caught:
        limited.call("SET", "key", CANARY)
    assert caught.value.code == "SW-REDIS-002"
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("password", ["wrong-" + CANARY, ""])
def test_a_wrong_password_is_refused_without_showing_it(lab: Lab, password: str) -> None:
    location = lab.target.location.with_login("", Secret(password))
    with pytest.raises(UnreachableError) as caught:
        connect(replace(lab.target, location=location))
    assert caught.value.code == "SW-CONNECT-002"
    assert CANARY not in str(caught.value)


def test_a_server_that_is_not_there_is_unreachable(lab: Lab) -> None:
    location = replace(lab.target.location, port=1)
    with pytest.raises(UnreachableError) as caught:
        connect(replace(lab.target, location=location))
    assert caught.value.code == "SW-CONNECT-001"


def test_an_unknown_option_of_the_url_is_named(lab: Lab) -> None:
    location = replace(lab.target.location, scheme="rediss", options=(("ssl_ca", "x"),))
    with pytest.raises(UsageError, match="ssl_ca"):
        connect(replace(lab.target, location=location))


@pytest.mark.streamed
def test_without_programs_there_is_a_backup_but_no_view(lab: Lab) -> None:
    client = connect(replace(lab.target, programs=None))
    rights: Rights = probe(client)
    assert Need.PROGRAMS in rights.unmet
    whole, lab.client = lab.client, client
    try:
        with pytest.raises(RefusedError) as caught:
            lab.back_up()
    finally:
        lab.client = whole
        client.close()
    assert caught.value.code == "SW-BACKUP-010"
    assert "There are no programs" in caught.value.happened


def test_a_version_that_replicates_relative_times_has_no_log_to_replay(lab: Lab) -> None:
    reason = probe(lab.client).unmet.get(Need.REPLAYABLE_LOG, "")
    assert ("relative to now" in reason) == (lab.kind.release < (7, 0))


def test_the_product_that_answered_is_told(lab: Lab) -> None:
    vitals = lab.kind.engine.require(STATUS, lab.client).read()
    assert (vitals.product, vitals.version) == (
        lab.kind.engine.name,
        lab.kind.programs.version,
    )
    assert (vitals.role, vitals.connections_max > 0) == ("primary", True)


@pytest.mark.parametrize(
    ("info", "code"),
    [
        ({"redis_version": "6.0.16"}, "SW-ENGINE-003"),
        ({"redis_version": "9.0.0"}, "SW-ENGINE-003"),
        ({"redis_version": "7.2.4", "valkey_version": "10.0.0"}, "SW-ENGINE-003"),
        ({"redis_version": "7.4.0", "dragonfly_version": "df-v1.20"}, "SW-ENGINE-003"),
        ({"redis_version": "7.0.15", "cluster_enabled": "1"}, "SW-REDIS-001"),
    ],
)
def test_what_the_row_does_not_answer_for_is_refused(info: dict[str, str], code: str) -> None:
    with pytest.raises(RefusedError) as caught:
        refuse_unsupported("sessions", Server.from_info(info))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("reader", "source", "reads"),
    [
        (("redis", "7.0.15"), ("redis", "6.2.14"), True),
        (("redis", "7.0.15"), ("redis", "7.2.1"), False),
        (("redis", "7.2.1"), ("redis", "7.4.0"), False),
        (("redis", "8.2.3"), ("redis", "7.4.0"), True),
        (("redis", "7.2.1"), ("valkey", "8.1.8"), True),
        (("redis", "8.2.3"), ("valkey", "9.1.2"), False),
        (("valkey", "9.1.2"), ("redis", "7.2.4"), True),
        (("valkey", "9.1.2"), ("redis", "7.4.0"), False),
        (("valkey", "8.1.8"), ("valkey", "9.1.2"), False),
        (("valkey", "9.1.2"), ("valkey", "7.2.0"), True),
    ],
)
def test_who_reads_whose_format_is_known_before_it_is_tried(
    reader: tuple[str, str], source: tuple[str, str], reads: bool
) -> None:
    assert can_read(*reader, find_rdb_version(*source)) is reads
