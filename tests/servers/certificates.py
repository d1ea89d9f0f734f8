"""Certificates of an authority of the tests' own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, each in a file."""

    pem: Path
    key: Path


class Authority:
    """Issues certificates into folders."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, mode=0o755)
        self._authority = trustme.CA()
        self.certificate = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(self.certificate)

    def issue(
        self, name: str, folder: Path, *identities: str, common_name: str | None = None
    ) -> Certificate:
        """A valid certificate for hosts or addresses."""
        return _write(
            self._authority.issue_cert(*identities, common_name=common_name), name, folder
        )

    def issue_expired(self, name: str, folder: Path, *identities: str) -> Certificate:
        """One that was valid until yesterday."""
        yesterday = datetime.now(UTC) - timedelta(days=1)
        return _write(self._authority.issue_cert(*identities, not_after=yesterday), name, folder)


def _write(issued: trustme.LeafCert, name: str, folder: Path) -> Certificate:
    made = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    for number, blob in enumerate(issued.cert_chain_pems):
        blob.write_to_path(made.pem, append=number > 0)
    issued.private_key_pem.write_to_path(made.key)
    made.key.chmod(0o600)
    return made
