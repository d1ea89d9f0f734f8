#!/usr/bin/env python3
"""A database of one file: entries are only ever appended, and each moment of it can be read.

Started as `ledger_server.py SETTINGS`, a JSON file with data, port, password and is_mute. A client
sends the password, then requests: one line of JSON each, answered by one line of JSON.
"""

from __future__ import annotations

import json
import os
import socketserver
import sys
import threading
import time
from pathlib import Path
from typing import Any

VERSION = "1.0"
CONNECTIONS_MAX = 100


class Ledger(socketserver.ThreadingTCPServer):
    """Entries in memory and in the file; an entry is [collection, id, fields or null]."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        path = Path(settings["data"]) / "entries.jsonl"
        # A last line that a kill has cut short was never acknowledged.
        whole = path.read_bytes().rpartition(b"\n")[0] if path.exists() else b""
        self.entries: list[str] = whole.decode().splitlines()
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        os.ftruncate(self.file, len(whole) + bool(whole))
        os.lseek(self.file, 0, os.SEEK_END)
        self.lock = threading.Lock()
        self.connections = 0
        self.started = time.monotonic()
        super().__init__(("127.0.0.1", settings["port"]), Session)

    def append(self, entries: list[Any]) -> int:
        lines = [json.dumps(entry) for entry in entries]
        with self.lock:
            os.write(self.file, "".join(f"{line}\n" for line in lines).encode())
            self.entries += lines
            return len(self.entries)

    def status(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "product": "ledger",
            "uptime_seconds": time.monotonic() - self.started,
            "size_bytes": os.lseek(self.file, 0, os.SEEK_CUR),
            "connections": self.connections,
            "connections_max": CONNECTIONS_MAX,
            "role": "primary",
            "position": str(len(self.entries)),
        }


class Session(socketserver.StreamRequestHandler):
    server: Ledger

    def handle(self) -> None:
        is_known = self._read() == self.server.settings["password"]
        self._write({} if is_known else {"error": "the password is wrong"})
        self.server.connections += 1
        while is_known and (request := self._read()) is not None:
            self._write(self._answer(*request))
        self.server.connections -= 1

    def _answer(self, verb: str, argument: Any) -> Any:
        if verb == "status":
            return self.server.status()
        if verb == "read":
            return self.server.entries[:argument]
        if self.server.settings["is_mute"]:
            return {"error": "a mute copy is read only"}
        return self.server.append(argument)

    def _read(self) -> Any:
        line = self.rfile.readline()
        return json.loads(line) if line else None

    def _write(self, answer: Any) -> None:
        self.wfile.write(json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    if sys.argv[1] == "--version":
        sys.stdout.write(f"ledger {VERSION}\n")
    else:
        Ledger(json.loads(Path(sys.argv[1]).read_text())).serve_forever()
