"""The loan applications of a bank: real rows of one instant, in any order (SPEC 4.1)."""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cxjourney.chart import Effect
from cxjourney.cli import main
from cxjourney.replay import LogBook, LogMapping, Walk, read_log, read_mapping, walk_journeys
from cxjourney.vocabulary import EventKind, Phase
from tests.replay.makers import log_file

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CXJOURNEY_DATA", ROOT.parent / "shared" / "data"))
PARQUET = DATA / "loan_applications_2012.parquet"
CSV = DATA / "loan_applications_2012_first800.csv"
MAPPING = ROOT / "examples" / "loans.toml"


class Size(NamedTuple):
    """How much a log holds; out of order are the activations that come before their sale."""

    applications: int
    events: int
    loans: int
    out_of_order: int


WHOLE, FIRST = Size(13_087, 164_506, 2_246, 659), Size(800, 10_912, 169, 48)
SIZE = WHOLE if os.environ.get("HYPOTHESIS_PROFILE") == "long" else FIRST
"""The session that runs for long takes the whole log; others the first 800 applications."""

pytestmark = [
    pytest.mark.long,
    pytest.mark.no_cover,
    pytest.mark.skipif(
        not (CSV.exists() and PARQUET.exists()),
        reason="the loan log is not here; CXJOURNEY_DATA names its folder",
    ),
]


@cache
def loans() -> LogMapping:
    """Return what the loan log means."""
    return read_mapping(MAPPING)


# Read in the tests themselves: what a fixture does is traced, also before untraced tests.
@cache
def log_lines() -> tuple[Any, ...]:
    """Return the lines of the log, in the order of the file."""
    if SIZE is FIRST:
        return tuple(read_log(CSV, loans()))
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow")
    rows: list[dict[str, Any]] = parquet.read_table(PARQUET).to_pylist()
    cells = (
        (row["application"], row["at"].replace(tzinfo=UTC).isoformat(), row["activity"])
        for row in rows
    )
    with log_file(("application", "at", "activity"), cells) as path:
        return tuple(read_log(path, loans()))


def when(line: Any) -> tuple[str, datetime]:
    """Say whose line it is, and when it was."""
    return line.customer, line.at


def reordered(lines: Iterable[Any], reorder: Callable[[list[Any]], list[Any]]) -> Iterator[Any]:
    """Yield the lines by application and time, those of one instant in another order."""
    for _, same in groupby(sorted(lines, key=when), key=when):
        yield from reorder(list(same))


def walks_of(lines: Iterable[Any]) -> dict[str, Walk]:
    """Return the walks of all applications."""
    book = LogBook.of(lines)
    assert book.last is not None
    found = walk_journeys(book.events, loans().chart, book.last)
    return {walk.customer: walk for walk in found}


def granted(lines: Iterable[Any]) -> set[str]:
    """Return the applications that were approved and activated."""
    activities: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        activities[line.customer].add(line.activity)
    return {who for who, what in activities.items() if {"A_APPROVED", "A_ACTIVATED"} <= what}


def is_found(walk: Walk) -> bool:
    """Say whether a loan is purchased and delivered, both in the journey's current cycle."""
    bought = [step for step in walk.steps if step.event.kind is EventKind.PURCHASED]
    arrived = [
        step
        for step in walk.steps
        for move in step.moves
        if move.target is Phase.ACTIVATE and move.source is Phase.AFFIRM
    ]
    journey = walk.journey
    return (
        journey.place is Phase.ACTIVATE
        and journey.situation.purchased
        and not journey.situation.delivery_held
        and [step.cycle for step in bought] == [journey.cycle]
        and [step.cycle for step in arrived] == [journey.cycle]
        and bought[0].event.at <= arrived[0].event.at
    )


def backwards(lines: list[Any]) -> list[Any]:
    """Turn lines round."""
    return lines[::-1]


def shuffled(chance: Random) -> Callable[[list[Any]], list[Any]]:
    """Return what shuffles lines."""
    return lambda lines: chance.sample(lines, len(lines))


def test_the_whole_log_is_there() -> None:
    """The log has as many applications, events and loans as the specification says."""
    lines = log_lines()
    assert (len({line.customer for line in lines}), len(lines)) == SIZE[:2]
    assert len(granted(lines)) == SIZE.loans


@settings(max_examples=3)
@given(reorder=st.integers().map(Random).map(shuffled))
@example(reorder=list)
@example(reorder=backwards)
def test_every_loan_is_found_in_any_order(reorder: Callable[[list[Any]], list[Any]]) -> None:
    """However rows of one instant arrive, all loans are purchased and delivered."""
    walks = walks_of(reordered(log_lines(), reorder))
    found = {who for who, walk in walks.items() if is_found(walk)}
    assert found == granted(log_lines())
    assert len(found) == SIZE.loans
    assert len(walks) == SIZE.applications
    delivered = (
        step.effect
        for walk in walks.values()
        for step in walk.steps
        if step.event.kind is EventKind.DELIVERED
    )
    assert set(delivered) == {Effect.MOVED}


def in_order_of_arrival(lines: Iterable[Any]) -> Iterator[Any]:
    """Yield the lines with times of their own, so that arrival decides and not the rank."""
    number: defaultdict[tuple[str, datetime], int] = defaultdict(int)
    for line in lines:
        number[when(line)] += 1
        at = line.at + timedelta(microseconds=number[when(line)])
        yield attrs.evolve(line, events=tuple(attrs.evolve(one, at=at) for one in line.events))


def test_arrival_alone_would_lose_activations() -> None:
    """By arrival some activations come before their sale, and only held facts save them."""
    walks = walks_of(in_order_of_arrival(log_lines()))
    early = [
        walk
        for walk in walks.values()
        for step in walk.steps
        if step.event.kind is EventKind.DELIVERED and step.effect is not Effect.MOVED
    ]
    assert len(early) == SIZE.out_of_order
    assert sum(1 for walk in walks.values() if is_found(walk)) == SIZE.loans


def test_the_command_reports_on_the_loan_log(capsys: pytest.CaptureFixture[str]) -> None:
    """The first 800 applications: every line is known, and every loan is found."""
    assert main(["replay", str(CSV), "--mapping", str(MAPPING), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    lines = document["balance"]["lines"]
    assert (document["journeys"], lines["read"]) == (800, 10_912)
    assert lines["mapped"] + lines["ignored"] == lines["read"]
    assert document["absent_activities"] == []
    reached = {row["phase"]: row["reached"] for row in document["funnel"]}
    bought = {row["kind"]: row["moved"] for row in document["events"]}
    assert reached["AFFIRM"] == reached["ACTIVATE"] == bought["delivered"] == 169
    assert document["balance"]["adds_up"]
