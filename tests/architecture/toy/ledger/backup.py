"""Back a ledger up, bring it back, copy it: its entries up to a position are its content there.

Nothing has to be copied before the cut, because the past of a ledger does not change.
"""

# ruff: noqa: ARG002 - what a Protocol names is not always needed
from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from architecture.toy.ledger.client import LedgerClient
from architecture.toy.ledger.server import PROGRAM
from seawall.capabilities.backup import Sink
from seawall.capabilities.restore import Pieces
from seawall.capabilities.server import OpenSandbox, RunTool
from seawall.model.artifact import Role
from seawall.model.place import Place
from seawall.model.point import Cut
from seawall.model.position import Position

METHOD = "ledger/entries/1"
PIECE = "entries.jsonl"
Details = tuple[tuple[str, str], ...]
RECIPE = f"""\
# PATH: {PROGRAM}. Choose: PORT, a free one, and the password.
PORT=7070
mkdir -m 700 data
cp {PIECE} data/
echo '{{"data": "data", "port": '$PORT', "password": "choose", "is_mute": true}}' > settings.json
{PROGRAM} settings.json &
echo "It answers on port $PORT. To stop it: kill $!"
"""


class LedgerBackup:
    def __init__(self, client: LedgerClient) -> None:
        self._client = client

    @contextmanager
    def open(self, scratch: Path, sandbox: OpenSandbox) -> Generator[LedgerSession]:
        yield LedgerSession(self._client)


class LedgerSession:
    def __init__(self, client: LedgerClient) -> None:
        self._client = client

    def copy_base(self, sink: Sink) -> None:
        pass

    @contextmanager
    def prepare(self) -> Generator[LedgerCut]:
        yield LedgerCut(self._client)

    def copy_to(self, cut: Cut, sink: Sink) -> None:
        with closing(self._client.at(int(cut.position.text))) as then:
            sink.write(PIECE, Role.DUMP, [f"{line}\n".encode() for line in then.entries()])

    def details(self) -> Details:
        return ()


class LedgerCut:
    def __init__(self, client: LedgerClient) -> None:
        self._client = client
        self._position = ""

    def take(self) -> None:
        self._position = self._client.status()["position"]

    def settle(self) -> Cut:
        return Cut(Position.single(self._position), exact=True)

    @contextmanager
    def view(self) -> Generator[LedgerClient]:
        with closing(self._client.at(int(self._position))) as then:
            yield then


class LedgerRestore:
    def build(self, pieces: Pieces, place: Place, cut: Cut, details: Details, run: RunTool) -> None:
        with (place.data / PIECE).open("wb") as file:
            file.writelines(pieces.read(PIECE))

    def load(self, pieces: Pieces, place: Place, client: LedgerClient) -> None:
        pass

    def recipe(self, cut: Cut, details: Details) -> str:
        return RECIPE


class LedgerTransfer:
    def __init__(self, client: LedgerClient) -> None:
        self._client = client

    def copy_into(self, empty: LedgerClient) -> None:
        empty.append(*(tuple(json.loads(line)) for line in self._client.entries()))

    def clear(self) -> None:
        content = self._client.content()
        self._client.append(*((name, key, None) for name in content for key in content[name]))
