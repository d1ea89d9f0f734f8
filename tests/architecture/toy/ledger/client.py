"""Connections to one ledger: the only module that speaks its protocol."""

from __future__ import annotations

import json
import socket
import threading
from typing import Any

from seawall.errors import UnreachableError
from seawall.model.target import Target


class LedgerClient:
    """A store now, or when it had as many entries as `position` says; threads may share it."""

    def __init__(self, target: Target, position: int | None = None) -> None:
        self.target = target
        self._position = position
        self._lock = threading.Lock()
        place = target.location
        try:
            self._socket = socket.create_connection((place.host, place.port), 10)
        except OSError as error:
            raise self._unreachable("SW-CONNECT-001", str(error)) from None
        self._file = self._socket.makefile("rw")
        answer = self._exchange(place.password.reveal())
        if "error" in answer:
            self.close()
            raise self._unreachable("SW-CONNECT-002", answer["error"])

    def at(self, position: int) -> LedgerClient:
        return LedgerClient(self.target, position)

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self._exchange(["status", None])
        return found

    def append(self, *entries: tuple[str, str, dict[str, Any] | None]) -> None:
        """Write entries; None instead of fields removes a record."""
        self._exchange(["append", entries])

    def entries(self) -> list[str]:
        """The entries it sees, as lines of JSON."""
        found: list[str] = self._exchange(["read", self._position])
        return found

    def content(self) -> dict[str, dict[str, dict[str, Any]]]:
        """What the entries amount to: collection -> id -> fields, the id among them."""
        content: dict[str, dict[str, dict[str, Any]]] = {}
        for collection, key, fields in map(json.loads, self.entries()):
            if fields is None:
                content.get(collection, {}).pop(key, None)
            else:
                content.setdefault(collection, {})[key] = {"id": key} | fields
        return {name: records for name, records in sorted(content.items()) if records}

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def _exchange(self, request: Any) -> Any:
        try:
            with self._lock:
                self._file.write(json.dumps(request) + "\n")
                self._file.flush()
                return json.loads(self._file.readline())
        except (OSError, ValueError) as error:
            raise self._unreachable("SW-CONNECT-001", str(error)) from None

    def _unreachable(self, code: str, happened: str) -> UnreachableError:
        attempted = f"open store `{self.target.store}`"
        return UnreachableError(code, attempted=attempted, happened=happened, hint="Start it.")


def connect(target: Target) -> LedgerClient:
    return LedgerClient(target)
