"""Fixtures that several folders of tests share; each concern has its own module."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from seawall import registry
from servers import s3
from servers.real import RealServers, missing_engines, programs_of

pytest_plugins: list[str] = []


def pytest_report_header() -> list[str]:
    """Say loudly which engines cannot be tested here."""
    return [f"seawall: no programs for {name}: {why}" for name, why in missing_engines().items()]


def pytest_sessionstart() -> None:
    """Fail at once when an engine that must be tested cannot be, nor a variant of it."""
    # A shell that starts the tests in its background has Ctrl-C ignored, by their children too, and
    # `nohup` the end of a terminal.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    required = [name for name in os.environ.get("SEAWALL_REQUIRE", "").split(",") if name]
    missing = missing_engines()
    here = {module for name, (module, _) in registry.ENGINES.items() if name not in missing}
    lacking = {
        name: missing.get(name, "no such engine")
        for name in required
        if name not in registry.ENGINES or registry.ENGINES[name][0] not in here
    }
    if lacking:
        pytest.exit(f"SEAWALL_REQUIRE names engines that are not here: {lacking}", returncode=1)
    if "redis" not in missing:
        # Valkey's wheel has no client; Redis's, which may be fetched, speaks to Valkey as well.
        os.environ["PATH"] += f"{os.pathsep}{programs_of('redis').folder}"


@pytest.fixture(scope="session")
def real_servers() -> Iterator[RealServers]:
    """One real server per engine for the whole run, started when first asked for."""
    with RealServers() as servers:
        yield servers


@pytest.fixture(scope="session")
def seaweedfs() -> Iterator[s3.S3Server]:
    """One real S3 server for the whole run of a worker."""
    with s3.seaweedfs() as server:
        yield server


@pytest.fixture(scope="session")
def versitygw() -> Iterator[s3.S3Server]:
    """Another one, over plain files."""
    with s3.versitygw(s3.versitygw_program()) as server:
        yield server
