"""No text given by a caller stands in a repr, an error or a log record (SECURITY.md).

Every public class is drawn, and hostile words are put in the place of every text in it.
"""

import inspect
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cxjourney.channels import Failed, Hook, HookContext, HookSet, Profile
from cxjourney.channels.policy import Policy
from cxjourney.dispatch import Dispatcher
from cxjourney.dispatch.journal import MemoryJournal
from cxjourney.errors import CxJourneyError
from cxjourney.journey import Journey
from cxjourney.playbook import standard_playbook
from cxjourney.rehearsal import Cue, Person, rehearse
from cxjourney.replay import make_mapping, read_log, read_mapping, replay_log
from cxjourney.vocabulary import Channel, Event, EventKind, Purpose
from cxjourney.wishes import Evidence, Item, Kano, Wish, YesNo, map_wishes
from tests.show.markup import check_bundle
from tests.test_house import ROOMS, shown_by

MARK = "Mari<script>=cmd|' /C\x1b[31m\u202e\n"
WORDS = ("Mari", "<script", "cmd|", "\x1b", "\u202e", "\n")
"""What of these words may not be met; nothing of the library's own contains it."""
pytestmark = pytest.mark.no_cover
DEPTH = 6
"""How deep in an object texts are replaced."""
hints_of: Callable[[type], dict[str, Any]] = cache(get_type_hints)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
NOT_DRAWN = {
    "AsyncHook": "a protocol",
    "AsyncJournal": "a protocol",
    "AsyncSqlJournal": "it holds an engine alone",
    "ChartGraphMachine": "it is drawn by what makes it, and its repr is that of any object",
    "ColumnTable": "a protocol",
    "GraphOptions": "the keywords of a call",
    "Hook": "a protocol",
    "Journal": "a protocol",
    "Kind": "a protocol",
    "Recording": "the keywords of a call",
    "Renderer": "a protocol",
    "Shown": "it holds what is shown, each of which is drawn",
    "SqlJournal": "it holds an engine alone",
    "StatementForm": "the type of the forms of statements, each of which is drawn",
    "JournalContract": "a class of tests",
    "Measure": "its repr has the name of the measure alone, which is the library's",
    "Telemetry": "it holds instruments alone",
}
CODED = {
    "Report": "its words are found by the codes in it, which are the library's",
    "Waiting": "its reason is found by its code, which is the library's",
    "Difference": "what is drawn differs in contacts that were never made",
}
"""What cannot be told in words once the texts in it are others."""


def public_classes() -> Iterator[tuple[str, type]]:
    """Yield every class that a face shows, by its room."""
    for room in ROOMS[1:]:
        for name in shown_by(room):
            thing = getattr(room, name)
            if inspect.isclass(thing) and not issubclass(thing, Enum | BaseException):
                yield room.__name__.removeprefix("cxjourney."), thing


CLASSES = [
    pytest.param(cls, id=f"{room}.{cls.__name__}")
    for room, cls in public_classes()
    if cls.__name__ not in NOT_DRAWN
]


def hostile(value: Any, hint: Any = None, depth: int = DEPTH) -> Any:
    """Return a value with hostile words in the place of every text that it has, or may have."""
    if type(value) is str or (value is None and str in get_args(hint)):
        return MARK
    if not depth or isinstance(value, Enum):
        return value
    if isinstance(value, Mapping):
        words = {MARK: MARK} if not value and get_args(hint) == (str, str) else {}
        one = {key: hostile(kept, None, depth - 1) for key, kept in value.items()}
        return one or words
    if hasattr(value, "_fields"):
        return type(value)(*(hostile(one, None, depth - 1) for one in value))
    if isinstance(value, tuple | frozenset | list):
        empty = [MARK] if get_args(hint)[:1] == (str,) else []
        return type(value)([hostile(one, None, depth - 1) for one in value] or empty)
    return _clone(value, depth - 1) if attrs.has(type(value)) else value


def _clone(thing: Any, depth: int) -> Any:
    """Return a copy that no ``__init__`` has checked, with hostile words in its fields."""
    cls = type(thing)
    twin = object.__new__(cls)
    slots = (slot for base in cls.__mro__ for slot in getattr(base, "__slots__", ()))
    for name in (*slots, *getattr(thing, "__dict__", ())):
        if hasattr(thing, name) and name != "__weakref__":
            object.__setattr__(twin, name, getattr(thing, name))
    hints = hints_of(cls)
    for field in attrs.fields(cls):
        found = hostile(getattr(thing, field.name), hints.get(field.name), depth)
        object.__setattr__(twin, field.name, found)
    with suppress(AttributeError):
        object.__setattr__(twin, "_attrs_cached_hash", None)
    return twin


def drawn(cls: type) -> st.SearchStrategy[Any]:
    """Return how a class is drawn."""
    return st.just(Journey(MARK, MARK)) if cls is Journey else st.from_type(cls)


def words_in(text: str) -> list[str]:
    """Return which of the hostile words stand in a text."""
    return [word for word in WORDS if word in text]


few = settings(
    max_examples=3,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@cache
def instances(cls: type) -> list[Any]:
    """Return some instances of a class, drawn once for all tests."""
    found: list[Any] = []

    @few
    @given(drawn(cls))
    def keep(thing: Any) -> None:
        found.append(thing)

    keep()
    return found


@pytest.mark.parametrize("cls", CLASSES)
def test_no_repr_gives_a_text_away(cls: type) -> None:
    """Whatever stands in an instance, its repr is one line without a word of it.

    What a notebook shows of it may tell names, all of them escaped.
    """
    for thing in instances(cls):
        one = hostile(thing)
        told = repr(one)
        assert words_in(told) == [], told[:300]
        if hasattr(one, "_repr_mimebundle_") and cls.__name__ not in CODED:
            check_bundle(one._repr_mimebundle_())
            assert words_in(repr(one.show())) == []


@pytest.mark.parametrize("cls", [one for one in CLASSES if attrs.has(one.values[0])])  # type: ignore[arg-type]
def test_no_refusal_gives_a_text_away(cls: type) -> None:
    """Hostile words in the place of any argument are refused without a word of them."""
    for thing in instances(cls):
        for field in attrs.fields(cls):
            for value in (MARK, MARK * 1_000, (MARK,), {MARK: MARK}, {MARK: 1}):
                with refused(Exception):
                    attrs.evolve(thing, **{field.alias or field.name: value})


@contextmanager
def refused(kind: type[BaseException] = CxJourneyError) -> Iterator[None]:
    """Look at what is raised; its lines may be broken, for every fault has one of its own."""
    try:
        yield
    except kind as error:
        for told in (str(error), repr(error)):
            lines = told.replace("\n  - ", " ").replace("\n  and ", " ")
            assert words_in(lines) == [], lines[:300]


@pytest.mark.parametrize("kind", EventKind.builtin(), ids=lambda kind: kind.name)
def test_no_event_gives_a_text_away(kind: EventKind, caplog: pytest.LogCaptureFixture) -> None:
    """A payload with hostile keys or values is refused, or kept, without a word of it."""
    caplog.set_level(logging.DEBUG)
    texts = {field.name: MARK for field in kind.fields if field.of is str}
    for payload in (texts, {MARK: MARK}, *({**texts, field.name: MARK} for field in kind.fields)):
        journey = Journey(MARK, MARK)
        with refused():
            step = journey.record(Event(kind, NOON, MARK, payload))
            found = (step, journey, *journey.owed, journey.due(NOON + timedelta(days=400)))
            assert words_in("".join(map(repr, found))) == []
    with refused():
        Journey(MARK * 10)
    with refused():
        journey.why_not(MARK)  # type: ignore[arg-type]
    assert caplog.records == []


def test_no_stored_data_gives_a_text_away() -> None:
    """Stored data with hostile keys and values is refused without a word of them."""
    journey = Journey(MARK)
    journey.asked(MARK, at=NOON)
    wish = Wish(MARK)
    for read, data in (
        (Journey.from_dict, journey.to_dict()),
        (Evidence.from_dict, Evidence(wish, "score").to_dict()),
        (Kano.from_dict, Kano(wish).to_dict()),
    ):
        for bad in spoiled(data):
            with refused():
                read(bad)


def spoiled(data: Any) -> Iterator[Any]:
    """Yield stored data with hostile words at every place in it, one at a time."""
    yield MARK
    if isinstance(data, dict):
        yield {**data, MARK: MARK}
        for key, value in data.items():
            yield from ({**data, key: bad} for bad in spoiled(value))
    if isinstance(data, list):
        for place, value in enumerate(data):
            yield from ([*data[:place], bad, *data[place + 1 :]] for bad in spoiled(value))


LOG = {"columns": {"customer": "who", "time": "when", "activity": "what"}, "events": {"a": "asked"}}


def test_no_mapping_gives_a_text_away(tmp_path: Path) -> None:
    """Mappings of logs with hostile keys and values are refused without a word of them."""
    for bad in spoiled({**LOG, "chart": {"key": "k"}, "log": {"zone": "UTC"}}):
        with refused(Exception):
            make_mapping(bad)
    path = tmp_path / "map.toml"
    for text in (MARK, f"[events]\n{json.dumps(MARK)} = 1", f"[{json.dumps(MARK)}]"):
        path.write_text(text, encoding="utf-8")
        with refused():
            read_mapping(path)


CELL = '"' + MARK + '"'


@pytest.mark.parametrize(
    "text",
    [
        f"{CELL},{CELL},{CELL}\n",
        f"who,when,what\n{CELL},{CELL},{CELL}\n",
        f"who,when,what\n{CELL},2024-01-01T00:00:00Z,{CELL}\n",
        f"who,when,what\n{CELL},2024-01-01T00:00:00Z,a\n",
        f"who,when,what\n{CELL},{CELL}\n",
        f"who,when,what,{CELL},{CELL}\n",
    ],
)
def test_no_log_gives_a_text_away(text: str, tmp_path: Path) -> None:
    """A log of hostile cells is refused, or reported on, without a word of them."""
    path = tmp_path / "log.csv"
    path.write_text(text, encoding="utf-8")
    mapping = make_mapping({**LOG, "events": {"a": "contacted"}})
    with refused():
        assert words_in("".join(map(repr, read_log(path, mapping)))) == []
    with refused():
        report = replay_log(path, mapping)
        assert words_in(repr(report)) == []
        assert words_in(str(report).replace("\n", "")) == []
        assert "<script" not in report.show().html()


def test_no_survey_gives_a_text_away() -> None:
    """A survey with hostile names shows them where they are asked for, escaped in HTML."""
    rows = 40
    ratings = [float(row % 2 + row % 3) for row in range(rows)]
    table = {MARK: ratings, "score": [row + 1.0 for row in ratings], "said": [1, 0] * (rows // 2)}
    item = Item(Wish(MARK), rating=MARK, said="said")
    found = map_wishes(table, outcome="score", items=[item], statements=YesNo())
    assert words_in(repr(found) + "".join(map(repr, found.findings))) == []
    assert "<script" not in found.show().html()
    plain = Item(Wish("toys"), rating="toys", said="said")
    for column in ("toys", "score", "said"):
        bad = {**table, "toys": ratings, column: [MARK] * rows}
        with refused():
            map_wishes(bad, outcome="score", items=[plain], statements=YesNo())


def _fails(_: HookContext) -> Failed:
    return Failed(MARK, retryable=True)


def _raises(_: HookContext) -> Failed:
    raise ValueError(MARK)


@pytest.mark.parametrize("hook", [_fails, _raises])
def test_no_dispatcher_gives_a_text_away(
    hook: Callable[[HookContext], Failed], caplog: pytest.LogCaptureFixture
) -> None:
    """What hooks say or raise, and whom it is about, is in no repr and in no log."""
    caplog.set_level(logging.DEBUG)
    hooks: HookSet[Hook] = HookSet()
    for channel in Channel:
        hooks = hooks.on(channel, hook, idempotent=True)
    journal = MemoryJournal()
    acting = Dispatcher(
        journal, playbook=standard_playbook(), policy=Policy(), hooks=hooks, clock=lambda: NOON
    )
    consent = {"channel": Channel.FACE_TO_FACE, "purpose": Purpose.ANSWER}
    acting.record(MARK, MARK, Event(EventKind.CONSENT_GIVEN, NOON, "e1", consent))
    asked = acting.record(MARK, MARK, Event(EventKind.ASKED, NOON, MARK, {"question": MARK}))
    found = (asked, acting.run(), journal.read(MARK), journal, acting)
    told = "".join(map(repr, found)) + str(found[1])
    assert words_in(told) == [], told
    assert caplog.records
    for line in caplog.records:
        assert words_in(line.getMessage()) == []
        assert not line.exc_info


def test_no_rehearsal_gives_a_text_away() -> None:
    """People with hostile names go by number."""
    script = (Cue(0, EventKind.CONTACTED), Cue(1, EventKind.ASKED, {"question": MARK}))
    people = [Person(MARK, MARK, Profile(segment=MARK), script)]
    found = rehearse(standard_playbook(), people=people, days=30, seed=1, start=NOON)
    told = "".join(map(repr, (found, *found.lines, *people))) + str(found).replace("\n", "")
    assert words_in(told) == []
    assert "<script" not in found.show().html()
