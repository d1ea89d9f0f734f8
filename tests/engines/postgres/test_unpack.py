"""A base's tar is unpacked into its folder and nowhere else, and only when it is whole."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from seawall.engines.postgres.unpack import unpack
from seawall.errors import FindingsError


def packed(files: dict[str, bytes], *, listed: dict[str, int] | None = None) -> bytes:
    output = io.BytesIO()
    names = {name: len(content) for name, content in files.items()} if listed is None else listed
    manifest = json.dumps({"Files": [{"Path": n, "Size": s} for n, s in names.items()]})
    with tarfile.open(fileobj=output, mode="w") as archive:
        for name, content in (files | {"backup_manifest": manifest.encode()}).items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return output.getvalue()


def chunked(content: bytes, size: int = 700) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def test_files_arrive_with_their_content_and_are_private(tmp_path: Path) -> None:
    unpack(chunked(packed({"base/5/1": b"x" * 5000, "PG_VERSION": b"18\n"})), tmp_path)
    assert (tmp_path / "base/5/1").read_bytes() == b"x" * 5000
    assert (tmp_path / "PG_VERSION").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "base").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "base/../../outside"])
def test_a_name_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FindingsError) as caught:
        unpack(chunked(packed({name: b"x"})), tmp_path / "data")
    assert caught.value.code == "SW-POSTGRES-010"
    assert not (tmp_path / "outside").exists()


def test_a_link_is_refused(tmp_path: Path) -> None:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as archive:
        member = tarfile.TarInfo("base")
        member.type = tarfile.SYMTYPE
        member.linkname = "/etc"
        archive.addfile(member)
    with pytest.raises(FindingsError):
        unpack(chunked(output.getvalue()), tmp_path)


@pytest.mark.parametrize("kept", [0, 600, 3000])
def test_a_tar_that_is_cut_short_is_refused(tmp_path: Path, kept: int) -> None:
    whole = packed({"one": b"x" * 5000, "two": b"y" * 5000})
    with pytest.raises(FindingsError):
        unpack(chunked(whole[:kept]), tmp_path)


def test_a_file_that_the_server_sent_and_that_is_not_there_is_missed(tmp_path: Path) -> None:
    with pytest.raises(FindingsError, match="base/5/2 has no bytes instead of 8192"):
        unpack(chunked(packed({"base/5/1": b""}, listed={"base/5/2": 8192})), tmp_path)


def test_log_in_the_tar_is_left_out_because_its_own_pieces_reach_further(tmp_path: Path) -> None:
    unpack(chunked(packed({"pg_wal/000000010000000000000001": b"x"})), tmp_path)
    assert not (tmp_path / "pg_wal").exists()
