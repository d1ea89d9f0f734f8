"""One store in a drill: from its pieces to a proven copy in a mute sandbox."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seawall import registry
from seawall.capabilities import CHECK, FINGERPRINT, LOG, RESTORE, STATUS
from seawall.errors import RefusedError, SeawallError
from seawall.model.artifact import Role
from seawall.model.drill import Level, LevelResult, State, StoreDrill
from seawall.model.fingerprint import compare
from seawall.model.manifest import Phase, StoreBackup
from seawall.model.quantity import count
from seawall.operations.proof import read_fingerprint
from seawall.operations.recovery import Recovery
from seawall.servers.starting import tool_runner

# How many differences a report shows in full.
SHOWN = 20


@dataclass(frozen=True)
class Bench:
    """What the stores of one drill share.

    Attributes:
        stack: Keeps the sandboxes until the drill ends.
        scratch: A private folder of the drill.
        levels: Levels that are run.
    """

    stack: ExitStack
    scratch: Path
    levels: frozenset[Level]


class StoreRun:
    """The levels of one store, in order; a level that cannot run says why.

    Args:
        recovery: The backup and its surroundings.
        part: The store's part of it.
        bench: What the stores share.
    """

    def __init__(self, recovery: Recovery, part: StoreBackup, bench: Bench) -> None:
        self.part = part
        self.engine = registry.load(part.engine)
        self.client: Any = None
        self.results: list[LevelResult] = []
        self.not_tested: list[str] = [f"{name}: {why}" for name, why in part.cut.excluded]
        self.proven = 0
        self._vault = recovery.vault.metered(recovery.progress, f"checking {part.store}")
        self._recovery = recovery
        self._pieces = recovery.pieces(part)
        self._bench = bench
        self._phases: list[Phase] = []
        self._sandboxes = recovery.sandboxes(part)
        self._version = ""
        self._emulator = ""

    def check_hashes(self) -> None:
        """L0: every stored byte is what the manifest says; needs no key."""
        builds_on = (
            f", and of {self.part.builds_on}, on which it builds" if self.part.builds_on else ""
        )
        self._ask(Level.L0, self._piece_faults, f"stored bytes{builds_on}")

    def _piece_faults(self) -> tuple[str, ...]:
        faults = self._vault.piece_faults(self.part.artifacts)
        for each in self._vault.earlier(self._recovery.manifest, self.part):
            found = self._vault.piece_faults(each.part.bases)
            faults += tuple(f"{each.backup}, on which it builds: {fault}" for fault in found)
        return faults

    def check_log(self) -> None:
        """L1: the log reaches from the base to the cut without a gap."""
        names = self._pieces.names(Role.LOG)
        if not names:
            self._note(Level.L1, State.ABSENT, f"{self.part.method} needs no log")
            return

        def verify() -> tuple[str, ...]:
            folder = self._bench.scratch / self.part.store
            folder.mkdir(parents=True)
            for name in names:
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as file:
                    file.writelines(self._pieces.read(name))
            log = self.engine.standalone(LOG)
            return log.verify(folder, self.part.details, self._sandboxes.programs)

        self._ask(Level.L1, verify, f"up to {self.part.cut.position.text}")

    def restore(self) -> None:
        """L2: build the data folder, start it mute, log in."""

        def restore() -> tuple[str, ...]:
            restore = self.engine.standalone(RESTORE, self.part.method)
            place = self._bench.stack.enter_context(self._sandboxes.place())
            run = tool_runner(place)
            began = time.perf_counter()
            restore.build(self._pieces, place, self.part.cut, self.part.details, run)
            began = self._phase("build", began)
            target = self._sandboxes.start(place, self.part.details)
            client = self.engine.connect(target)
            self._bench.stack.callback(client.close)
            began = self._phase("start and replay", began)
            restore.load(self._pieces, place, client)
            self._phase("load", began)
            self._look(client)
            self.client = client
            return ()

        programs = self._sandboxes.programs
        self._ask(Level.L2, restore, f"on {programs.version} from {programs.provider}")

    def check_engine(self) -> None:
        """L3: the engine finds its own data whole."""
        if not self.engine.offered(CHECK):
            self._note(Level.L3, State.SKIPPED, self.engine.offers(CHECK.name)[0].why)
        elif self._is_restored(Level.L3):
            check = self.engine.require(CHECK, self.client)
            self._ask(Level.L3, check.run, check.covers())

    def compare_content(self) -> None:
        """L4: the copy's fingerprint equals the one read from the source at the point."""
        if not self._is_restored(Level.L4):
            return
        if self.part.fingerprint_why:
            self._note(Level.L4, State.SKIPPED, f"artifact only: {self.part.fingerprint_why}")
            return

        def fingerprint() -> tuple[str, ...]:
            expected = read_fingerprint(self._pieces)
            if expected is None:
                return ("the backup names a fingerprint and has none",)
            found = self.engine.require(FINGERPRINT, self.client).take(bytes.fromhex(expected.key))
            compared = compare(expected, found, time.time())
            self.proven = compared.proven
            self.not_tested += [f"{each.name}: {each.why}" for each in expected.excluded]
            if compared.expired:
                self.not_tested.append(
                    f"{count(compared.expired, 'record')} expired since the point"
                )
            return compared.differences

        self._ask(Level.L4, fingerprint, f"{count(self.part.records, 'record')} at the point")

    def report(self) -> StoreDrill:
        """The store's line of the report."""
        programs = self._sandboxes.programs
        return StoreDrill(
            name=self.part.store,
            engine=self.part.engine,
            version=self._version or programs.version,
            source_version=self.part.server_version,
            provider=programs.provider,
            method=self.part.method,
            passed_over=self.part.passed_over,
            records=self.proven,
            bytes=self._recovery.bytes_needed(self.part),
            stored_bytes=self.part.stored_bytes,
            phases=tuple(self._phases),
            emulator=self._emulator,
        )

    def _look(self, client: Any) -> None:
        """Note what the copy runs on."""
        vitals = self.engine.require(STATUS, client).read()
        self._version = vitals.version
        if vitals.emulates:
            self._emulator = vitals.product
            self.not_tested.append(
                f"restored on {vitals.product}, which stands in for {self.engine.name}"
            )

    def _is_restored(self, level: Level) -> bool:
        if self.client is None:
            self._note(level, State.SKIPPED, "the store was not restored")
        return self.client is not None

    def _ask(self, level: Level, question: Callable[[], tuple[str, ...]], detail: str) -> None:
        """Run one level; what it finds fails it, what keeps it from running skips it."""
        if level not in self._bench.levels:
            self._note(level, State.SKIPPED, "turned off")
            return
        began = time.perf_counter()
        try:
            findings = question()
        except RefusedError as error:
            self._note(level, State.SKIPPED, f"{error.happened} {error.hint} [{error.code}]")
            return
        except SeawallError as error:
            findings = (str(error),)
        state = State.FAILED if findings else State.PASSED
        seconds = round(time.perf_counter() - began, 3)
        self._note(level, state, detail, findings[:SHOWN], seconds)
        if level not in {Level.L0, Level.L2}:
            self._phases.append(Phase(level.value, seconds))

    def _note(
        self,
        level: Level,
        state: State,
        detail: str,
        findings: tuple[str, ...] = (),
        seconds: float = 0.0,
    ) -> None:
        self.results.append(
            LevelResult(level.name, level.value, self.part.store, state, detail, findings, seconds)
        )

    def _phase(self, name: str, began: float) -> float:
        now = time.perf_counter()
        self._phases.append(Phase(name, round(now - began, 3)))
        return now
