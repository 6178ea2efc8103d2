"""Every public type can be drawn, and drawn journeys find faults and show how they came about."""

import ast
import asyncio
import datetime as dt
import importlib
import inspect
import os
import pkgutil
import subprocess
import sys
import tomllib
import zoneinfo
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from copy import copy
from decimal import Decimal
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import Phase as Stage
from hypothesis import strategies as st
from hypothesis.strategies._internal import types
from hypothesis.vendor.pretty import pretty

import cxjourney
from cxjourney import Dispatcher, Event, EventKind, Journey, Phase, Situation, show, vocabulary
from cxjourney.channels import AsyncHook, Hook, HookContext, HookOutcome, HookSet
from cxjourney.channels.policy import Window
from cxjourney.dispatch import AsyncDispatcher, DispatchError, RunReport, Telemetry
from cxjourney.dispatch.hooks import FileDrop, SmtpHook, Webhook
from cxjourney.dispatch.journal import (
    AsyncJournal,
    AsyncSqlJournal,
    InThread,
    Journal,
    MemoryJournal,
    SqlJournal,
)
from cxjourney.errors import FaultsError, MissingExtraError
from cxjourney.journey import Migration, Obligation, Step
from cxjourney.playbook import Playbook
from cxjourney.rehearsal import Difference, Rehearsal
from cxjourney.replay import Condition, LogMapping
from cxjourney.testing import JournalContract, hook_contexts, journey_from, journeys
from cxjourney.vocabulary import Wait
from cxjourney.wishes import Comparison, Finding, MaxDiffTask
from tests.test_house import shown_by

PROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
PLUGIN = EntryPoint("cxjourney", PROJECT["entry-points"]["hypothesis"]["cxjourney"], "hypothesis")
"""What Hypothesis finds where cxjourney is installed."""
NOT_DRAWN = {SqlJournal, AsyncSqlJournal, JournalContract, Telemetry, show.ChartGraphMachine}
"""Journals in databases, for which an engine is to be made, a base class for tests, instruments,
and a machine of ``transitions``, which takes a model only once."""
DRAWN_AS: dict[object, type[Any]] = {
    Hook: Callable,  # type: ignore[dict-item]
    AsyncHook: Callable,  # type: ignore[dict-item]
    Journal: MemoryJournal,
    AsyncJournal: InThread,
}
"""What is drawn for a protocol."""
FEW = settings(
    max_examples=2,
    derandomize=True,
    database=None,
    phases=[Stage.generate],
    suppress_health_check=list(HealthCheck),
    deadline=None,
)


class Shop:
    """A user's own class."""

    def __init__(self, phase: Phase) -> None:
        self.phase = phase


SORTS: tuple[type[Any], ...] = (
    *(Shop, AsyncDispatcher, DispatchError, FaultsError, HookSet, Journal, Migration, Playbook),
    *(Step, Condition, Difference, Finding, LogMapping, Rehearsal, RunReport, AsyncHook),
    *(MaxDiffTask, Comparison, Window, Wait, FileDrop, SmtpHook, Webhook),
)
TYPES = "cxjourney.testing._types"
SOME = 8
"""In so many parts the types are drawn: all at once would be too much for one example."""
UNTUNED = range(1000, 1020)
"""Seeds that the strategies were not tuned on."""


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register the types as the plugin does; what a test changes of it is taken back."""
    for table in ("_global_type_lookup", "_global_extra_lookup"):
        monkeypatch.setattr(types, table, dict(getattr(types, table)))
    PLUGIN.load()()
    for kind in (Journey, Webhook):
        st.from_type(kind).validate()  # what draws is loaded where it is traced


def is_protocol(cls: type[Any]) -> bool:
    """Say whether a class only tells what others have."""
    return bool(vars(cls).get("_is_protocol"))


def public_classes() -> Iterator[type[Any]]:
    """Yield each class that a room shows."""
    rooms = [
        found.name
        for found in pkgutil.walk_packages(cxjourney.__path__, "cxjourney.")
        if found.ispkg and "._" not in found.name
    ]
    for room in map(importlib.import_module, (*rooms, "cxjourney.errors")):
        shown = filter(inspect.isclass, (getattr(room, name) for name in shown_by(room)))
        yield from (one for one in shown if one in DRAWN_AS or not is_protocol(one))


@settings(FEW, max_examples=1)
@given(data=st.data())
def drawn_wrong(kinds: Iterable[type[Any]], wrong: list[type[Any]], data: st.DataObject) -> None:
    """Note each type of which ``from_type`` draws something else."""
    for kind in kinds:
        wanted = dict if hasattr(kind, "__total__") else DRAWN_AS.get(kind, kind)
        if not isinstance(data.draw(st.from_type(kind)), wanted):
            wrong.append(kind)


def test_every_sort_of_type_is_drawn() -> None:
    """Own strategies, groups of errors, and classes with fields of every sort."""
    wrong: list[type[Any]] = []
    for first in range(SOME):
        drawn_wrong(SORTS[first::SOME], wrong)
    assert not wrong


def test_each_sort_of_type_has_a_strategy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loaded anew, where it is traced, what draws types knows each sort, and leaves others be."""
    monkeypatch.delitem(sys.modules, TYPES, raising=False)
    fresh, sorts = importlib.import_module(TYPES), (*SORTS[1:], Hook, Obligation)
    assert fresh.strategy_of(Shop) is fresh.strategy_of(Phase) is None

    @FEW
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        for sort in sorts:
            wanted: Any = DRAWN_AS.get(sort, sort)
            assert isinstance(data.draw(fresh.strategy_of(sort)), wanted)

    draw()


@pytest.mark.no_cover
def test_every_public_type_is_drawn() -> None:
    """``from_type`` draws each public class, but for the few that need a database."""
    classes, wrong = set(public_classes()), list[type[Any]]()
    assert classes >= NOT_DRAWN
    drawn = sorted(classes - NOT_DRAWN, key=repr)
    for first in range(SOME):
        drawn_wrong(drawn[first::SOME], wrong)
    assert not wrong


@settings(FEW, max_examples=3)
@given(st.data(), hook_contexts())
def test_what_is_drawn_can_be_used(data: st.DataObject, context: HookContext) -> None:
    """Drawn hooks say an outcome, drawn dispatchers run, and ``builds`` fills in what is public."""
    drawn: Any = [data.draw(st.from_type(kind)) for kind in (Hook, AsyncHook, Dispatcher)]
    said, later = drawn[0](context), asyncio.run(drawn[1](context))
    assert isinstance(said, get_args(HookOutcome))
    assert isinstance(later, get_args(HookOutcome))
    assert drawn[2].run() == RunReport()

    def together(event: Event, situation: Situation) -> tuple[object, ...]:
        return event, situation

    assert len(data.draw(st.builds(together))) == 2


def test_types_are_registered_early_where_they_cannot_be_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A Hypothesis without its private table of late look-ups is told of each type at once."""
    monkeypatch.delattr(types, "_global_extra_lookup")
    before = set(types._global_type_lookup)
    PLUGIN.load()()
    assert set(types._global_type_lookup) - before >= {Event, Journey, Situation, Hook, Dispatcher}


@pytest.mark.no_cover
@pytest.mark.parametrize("first", ["cxjourney", "hypothesis"])
def test_the_plugin_loads_nothing_before_it_is_asked(first: str) -> None:
    """In whichever order both are imported, types are drawn, and nothing is loaded early."""
    code = (
        f"import {first}, sys, hypothesis\n"
        "from importlib.metadata import EntryPoint\n"
        f"{PLUGIN!r}.load()()\n"
        "assert not {'attrs', 'transitions', 'cxjourney.errors'} & set(sys.modules)\n"
        "import cxjourney\n"
        "assert hypothesis.strategies.from_type(cxjourney.Phase).validate() is None\n"
        "assert hypothesis.strategies.from_type(cxjourney.Journey).validate() is None\n"
    )
    env = {**os.environ, "HYPOTHESIS_NO_PLUGINS": "1"}
    subprocess.run([sys.executable, "-c", code], env=env, check=True)


@pytest.mark.no_cover
def test_hypothesis_writes_tests_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """``hypothesis write cxjourney`` writes tests; black, which is not installed, formats them."""
    black: Any = ModuleType("black")
    black.Mode, black.format_str = dict, lambda text, mode: text  # noqa: ARG005 - black's words
    monkeypatch.setitem(sys.modules, "black", black)
    written = importlib.import_module("hypothesis.extra.ghostwriter").magic(cxjourney)
    assert "cxjourney.derive(" in written
    compile(written, "written", "exec")


def finds_loyal_with_an_open_question(number: int) -> str | None:
    """Return what a failing case shows, if a planted fault is found within 100 examples."""

    @seed(number)
    @settings(FEW, max_examples=100, derandomize=False)
    @given(journeys())
    def nobody_loyal_waits(journey: Journey) -> None:
        loyal = journey.phase is not None and journey.phase >= Phase.ADOPT
        assert not (loyal and any(one.rule == "answer" for one in journey.owed))

    try:
        nobody_loyal_waits()
    except AssertionError as error:
        return "\n".join(error.__notes__)
    return None


def shown_call(text: str) -> str:
    """Return the call of ``journey_from`` in what a failing case shows, whatever follows it."""
    begun = text[text.index("journey_from([Event(EventKind.") :]
    for end, char in enumerate(begun, start=1):
        if char == ")":
            with suppress(SyntaxError):
                ast.parse(begun[:end], mode="eval")
                return begun[:end]
    raise AssertionError(begun)


@pytest.mark.no_cover
def test_a_planted_fault_is_found() -> None:
    """In 19 of 20 seeds a loyal customer with an open question is found, and shown as a call."""
    shown = [text for number in UNTUNED if (text := finds_loyal_with_an_open_question(number))]
    assert len(shown) >= 19
    names = {name: getattr(vocabulary, name) for name in vocabulary.__all__}
    names |= {"journey_from": journey_from, "datetime": dt, "zoneinfo": zoneinfo}
    for text in shown:
        again: Journey = eval(shown_call(text), {**names, "Decimal": Decimal})  # noqa: S307
        assert again.phase is not None
        assert again.phase >= Phase.ADOPT
        assert "answer" in {one.rule for one in again.owed}


@settings(max_examples=15)
@given(journeys())
def test_a_drawn_journey_is_made_again_from_its_events(journey: Journey) -> None:
    """What happened to a drawn journey, put in again, gives as many steps; a copy is a journey."""
    events = [step.event for step in journey.history if step.seq]
    again = journey_from(events, journey.customer, journey.engagement)
    assert again.seq == journey.seq
    assert journey_from(events, "a").to_dict() == journey_from(events, "a").to_dict()
    assert repr(again).startswith("<Journey ")
    assert pretty(copy(journey)).startswith("<Journey ")


EVENT = Event(
    EventKind.ASKED, dt.datetime.fromisoformat("2026-01-05T09:00:00+00:00"), "e1", {"question": "?"}
)


def test_a_journey_from_events_is_told_the_time() -> None:
    """After the given number of events the clock goes on by the given days."""
    told = journey_from([EVENT], told=(1, 3))
    assert told.as_of == dt.datetime.fromisoformat("2026-01-08T09:00:00+00:00")
    assert journey_from([EVENT], told=(2, 3)).as_of is None


def test_a_journey_is_shown_as_the_call_that_makes_it() -> None:
    """It has the events with their payloads, and what else was said."""
    met = Event(EventKind.CONTACTED, EVENT.at, "e2")
    told = "".join(pretty(journey_from([met, EVENT], history=False, told=(1, 3))).split())
    at = "datetime.datetime.fromisoformat('2026-01-05T09:00:00+00:00')"
    events = (
        f"Event(EventKind.CONTACTED,{at},'e2'),Event(EventKind.ASKED,{at},'e1',{{'question':'?'}})"
    )
    options = "customer='drawn',told=(1,3),history=False"
    assert told == f"journey_from([{events}],{options})"


@pytest.mark.parametrize(
    ("package", "name", "extra"),
    [("hypothesis", "journeys", "testing"), ("numpy", "generate_survey", "survey")],
)
def test_a_missing_package_names_the_extra(
    package: str, name: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without Hypothesis or numpy the error names the command that installs it."""
    monkeypatch.setitem(sys.modules, package, None)
    for module in [one for one in sys.modules if one.startswith("cxjourney.testing")]:
        monkeypatch.delitem(sys.modules, module)
    with pytest.raises(MissingExtraError, match=rf"pip install 'cxjourney\[{extra}\]'"):
        getattr(importlib.import_module("cxjourney.testing"), name)
