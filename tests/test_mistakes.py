"""What a newcomer does wrong is told by place, with what was given and what would be right."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cxjourney import (
    AsyncDispatcher,
    Channel,
    CxJourneyError,
    Dispatcher,
    Event,
    EventKind,
    HookSet,
    Journey,
    MemoryJournal,
    Policy,
    Sent,
    Situation,
    explore,
    rehearse,
    replay_log,
    standard_chart,
    standard_playbook,
)
from cxjourney.channels import Content, Gift, HookContext, Profile
from cxjourney.channels.policy import Limits
from cxjourney.chart import JourneyMachine, find_chart
from cxjourney.dispatch.journal import AsyncMemoryJournal
from cxjourney.playbook import compare
from cxjourney.rehearsal import Person, difference, what_if
from cxjourney.show import (
    chart_markdown,
    chart_mermaid,
    differences_markdown,
    graph_machine,
    guards_markdown,
    journey_graph,
    journey_mermaid,
)

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


async def _hook(_: HookContext) -> Sent:
    return Sent()


class _Hook:
    async def __call__(self, _: HookContext) -> Sent:
        return Sent()


def dispatcher(journal: Any = None, of: Any = Dispatcher, **wrong: Any) -> object:
    """Wire a dispatcher, with one thing wrong."""
    right: dict[str, Any] = {
        "playbook": standard_playbook(),
        "policy": Policy(),
        "hooks": HookSet(),
        "clock": lambda: NOON,
    }
    return of(MemoryJournal() if journal is None else journal, **right | wrong)


def journey() -> Any:
    """Return a new journey, of which the wrong is asked."""
    return Journey("c1")


def told(**payload: Any) -> object:
    """Record feedback with a payload."""
    return journey().feedback_captured(at=NOON, **payload)


ANY: Any = {"answer"}
SEVEN: Any = 7.0
MISTAKES: list[tuple[Callable[[], object], str]] = [
    (lambda: told(nps=11), "feedback_captured.payload.nps: 11; expected int from 0 to 10"),
    (lambda: told(nps=9.5), "feedback_captured.payload.nps: 9.5; expected int from 0 to 10"),
    (lambda: told(smiley="happy"), "smiley: str of 5 characters; expected Smiley.HAPPY, not the"),
    (lambda: told(smiley="glad"), "expected one of Smiley.SAD, Smiley.BORED, Smiley.HAPPY"),
    (
        lambda: journey().contacted(at=datetime(2026, 1, 5)),  # noqa: DTZ001 - what is wrong
        "contacted.at: 2026-01-05T00:00:00 without a time zone; expected an aware datetime",
    ),
    (
        lambda: journey().contacted(at="2026-01-05T12:00:00Z"),
        "contacted.at: str of 20 characters; expected an aware datetime, not a text",
    ),
    (lambda: journey().purchased(at=NOON, amount=19.9), "amount: 19.9; expected a finite Decimal"),
    (
        lambda: journey().promised("a call", at=NOON, due=timedelta(1)),
        "promised.payload.due: timedelta; expected an aware datetime",
    ),
    (lambda: journey().why_not("referred"), "give EventKind.REFERRED, not the text"),
    (lambda: journey().explain("et"), "lang: str of 2 characters; expected Lang.ET, not the text"),
    (
        lambda: Event(EventKind.ASKED, NOON, "e1", {"qestion": "?"}),
        "asked.payload: a key that is no field of this kind (str of 7 characters); expected fields",
    ),
    (lambda: Journey("c1", chart=ANY), "journey.chart: set; expected a Chart"),
    (
        lambda: HookSet().on(Channel.EMAIL, print, timeout=5),  # type: ignore[arg-type]
        "Registered.timeout: int; expected a timedelta above zero, or None",
    ),
    (lambda: Limits(service=ANY), "Limits.service: str of 6 characters; expected Purpose.ANSWER"),
    (
        lambda: Content("a", Channel.EMAIL, "b", "c", variables="name"),
        "Content.variables: str of 4 characters; expected a collection of str",
    ),
    (lambda: Gift(9.99), "Gift.worth: 9.99; expected a finite Decimal"),  # type: ignore[arg-type]
    (
        lambda: Profile(values={"age": 7}),
        "Profile.values: int; expected a mapping of names to texts",
    ),
    (lambda: dispatcher("sqlite:///shop.db"), "journal: str of 17 characters; expected a journal"),
    (lambda: dispatcher(MemoryJournal), "journal: a class; expected a journal, as MemoryJournal()"),
    (lambda: dispatcher(AsyncMemoryJournal()), "for asynchronous code; expected a Journal"),
    (
        lambda: dispatcher(hooks=HookSet().on(Channel.POST, _hook)),
        "a plain function, or an AsyncDispatcher",
    ),
    (
        lambda: dispatcher(hooks=HookSet().on(Channel.POST, _Hook())),
        "a plain function, or an Async",
    ),
    (lambda: dispatcher(hooks=[_hook]), "Dispatcher.hooks: list; expected HookSet"),
    (lambda: dispatcher(clock=NOON), "Dispatcher.clock: datetime; expected a callable that gives"),
    (
        lambda: rehearse(standard_playbook(), people=["Mari"], start=NOON),  # type: ignore[list-item]
        "rehearse.people: str of 4 characters; expected how many people, or some of Person",
    ),
    (
        lambda: rehearse(ANY, start=NOON),
        "rehearsal.playbook: set; expected Playbook",
    ),
    (
        lambda: rehearse(standard_playbook(), policy=ANY, start=NOON),
        "rehearsal.policy: set; expected Policy",
    ),
    (
        lambda: rehearse(standard_playbook(), people=SEVEN, start=NOON),
        "rehearse.people: float; expected how many people, or some of Person",
    ),
    (
        lambda: what_if(SEVEN, standard_playbook()),
        "events: float; expected customers, engagements and events, three by three",
    ),
    (lambda: Person("c1", script=SEVEN), "Person.script: float; expected a collection of Cue"),
    (lambda: difference(ANY, ANY), "difference.one: set; expected Rehearsal"),
    (lambda: compare(standard_playbook(), ANY), "compare.new: set; expected Playbook"),
    (lambda: standard_playbook(chart=ANY), "standard_playbook.chart: set; expected Chart"),
    (lambda: find_chart(ANY), "find_chart.ref: set; expected a ChartRef, such as chart.ref"),
    (lambda: JourneyMachine(ANY), "JourneyMachine.chart: set; expected Chart"),
    (
        lambda: JourneyMachine(standard_chart()).decide(Situation(), "bought"),
        "unknown event kind str of 6 characters; known: abandoned, ",
    ),
    (lambda: explore(standard_chart(), orders=ANY), "explore.orders: set; expected bool"),
    (lambda: chart_markdown(ANY), "chart_markdown.chart: set; expected Chart"),
    (lambda: guards_markdown(ANY), "guards_markdown.chart: set; expected Chart"),
    (
        lambda: differences_markdown(standard_chart(), ANY),
        "differences_markdown.other: set; expected Chart",
    ),
    (lambda: chart_mermaid(ANY), "chart_mermaid.chart: set; expected Chart"),
    (lambda: graph_machine(ANY), "graph_machine.chart: set; expected Chart"),
    (
        lambda: graph_machine(standard_chart(), place=ANY),
        "graph_machine.place: set; expected a Phase or a Standing",
    ),
    (lambda: journey_mermaid(ANY), "show.journey: set; expected Journey"),
    (lambda: journey_graph(ANY), "show.journey: set; expected Journey"),
    (
        lambda: replay_log(Path(__file__), "map.toml"),  # type: ignore[arg-type]
        "mapping: str of 8 characters; expected a LogMapping, such as read_mapping gives",
    ),
]


@pytest.mark.parametrize(("mistake", "words"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_told(mistake: Callable[[], object], words: str) -> None:
    """The error is one of the library's, and says what is wrong and what would be right."""
    with pytest.raises(CxJourneyError) as caught:
        mistake()
    assert words in str(caught.value)


def test_an_asynchronous_dispatcher_takes_what_is_awaited() -> None:
    """The hooks and the journal that the other one refuses are its own."""
    hooks = HookSet().on(Channel.POST, _hook).on(Channel.EMAIL, _Hook())
    assert dispatcher(AsyncMemoryJournal(), AsyncDispatcher, hooks=hooks)
