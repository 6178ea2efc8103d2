"""Every result is read in one way: words, plain values, rows, and a short repr.

A result is what a public function, method or property answers with and no public one takes, or
what has any of the three readings: ``explain``, ``to_dict`` and a ``str`` of its own.
"""

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args, get_origin, get_type_hints

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cxjourney import (
    bulk,
    channels,
    chart,
    journey,
    measures,
    playbook,
    rehearsal,
    replay,
    wishes,
)
from cxjourney.channels import HookSet, policy
from cxjourney.dispatch import Dispatcher, hooks
from cxjourney.dispatch import journal as journals
from cxjourney.vocabulary import Channel, Event, EventKind, Lang, Purpose
from tests.channels.policy_cases import case
from tests.show.markup import check_bundle
from tests.test_house import ROOMS, shown_by

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ANSWERING = [room for room in ROOMS[1:] if room.__name__.split(".")[1] not in {"cli", "testing"}]
PARTS: Mapping[type, str] = {
    chart.Move: "the decision tells of it",
    chart.GuardSeen: "the decision tells of it",
    channels.Rendered: "its text is the customer's",
    channels.Registered: "the company gave it",
    policy.Capability: "the company gave it",
    policy.Policy: "it explains what it is asked about",
    hooks.Bounce: "its outcome tells",
    journals.CustomerRecord: "its journeys and intents tell",
    journals.Dossier: "its journeys and intents tell",
    journals.Stretch: "its events tell",
    journals.Tombstone: "it holds counts alone",
    wishes.Interval: "it is two numbers",
    journey.Kept: "it is three numbers",
    rehearsal.ChangedContact: "the difference tells of it",
    **dict.fromkeys(
        (
            rehearsal.ChannelRow,
            rehearsal.CustomerRow,
            rehearsal.HourRow,
            rehearsal.OwedDuty,
            rehearsal.PlayRow,
            rehearsal.RulingRow,
            rehearsal.WeekRow,
        ),
        "the rehearsal tells of it",
    ),
    rehearsal.CostRow: "the costs tell of it",
    replay.LogLine: "its events tell",
    **dict.fromkeys(
        (
            replay.ActivityRow,
            replay.BehindRow,
            replay.CohortRow,
            replay.Comings,
            replay.EventRow,
            replay.ExitRow,
            replay.FunnelRow,
            replay.ListedJourney,
            replay.MonthRow,
            replay.OwedRow,
            replay.PlaceRow,
            replay.StayRow,
        ),
        "the report tells of it",
    ),
    **dict.fromkeys(
        (wishes.Preference, wishes.Sampled, wishes.ShareIntervals), "it is numbers alone"
    ),
    bulk.BulkReplay: "its frames tell",
    bulk.BatchCounts: "it is counts alone",
    replay.Walk: "its journey and its steps tell",
}
"""What is answered with, and has no words of its own."""
STORED = {wishes.Evidence, wishes.Kano}
"""What is stored and read back, and has no words: its plain values are its stored form."""


def named(hint: Any) -> Iterator[type]:
    """Yield every class of the library that an annotation names."""
    for part in (get_origin(hint), *get_args(hint)):
        for one in part if isinstance(part, list) else [part]:
            if one is not None:
                yield from named(one)
    if inspect.isclass(hint) and hint.__module__.startswith("cxjourney."):
        yield hint


def functions(cls: type) -> Iterator[Callable[..., Any]]:
    """Yield what the public methods and properties of a class call."""
    for base in cls.__mro__:
        for name, value in vars(base).items():
            inner = getattr(value, "fget", None) or getattr(value, "__func__", value)
            if inspect.isfunction(inner) and not name.startswith("_"):
                yield inner


def hints(thing: Any) -> dict[str, Any]:
    """Return the annotations of a function or class; none where one needs an extra's words."""
    try:
        return get_type_hints(thing)
    except NameError:
        return {}


@cache
def answered() -> tuple[set[type], set[type]]:
    """Return every class of the library that can be met, and those answered with and not taken."""
    shown = [getattr(room, name) for room in ANSWERING for name in shown_by(room)]
    told: set[type] = set()
    taken: set[type] = set()
    seen: set[type] = set()

    def look_at(function: Callable[..., Any], of: type | None = None) -> set[type]:
        parts = hints(function)
        answers = set(named(parts.pop("return", None)))
        told.update(answers - {of})
        taken.update({one for part in parts.values() for one in named(part)} - {of})
        return answers

    left = {thing for thing in shown if inspect.isclass(thing)}
    for thing in filter(inspect.isfunction, shown):
        left |= look_at(thing)
    while left:
        cls = left.pop()
        seen.add(cls)
        met = {one for part in hints(cls).values() for one in named(part)}
        left |= met.union(*(look_at(one, cls) for one in functions(cls))) - seen
    return seen, {one for one in told - taken if one in set(shown)}


def is_worded(cls: type) -> bool:
    """Say whether a class has words of its own, or plain values."""
    own = not issubclass(cls, Enum | BaseException | str) and cls.__str__ is not object.__str__
    return own or hasattr(cls, "explain") or hasattr(cls, "to_dict")


def results() -> list[type]:
    """Return every class of results, in a fixed order."""
    seen, told = answered()
    found = {one for one in seen if is_worded(one)} | told
    met = (one for one in found if attrs.has(one) or hasattr(one, "_fields"))
    return sorted(set(met) - PARTS.keys(), key=lambda one: (one.__module__, one.__name__))


@cache
def acting() -> Dispatcher:
    """Return a dispatcher to whom a question was told, and nothing done yet."""
    acting = Dispatcher(
        journals.MemoryJournal(),
        playbook=playbook.standard_playbook(),
        policy=policy.Policy(policy.Limits(service=frozenset(Purpose))),
        hooks=HookSet(),
        clock=lambda: NOON,
    )
    acting.record("c1", "", Event(EventKind.ASKED, NOON, "e1", {"question": "Does it fit?"}))
    return acting


def affected() -> playbook.Affected:
    """Return what another playbook would change for the customer who asked."""
    return acting().affected_by(playbook.standard_playbook(version=2).without("answer"))


def judged() -> Any:
    """Return what the policy says of what is planned for the customer who asked."""
    record, asker = acting().journal.read("c1"), acting().journey("c1", "")
    assert record is not None
    assert asker is not None
    return policy.Policy().explain(record.outbox[0].intent, asker, now=NOON)


def change() -> journey.Change:
    """Return how an event that came late changed another one."""
    one = journey.Journey("c1")
    one.contacted(at=NOON)
    one.referred(at=NOON + timedelta(days=4))
    one.delivered(at=NOON + timedelta(days=3))
    refold = one.purchased(at=NOON + timedelta(days=2)).refold
    assert refold is not None
    return refold.changes[0]


@cache
def rehearsed() -> rehearsal.Rehearsal:
    """Return a short rehearsal."""
    book = playbook.standard_playbook()
    return rehearsal.rehearse(book, people=2, days=20, seed=1, start=NOON)


def priced() -> Any:
    """Return what a short rehearsal would cost."""
    prices = rehearsal.Prices({Channel.EMAIL: Decimal("0.05")}, currency="EUR")
    return attrs.evolve(rehearsed(), prices=prices).costs


def measured() -> measures.Measure:
    """Return a measure of a journey that has begun."""
    one = journey.Journey("c1")
    one.contacted(at=NOON)
    return measures.Measures.of([one], as_of=NOON).funnel()


def replayed() -> replay.Report:
    """Return the report of a log of one line."""
    columns = {"customer": "who", "time": "when", "activity": "what"}
    mapping = replay.make_mapping({"columns": columns, "events": {"ask": "contacted"}})
    with TemporaryDirectory() as folder:
        path = Path(folder, "log.csv")
        path.write_text("who,when,what\nc1,2026-01-05T12:00:00Z,ask\n", encoding="utf-8")
        return replay.replay_log(path, mapping)


def mapped() -> wishes.WishMap:
    """Return what a small survey says of one wish."""
    ratings = [float(row % 2 + row % 3) for row in range(40)]
    table = {"toys": ratings, "score": [row + 1 for row in ratings], "said": [1, 0] * 20}
    item = wishes.Item(wishes.Wish("toys"), rating="toys", said="said")
    return wishes.map_wishes(table, outcome="score", items=[item], statements=wishes.YesNo())


def asked() -> wishes.KanoMap:
    """Return what a short questionnaire says of one wish, in two segments."""
    table = {"with": [1, 2, 2, 3], "without": [5, 5, 4, 3], "of": ["a", "b"] * 2}
    return wishes.read_kano(table, [("toys", "with", "without")], segment="of")


def explored() -> chart.Exploration:
    """Return the exploration of the first rows of the chart."""
    whole = chart.standard_chart()
    return chart.explore(attrs.evolve(whole, key="small", rows=whole.rows[:4]))


def moved() -> journey.Migrated[journey.Journey]:
    """Return a journey on another chart."""
    target = attrs.evolve(chart.standard_chart(), key="own", version=2)
    return journey.Journey("c1").migrate(journey.Migration(chart.standard_chart(), target))


MADE: Mapping[str, Callable[[], Any]] = {
    "Affected": affected,
    "AffectedCustomer": lambda: affected().customers[0],
    "Change": change,
    "Chosen": lambda: policy.Policy().choose([case()]),
    "Costs": priced,
    "Coverage": lambda: rehearsed().coverage,
    "Difference": lambda: rehearsal.difference(rehearsed(), rehearsed()),
    "Explained": judged,
    "Exploration": explored,
    "KanoMap": asked,
    "Measure": measured,
    "Migrated": moved,
    "Rehearsal": rehearsed,
    "Report": replayed,
    "RowChange": lambda: affected().rows[0],
    "RuleRow": lambda: judged().rows[0],
    "Waiting": lambda: affected().customers[0].waiting[0],
    "WishMap": mapped,
}
"""What does not mean much when it is drawn at random."""
some = settings(
    max_examples=3,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
every_result = pytest.mark.parametrize("cls", results(), ids=lambda cls: cls.__name__)


@cache
def instances(cls: type) -> list[Any]:
    """Return some instances of a class, made once for all laws."""
    if cls.__name__ in MADE:
        thing = MADE[cls.__name__]()
        assert type(thing) is cls
        return [thing]
    found: list[Any] = []

    @some
    @given(st.from_type(cls))
    def keep(thing: Any) -> None:
        found.append(thing)

    keep()
    return found


def for_some(cls: type, law: Callable[[Any], object]) -> list[Any]:
    """Look at some instances of a class; return what was seen."""
    return [law(thing) for thing in instances(cls)]


@every_result
def test_a_result_says_in_three_languages_what_it_is(cls: type) -> None:
    """``str`` gives words and no fields, in one language what ``explain`` gives in all three."""

    def languages(thing: Any) -> int:
        assert str(thing) == thing.explain() == thing.explain(Lang.EN)
        assert not str(thing).startswith((f"<{cls.__name__}", f"{cls.__name__}("))
        return len({thing.explain(lang) for lang in Lang})

    if cls not in STORED:
        assert max(for_some(cls, languages)) == len(Lang)


@every_result
def test_a_result_is_plain_values(cls: type) -> None:
    """``to_dict`` gives an object that JSON can hold, and loses nothing there."""

    def law(thing: Any) -> None:
        plain = thing.to_dict()
        assert json.loads(json.dumps(plain, allow_nan=False)) == plain
        assert all(isinstance(key, str) for key in plain)

    for_some(cls, law)


@every_result
def test_a_table_is_flat_rows(cls: type) -> None:
    """``to_rows`` gives one flat dict for each row, all with the same keys."""

    def law(thing: Any) -> None:
        rows = thing.to_rows()
        assert isinstance(rows, list)
        assert len({tuple(row) for row in rows}) <= 1
        cells = [cell for row in rows for cell in row.values()]
        assert not any(isinstance(cell, dict | list | tuple) for cell in cells)

    if hasattr(cls, "to_rows"):
        for_some(cls, law)


@pytest.mark.no_cover
@every_result
def test_a_result_has_something_for_a_notebook(cls: type) -> None:
    """It has words, and tables or a picture, well-formed, in every language."""

    def law(thing: Any) -> None:
        check_bundle(thing._repr_mimebundle_())
        for lang in (Lang.ET, Lang.FI):
            check_bundle(thing.show(lang)._repr_mimebundle_())

    for_some(cls, law)


@pytest.mark.no_cover
@every_result
def test_a_result_has_a_short_repr(cls: type) -> None:
    """A repr is one line of at most 200 characters."""

    def law(thing: Any) -> None:
        assert len(repr(thing)) <= 200
        assert repr(thing).isprintable()

    for_some(cls, law)


def test_the_rule_finds_results_of_every_room() -> None:
    """Every room that answers has some, but for one whose answers are frames."""
    rooms = {cls.__module__.split(".")[1] for cls in results()}
    assert rooms >= {room.__name__.split(".")[1] for room in ANSWERING} - {
        "bulk",
        "show",
        "vocabulary",
    }
