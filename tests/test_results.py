"""Every result is read in one way: words, plain values, rows, and a short repr."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest

from cxjourney import channels, chart, dispatch, journey, playbook, rehearsal, replay, wishes
from cxjourney.channels import HookContext, HookSet, Sent, policy
from cxjourney.dispatch.journal import MemoryJournal
from cxjourney.playbook._changes import InFlight
from cxjourney.vocabulary import Channel, Event, EventKind, Lang

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
RESULTS: Mapping[str, Any] = {
    "chart": (chart.Exploration,),
    "journey": (
        journey.Allowed,
        journey.Change,
        journey.Due,
        journey.Migrated,
        journey.Refold,
        journey.Step,
        journey.WhyNot,
    ),
    "channels.policy": (policy.Verdict,),
    "playbook": (playbook.Affected,),
    "dispatch": (dispatch.Recorded, dispatch.RunReport),
    "replay": (replay.Report,),
    "rehearsal": (rehearsal.Difference, rehearsal.Rehearsal),
    "wishes": (wishes.Classification, wishes.Finding, wishes.WishMap),
}
"""What the functions of each room answer with."""
EXPLAINED = {cls for room in RESULTS.values() for cls in room} - {dispatch.RunReport}
TABLES = {
    chart.Exploration,
    playbook.Affected,
    rehearsal.Difference,
    rehearsal.Rehearsal,
    wishes.WishMap,
}
CLASSES = [
    pytest.param(cls, id=f"{room}.{cls.__name__}") for room, some in RESULTS.items() for cls in some
]


def _hook(_: HookContext) -> Sent:
    return Sent(note="a note")


@cache
def _journey() -> journey.Journey:
    one = journey.Journey("c1", "e1")
    one.contacted(at=NOON)
    one.asked("Does it fit?", at=NOON)
    one.purchased(at=NOON + timedelta(days=2))
    return one


@cache
def _late() -> journey.Step:
    """Return the step of an event that came late and changed another one."""
    one = journey.Journey("c1")
    one.contacted(at=NOON)
    one.referred(at=NOON + timedelta(days=4))
    one.delivered(at=NOON + timedelta(days=3))
    return one.purchased(at=NOON + timedelta(days=2))


def _refold() -> journey.Refold:
    found = _late().refold
    assert found is not None
    return found


def _migrated() -> journey.Migrated[journey.Journey]:
    target = attrs.evolve(chart.standard_chart(), key="own", version=2)
    return _journey().migrate(journey.Migration(chart.standard_chart(), target))


@cache
def _acting() -> tuple[dispatch.Dispatcher, dispatch.Recorded]:
    hooks: HookSet[channels.Hook] = HookSet().on(Channel.FACE_TO_FACE, _hook, idempotent=True)
    acting = dispatch.Dispatcher(
        MemoryJournal(),
        playbook=playbook.standard_playbook(),
        policy=policy.Policy(),
        hooks=hooks,
        clock=lambda: NOON,
    )
    recorded = acting.record("c1", "", Event(EventKind.ASKED, NOON, "e1", {"question": "Fits?"}))
    return acting, recorded


def _affected() -> playbook.Affected:
    book = playbook.standard_playbook()
    other = attrs.evolve(book, version=2, plays=book.plays[1:])
    return playbook.affected(book, other, [InFlight("c1", (_journey(),))], now=NOON)


@cache
def _rehearsal() -> rehearsal.Rehearsal:
    people = rehearsal.generate_people(3, seed=1, start=NOON)
    return rehearsal.rehearse(
        playbook.standard_playbook(), people=people, days=40, seed=1, start=NOON
    )


def _report() -> replay.Report:
    columns = {"customer": "who", "time": "when", "activity": "what"}
    mapping = replay.make_mapping({"columns": columns, "events": {"ask": "contacted"}})
    with TemporaryDirectory() as folder:
        path = Path(folder, "log.csv")
        path.write_text("who,when,what\nc1,2026-01-05T12:00:00Z,ask\n", encoding="utf-8")
        return replay.replay_log(path, mapping)


def _wish_map() -> wishes.WishMap:
    ratings = [float(row % 2 + row % 3) for row in range(40)]
    table = {"toys": ratings, "score": [row + 1 for row in ratings], "said": [1, 0] * 20}
    item = wishes.Item(wishes.Wish("toys"), rating="toys", said="said")
    return wishes.map_wishes(table, outcome="score", items=[item], statements=wishes.YesNo())


MADE: Mapping[type, Callable[[], Any]] = {
    chart.Exploration: lambda: chart.explore(chart.standard_chart()),
    journey.Allowed: lambda: _journey().allowed()[0],
    journey.Change: lambda: _refold().changes[0],
    journey.Due: lambda: _journey().due(NOON + timedelta(days=400)),
    journey.Migrated: _migrated,
    journey.Refold: _refold,
    journey.Step: _late,
    journey.WhyNot: lambda: _journey().why_not(EventKind.REFERRED),
    policy.Verdict: lambda: policy.deny("no_consent"),
    playbook.Affected: _affected,
    dispatch.Recorded: lambda: _acting()[1],
    dispatch.RunReport: lambda: _acting()[0].run(),  # noqa: PLW0108 - made when asked for
    replay.Report: _report,
    rehearsal.Difference: lambda: rehearsal.difference(_rehearsal(), _rehearsal()),
    rehearsal.Rehearsal: _rehearsal,
    wishes.Classification: lambda: _wish_map()["toys"].classification,
    wishes.Finding: lambda: _wish_map()["toys"],
    wishes.WishMap: _wish_map,
}


@pytest.fixture(scope="module", params=CLASSES)
def result(request: pytest.FixtureRequest) -> Any:
    """Make one of each class of results, once."""
    made = MADE[request.param]()
    assert type(made) is request.param
    return made


def test_a_result_prints_as_words(result: Any) -> None:
    """``str`` gives words, not the fields."""
    text = str(result)
    assert " " in text
    assert text != repr(result)
    assert not text.startswith((f"<{type(result).__name__}", f"{type(result).__name__}("))


def test_a_result_explains_itself_in_three_languages(result: Any) -> None:
    """``explain`` gives what ``str`` gives, and the same in every language."""
    if type(result) not in EXPLAINED:
        assert not hasattr(result, "explain")
        return
    assert result.explain() == str(result)
    assert len({result.explain(lang) for lang in Lang}) == len(Lang)


def test_a_result_is_plain_values(result: Any) -> None:
    """``to_dict`` gives an object that JSON can hold, and loses nothing there."""
    plain = result.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert all(isinstance(key, str) for key in plain)


def test_a_table_is_flat_rows(result: Any) -> None:
    """``to_rows`` gives one flat dict for each row, all with the same keys."""
    assert hasattr(result, "to_rows") == (type(result) in TABLES)
    if type(result) in TABLES:
        rows = result.to_rows()
        assert isinstance(rows, list)
        assert len({tuple(row) for row in rows}) <= 1
        assert not any(
            isinstance(cell, dict | list | tuple) for row in rows for cell in row.values()
        )


def test_a_result_has_a_short_repr(result: Any) -> None:
    """A repr is one line of at most 200 characters."""
    assert len(repr(result)) <= 200
    assert repr(result).isprintable()
