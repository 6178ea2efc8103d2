"""Whatever a person would look at has words, and tables or a picture that a notebook shows."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from matplotlib.figure import Figure

from cxjourney import Chart, EventKind, Journey, Lang, Phase, standard_chart, standard_playbook
from cxjourney.channels.policy import Limits, Policy
from cxjourney.errors import shown
from cxjourney.playbook import Coverage, Entered, Play, Playbook, RowSent, Wished
from cxjourney.testing import charts, journeys
from cxjourney.vocabulary import Channel, Event, Purpose, Wait, name
from cxjourney.wishes import WishKind
from tests.show.markup import check_html, check_svg, texts
from tests.test_hostile import MARK, public_classes
from tests.test_results import explored, measured

START, DAY = datetime(2026, 1, 5, 12, tzinfo=UTC), timedelta(days=1)
MOST_ELEMENTS = 4_000


def history() -> Journey:
    """Return a journey of a customer with a hostile name, who asks, buys, complains and leaves."""
    journey = Journey(MARK, MARK)
    journey.contacted(at=START)
    journey.asked(MARK, at=START + DAY)
    journey.loyalty_shown(at=START + 2 * DAY)
    journey.purchased(at=START + 5 * DAY)
    journey.delivered(at=START + 9 * DAY)
    journey.result_achieved(at=START + 20 * DAY)
    journey.left(at=START + 40 * DAY)
    journey.purchased(at=START + 90 * DAY)
    return journey


def test_nothing_of_the_customer_is_in_a_picture() -> None:
    """Neither id, question nor payload is in what is shown of a journey and of all in it."""
    journey = history()
    now = START + 200 * DAY
    parts = (journey, *journey.history, *journey.owed, journey.due(now), journey.situation)
    seen: list[Any] = [*parts, journey.history[1].event, journey.why_not(EventKind.DELIVERED)]
    for one in seen:
        assert "Mari" not in "".join(one._repr_mimebundle_().values())


@given(journeys())
@settings(max_examples=8)
def test_a_timeline_tells_what_the_journey_tells(journey: Journey) -> None:
    """It has the words of the journey as its description, and a lane for each phase."""
    for lang in Lang:
        svg = journey.show(lang).svg()
        if not svg:
            continue
        root = check_svg(svg)
        told = journey.explain(lang).splitlines()
        description = (root[1].text or "").splitlines()
        assert [" ".join(line.split()) for line in told][: len(description) - 1] == description[:-1]
        assert svg == journey.show(lang).svg()
        written = "\n".join(texts(root))
        if journey.cycle == 1:
            for phase in journey.visited:
                assert f"{phase.value} {name(phase, lang)}" in written


def test_a_timeline_is_empty_before_and_after() -> None:
    """A journey to which nothing has happened, or that was erased, is told in words alone."""
    journey = Journey("c1")
    assert set(journey._repr_mimebundle_()) == {"text/plain", "text/html"}
    journey.contacted(at=START)
    assert set(journey._repr_mimebundle_()) == {"text/plain", "image/svg+xml"}
    journey.erase(at=START + DAY)
    assert set(journey._repr_mimebundle_()) == {"text/plain", "text/html"}


def test_what_is_owed_stands_worst_first() -> None:
    """What is overdue comes before what was late, open, met and dropped; many share a lane."""
    journey = Journey("c1")
    journey.contacted(at=START)
    for day in range(1, 4):
        journey.asked("why", at=START + day * DAY)
    journey.answered(at=START + 3 * DAY)
    journey.advance(START + 5 * DAY)
    written = texts(check_svg(journey.show().svg()))
    assert "answer the question" in written
    assert "2 open, 1 on time" in written
    journey.advance(START + 50 * DAY)
    assert "2 overdue, 1 on time" in texts(check_svg(journey.show().svg()))


def test_what_is_held_and_implied_is_drawn() -> None:
    """A fact on hold has a lane, and phases passed over are dashed."""
    journey = Journey("c1")
    journey.purchased(at=START)
    journey.loyalty_shown(at=START + DAY)
    journey.result_achieved(at=START + 2 * DAY)
    written = texts(check_svg(journey.show().svg()))
    assert "On hold: loyalty shown" in written
    assert written.count("implied") == len(journey.implied)


def test_cycles_stand_one_below_another() -> None:
    """Each cycle has a part of its own; of many only the last ones are drawn."""
    journey = Journey("c1")
    at = START
    for _ in range(12):
        journey.contacted(at=at)
        journey.purchased(at=at + DAY)
        journey.left(at=at + 30 * DAY)
        at += 60 * DAY
    written = texts(check_svg(journey.show().svg()))
    headed = [line for line in written if line.startswith("Attempt")]
    assert len(headed) == 6
    assert any(line.startswith("1\N{EN DASH}6: 2026-01-05") for line in written)
    assert "the customer left" in written


def test_a_journey_without_history_shows_its_order() -> None:
    """Where no history is kept the places stand in order, without times."""
    journey = Journey("c1", history=False)
    journey.purchased(at=START)
    written = texts(check_svg(journey.show().svg()))
    assert written[1:] == ["1 Assess", "implied", "2 Admit", "implied", "3 Affirm"]


@pytest.mark.no_cover
def test_a_long_journey_is_as_readable_as_a_short_one() -> None:
    """A journey of 5,000 events has a picture of a few thousand elements at most."""
    journey = Journey("c1")
    journey.purchased(at=START)
    kinds = (EventKind.ASKED, EventKind.COMPLAINED, EventKind.RECOVERED, EventKind.USED_AGAIN)
    for number in range(5_000):
        kind = kinds[number * number % 4]
        payload = {"question": "why"} if kind is EventKind.ASKED else {}
        journey.record(Event(kind, START + number * DAY / 4, f"e{number}", payload))
    root = check_svg(journey.show().svg())
    assert len(list(root.iter())) < MOST_ELEMENTS
    assert "events: 5,001" in texts(root)


@given(charts())
@settings(max_examples=8)
def test_a_chart_is_a_picture_with_a_diagram_beside(chart: Chart) -> None:
    """Every row that moves is in the picture, and the diagram is the chart's own."""
    bundle = chart._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/svg+xml", "text/vnd.mermaid"}
    for line in bundle["text/vnd.mermaid"].splitlines():
        assert len(line) < 2_000
        assert ("-->" in line) <= bool(re.match(r"    \w+ --> \w+ : ", line))
    root = check_svg(bundle["image/svg+xml"])
    written = texts(root)
    for row in chart.rows:
        moves = row.to is not None and any(one is not row.to for one in row.sources)
        ordered = all(kind.nature.name == "ORDER" for kind in row.events)
        found = any(line.endswith(f" {shown(row.id)}") for line in written)
        assert found == (moves and not ordered)


@pytest.mark.parametrize("lang", Lang)
def test_a_chart_names_its_phases(lang: Lang) -> None:
    """The boxes have the names of the phases, in every language."""
    written = texts(check_svg(standard_chart().show(lang).svg()))
    assert [f"{phase.value} {name(phase, lang)}" in written for phase in Phase] == [True] * 8


def test_a_step_tells_what_moved_and_why_or_why_not() -> None:
    """A step that moved has a table of rows with their conditions; another has words alone."""
    journey = Journey("c1")
    journey.contacted(at=START)
    journey.purchased(at=START + DAY)
    moved = journey.delivered(at=START + 2 * DAY)
    html = check_html(moved.show().html())
    assert "T07" in html
    assert "\N{CHECK MARK} the customer has bought" in html
    held = journey.referred(at=START + 3 * DAY)
    assert "on hold" in check_html(held.show().html())
    noted = journey.asked("why", at=START + 4 * DAY)
    assert "<table>" not in noted.show().html()
    assert "answer the question" in check_html(noted.show().html())


@pytest.mark.parametrize("lang", Lang)
def test_a_playbook_and_a_policy_are_tables(lang: Lang) -> None:
    """Each has a row for each of its rows or rules."""
    book, policy = standard_playbook(), Policy(Limits(audience_limit=7))
    html = book.show(lang).html()
    check_html(html)
    assert html.count("<tr>") == len(book.plays) + 1
    html = policy.show(lang).html()
    assert html.count('<tr><th scope="row"') > len(policy.rules)
    assert "7" in check_html(html)


@pytest.mark.parametrize("lang", Lang)
def test_an_exploration_counts_what_events_do_in_each_place(lang: Lang) -> None:
    """It has a row for each place that can be reached, below its words."""
    found = explored()
    html = found.show(lang).html()
    assert found.explain(lang) in check_html(html)
    assert html.count("<tr>") == len({one.place for one in found.situations}) + 1


SPANS = [
    (timedelta(), "-"),
    (DAY, "1 day"),
    (3 * DAY, "3 days"),
    (timedelta(hours=36), "36 h"),
    (Wait(days=2), "2 days"),
]


@pytest.mark.parametrize(("after", "said"), SPANS)
def test_a_wait_is_said_in_words(after: Any, said: str) -> None:
    """A row's wait stands in days, in hours, or as a wait says itself; a segment has a column."""
    play = Play("own", Entered(Phase.ADMIT), Purpose.INFORM, (Channel.EMAIL,), "x", after=after)
    book = Playbook("own", 1, [play])
    assert f"<bdi>{said}</bdi>" in book.show().html()
    assert "segment" not in book.show().html()
    wished = attrs.evolve(play, id="wished", on=Wished(WishKind.CONSCIOUS), segment="a")
    after_it = attrs.evolve(play, id="after_it", on=RowSent("own"))
    html = check_html(Playbook("own", 1, [play, wished, after_it]).show().html())
    assert "wish: conscious" in html
    assert "what is done: own" in html


def test_a_page_of_its_own_is_shown_as_it_is() -> None:
    """What has a page already, such as a measure, is shown as that page."""
    found = measured()
    assert found.show(Lang.ET).text() == found.explain(Lang.ET)
    assert "<table>" in found.show().html()


def test_each_form_can_be_had_by_itself() -> None:
    """What only a picture has is reachable: SVG, Mermaid and HTML by themselves."""
    display = standard_chart().show(Lang.ET)
    assert display.html().startswith("<svg")
    assert display.mermaid().startswith("---")
    assert "kaalumine" in display.svg()
    assert display.text() == repr(standard_chart())


def test_everything_public_that_has_fields_can_be_shown() -> None:
    """A notebook has something to show of every public class of values."""
    classes = [cls for _, cls in public_classes() if attrs.has(cls) or hasattr(cls, "_fields")]
    assert [cls.__name__ for cls in classes if not hasattr(cls, "show")] == ["ChartRef", "Kept"]


def test_what_is_shown_has_a_short_repr() -> None:
    """It tells its length, and none of its words."""
    told = standard_chart().show()
    assert repr(told) == f"<Display of {len(told.text())} characters: print what text() returns>"


HTML, SVG, PLAIN, PNG = "text/html", "image/svg+xml", "text/plain", "image/png"
MERMAID, JSON, MARKDOWN = "text/vnd.mermaid", "application/json", "text/markdown"
LAB = (JSON, HTML, MARKDOWN, MERMAID, SVG, PNG, PLAIN)
CODE = (JSON, HTML, SVG, MARKDOWN, PNG, PLAIN)
ALOUD = (MARKDOWN, JSON, HTML, SVG, PNG, PLAIN)
UNTRUSTED = (MARKDOWN, PNG, PLAIN)
CONVERTED = (HTML, MARKDOWN, SVG, MERMAID, PNG, PLAIN)
FRONT_ENDS: tuple[tuple[str, ...], ...] = (CODE, ALOUD, CONVERTED)
"""What front ends prefer, the best first: JupyterLab; VS Code, also with a screen reader and where
a notebook is not trusted; nbconvert. VS Code puts a type that it does not list first, but passes
over what it has no renderer for: ``NOTEBOOK_DISPLAY_ORDER`` and ``resolveMimeTypes`` of its source.
"""


def taken(bundle: dict[str, Any], order: tuple[str, ...]) -> str:
    """Return which form of a bundle a front end shows."""
    return min(set(bundle) & set(order), key=order.index)


def test_every_front_end_takes_a_picture_where_there_is_one() -> None:
    """A journey, a chart and coverage are pictures everywhere, all else is HTML; words at least."""
    journey = Journey("c1")
    step = journey.contacted(at=datetime(2026, 1, 5, 12, tzinfo=UTC))
    pictures: tuple[Any, ...] = (
        journey,
        standard_chart(),
        Coverage(made=True, cells={}, fallbacks={}),
    )
    for thing in pictures:
        bundle = thing._repr_mimebundle_()
        assert taken(bundle, LAB) in {SVG, MERMAID}
        for order in FRONT_ENDS:
            assert taken(bundle, order) == SVG
    others: tuple[Any, ...] = (step, Policy(), standard_playbook())
    for thing in others:
        bundle = thing._repr_mimebundle_()
        for order in (*FRONT_ENDS, LAB):
            assert taken(bundle, order) == HTML
        assert taken(bundle, UNTRUSTED) == PLAIN


def test_a_plot_has_a_picture_for_whoever_shows_no_svg() -> None:
    """Beside its SVG it has a PNG; as a part of somebody's figure it has neither."""
    axes: Any = Coverage(made=True, cells={}, fallbacks={}).plot()
    bundle = {SVG: axes._repr_svg_(), PNG: axes._repr_png_(), PLAIN: "axes"}
    assert bundle[PNG].startswith(b"\x89PNG")
    assert (taken(bundle, LAB), taken(bundle, CODE), taken(bundle, UNTRUSTED)) == (SVG, SVG, PNG)
    halves: Any = Figure().subfigures(1, 2)
    part: Any = halves[0].add_subplot(axes_class=type(axes))
    assert part._repr_png_() is None
