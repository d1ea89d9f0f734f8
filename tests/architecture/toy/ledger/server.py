"""Run a ledger on this machine, as the tier's own or as a mute copy."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

from seawall.capabilities.server import RunTool, StartCommand
from seawall.model.location import Location
from seawall.model.place import Place, ProgramSpec
from seawall.model.source import Wheel
from seawall.servers.os_users import can_enter

PROGRAM = "ledger_server.py"


class LedgerPrograms:
    """The server lies beside this module, as a wheel's programs lie in the wheel."""

    def specs(self) -> tuple[ProgramSpec, ...]:
        wheel = Wheel("ledger==1.0", "1.0", __package__ or "", "bin")
        pattern = r"ledger (\d+\.\d+)"
        return (ProgramSpec(PROGRAM, (), (wheel,), "--version", pattern, ("nobody",)),)


class LedgerServer:
    """The server makes its file at its first start, and sends nothing to anybody by itself."""

    def create(self, place: Place, run: RunTool) -> None:
        pass

    def command(self, place: Place) -> StartCommand:
        return _start(place, {"is_mute": False})

    def sandbox_command(self, place: Place) -> StartCommand:
        return _start(place, {"is_mute": True})

    def location(self, place: Place) -> Location:
        return Location("ledger", "127.0.0.1", place.port, "", place.password, "")


class LedgerClaim:
    """The password is in the settings, which never come from a backup."""

    def claim(self, place: Place, details: tuple[tuple[str, str], ...]) -> None:
        pass


def _start(place: Place, settings: dict[str, bool | str | int]) -> StartCommand:
    file = str(place.folder / "settings.json")
    settings |= {"data": str(place.data), "port": place.port, "password": place.password.reveal()}
    return StartCommand(
        argv=(_interpreter(), "-I", str(place.programs.program(PROGRAM)), file),
        stop_signal=signal.SIGTERM,
        files=((file, json.dumps(settings)),),
    )


def _interpreter() -> str:
    """A Python that the server's user can run too."""
    own = Path(sys.executable).resolve()
    if os.geteuid() != 0 or can_enter(own.parent):
        return str(own)
    return shutil.which("python3", path="/usr/local/bin:/usr/bin:/bin") or str(own)
