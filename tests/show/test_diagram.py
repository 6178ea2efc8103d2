"""Diagrams and tables of the chart and of journeys: read back, they say what the chart says."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice, pairwise, product
from pathlib import Path
from typing import NamedTuple
from unittest.mock import MagicMock

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transitions.extensions import diagrams_graphviz

from cxjourney import (
    Channel,
    Chart,
    Event,
    EventKind,
    Journey,
    Lang,
    Options,
    Phase,
    Situation,
    Standing,
    Touchpoint,
    standard_chart,
)
from cxjourney.chart import Confirmation, Feedback, Guard, Move, RepeatPurchase, Row
from cxjourney.errors import InvalidError
from cxjourney.show import (
    chart_markdown,
    chart_mermaid,
    differences_markdown,
    graph_machine,
    guards_markdown,
    journey_graph,
    journey_mermaid,
)
from cxjourney.testing import charts, journeys
from cxjourney.vocabulary import Nature, Place, name
from tests.chart.explored import ALL_OPTIONS, PLACES, chart_with
from tests.vocabulary.words import happening

DOCS = Path(__file__).parents[2] / "docs"
START, DAY = datetime(2026, 1, 5, 12, tzinfo=UTC), timedelta(days=1)
MERMAID_LIMIT = 50_000
HOSTILE = [
    '"; %%{init: {"theme": "dark"}}%%\n    A --> B : x',
    "<script>alert(1)</script>",
    "#58;#quot;&lt;",
    "`a` **b** __c__ _d_ [e](f)",
    "[[fork]] <<choice>> [*] --> NEW",
    "end note",
    "}\r\n}\nstateDiagram-v2",
    "---\ntitle: x\n---",
    "a | b || c \\",
    "\x00\u202e\ud800\u2028",
    "   ",
    "ﬂ°°58¶ß",
    "direction LR",
    "x Direction\ttb y",
    "õäöü ŠŽ",
]
Edge = tuple[Place, Place]


class Picture(NamedTuple):
    """A diagram that was read back: labels by arrow, a note being an arrow to the same place."""

    title: str
    places: dict[Place, str]
    labels: dict[Edge, list[str]]
    styled: dict[str, list[str]]


def place_of(text: str) -> Place:
    """Return the place with this name."""
    return Phase[text] if text in Phase.__members__ else Standing[text]


def decoded(label: str) -> str:
    """Return a label as a reader sees it; it must hold nothing but harmless signs and entities."""
    assert re.fullmatch(r"(?:[\w .,+/\[\]\N{MINUS SIGN}-]|#\d+;)*", label), label
    assert not re.search(r"(?<![^\W_])_|_(?![^\W_])", label), label
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), label)


def seen(text: str) -> str:
    """Return what a reader sees of a text in a label: one line, with a sign for the unprintable."""
    line = "".join(
        sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for sign in " ".join(text.split())
    )
    return line.replace("ﬂ", "fl") or "\N{NO-BREAK SPACE}"


def read(text: str, separator: str = "<br/>") -> Picture:
    """Read a state diagram, in the few forms that are written; any other line is a failure."""
    front, title, dashes, kind, *lines = text.splitlines()
    assert (front, dashes, kind) == ("---", "---", "stateDiagram-v2")
    picture = Picture(title.removeprefix("title: "), {}, {}, {})
    for line in lines:
        if found := re.fullmatch(r'    state "([^"]+)" as ([A-Z]+)', line):
            assert place_of(found[2]) not in picture.places
            picture.places[place_of(found[2])] = decoded(found[1])
        elif found := re.fullmatch(r"    ([A-Z]+) --> ([A-Z]+)(?: : (.+))?", line):
            edge = (place_of(found[1]), place_of(found[2]))
            assert edge not in picture.labels
            assert edge[0] is not edge[1]
            picture.labels[edge] = [*map(decoded, found[3].split(separator))] if found[3] else []
        elif found := re.fullmatch(r"    note right of ([A-Z]+) : (.+)", line):
            edge = (place_of(found[1]), place_of(found[1]))
            assert edge not in picture.labels
            picture.labels[edge] = [*map(decoded, found[2].split(separator))]
        elif found := re.fullmatch(r"    class ([A-Z,]+) (\w+)", line):
            picture.styled[found[2]] = found[1].split(",")
        else:
            assert re.fullmatch(r"    classDef (current|implied) [a-z0-9:#, -]+", line), line
    assert {place for edge in picture.labels for place in edge} <= set(picture.places)
    return picture


def read_graph(text: str) -> tuple[dict[str, str], dict[tuple[str, str], list[str]]]:
    """Read what ``GraphMachine`` wrote: the style of each state, and the labels of each arrow."""
    styles = dict(re.findall(r"^  Class (\w+) s_(\w+)$", text, flags=re.MULTILINE))
    arrows = re.findall(r"^  (\w+) --> (\w+): (.+)$", text, flags=re.MULTILINE)
    states = re.findall(r'^  state "(\w+)" as (\w+)$', text, flags=re.MULTILINE)
    start = re.findall(r"^  \[\*\] --> (\w+)$", text, flags=re.MULTILINE)
    assert [one for one, _ in states] == [other for _, other in states] == list(styles)
    assert start in (["NEW"], [])
    front = ["---", "---", "stateDiagram-v2", "direction LR"]
    known = len(front) + 1 + 5 + 2 * len(states) + len(arrows) + len(start)
    assert len([line for line in text.splitlines() if line.strip()]) == known
    return styles, {
        (source, target): [decoded(one.strip()) for one in label.split("|")]
        for source, target, label in arrows
    }


def always(name: str) -> Guard:
    """Return a guard of this name that always passes."""

    def guard(_: Situation) -> bool:
        return True

    guard.__name__ = name
    return guard


def chart_named(text: str) -> Chart:
    """Return a chart of one row, with this text wherever a name of the user's own can stand."""
    kind = EventKind(text, Nature.CUSTOMER, 200)
    row = Row(text, (kind,), (Standing.NEW,), Phase.ASSESS, guards=(always(text),))
    stay = Row(f"{text}.2", (kind,), (Phase.ASSESS,), guards=(always(text),))
    return attrs.evolve(standard_chart(), key=text, kinds=(kind,), rows=(row, stay))


def expected_rows(chart: Chart, *, stays: bool, orders: bool) -> dict[Edge, list[str]]:
    """Return the ids of the rows between each two places, straight from the rows."""
    found: dict[Edge, list[str]] = {}
    for row, source in [(one, source) for one in chart.rows for source in one.sources]:
        target = source if row.to is None else row.to
        is_order = row.events[0] in {EventKind.MOVED, EventKind.ERASED}
        if (stays or target is not source) and (orders or not is_order):
            found.setdefault((source, target), []).append(row.id)
    return found


def a_long_journey() -> Journey:
    """Return a journey with implied phases, a held fact, a complaint, and silence at the end."""
    journey = Journey("SECRET customer", "SECRET engagement")
    journey.purchased(at=START, item="SECRET", currency="SECRET", id="SECRET event")
    journey.delivered(at=START + 2 * DAY, what="SECRET")
    journey.referred(at=START + 3 * DAY, whom="SECRET")
    journey.touched(at=START + 4 * DAY, touchpoint=Touchpoint.SHOP, channel=Channel.EMAIL)
    for day in range(20, 80, 10):
        journey.result_achieved(at=START + day * DAY, result="SECRET")
        journey.feedback_captured(at=START + day * DAY, text="SECRET")
        journey.loyalty_shown(at=START + (day + 1) * DAY, how="SECRET")
        journey.complained(at=START + (day + 2) * DAY, about="SECRET")
        journey.recovered(at=START + (day + 3) * DAY, how="SECRET")
    journey.advance(START + 400 * DAY)
    return journey


@pytest.mark.no_cover
@settings(max_examples=25)
@given(st.text(min_size=1) | st.sampled_from(HOSTILE))
def test_any_text_is_a_label_that_reads_as_written(text: str) -> None:
    """Whatever a name holds, its label is harmless and shows the printable part of it."""
    labels = read(chart_mermaid(chart_named(text))).labels
    assert labels == {(Standing.NEW, Phase.ASSESS): [f"{seen(text)} {seen(text)} [{seen(text)}]"]}


@pytest.mark.no_cover
@pytest.mark.parametrize("options", ALL_OPTIONS, ids=lambda options: options.suffix)
def test_the_picture_of_a_chart_is_the_chart(options: Options) -> None:
    """Arrows and notes hold the rows of the chart, in its order, with its guards, and no others."""
    chart = chart_with(options)
    turn = islice(cycle(Lang), ALL_OPTIONS.index(options), None)
    for (stays, orders), lang in zip(product((False, True), repeat=2), turn, strict=False):
        text = chart_mermaid(chart, lang, stays=stays, orders=orders)
        picture = read(text)
        expected = expected_rows(chart, stays=stays, orders=orders)
        drawn = {
            edge: [line.split()[0] for line in lines] for edge, lines in picture.labels.items()
        }
        assert drawn == expected
        assert list(drawn) == sorted(
            expected, key=lambda edge: (PLACES.index(edge[0]), PLACES.index(edge[1]))
        )
        assert picture.places == {
            place: f"{place.value} {name(place, lang)}".strip()
            if isinstance(place, Phase)
            else name(place, lang)
            for place in PLACES
            if orders or place is not Standing.ERASED
        }
        assert picture.title == f'"{chart.key} v2"'
        assert picture.styled == {}
        assert len(text) < MERMAID_LIMIT


def test_a_line_tells_row_events_guards_and_what_is_held() -> None:
    """A line of a label is the row's id, its events, its guards in brackets, and the held fact."""
    labels = read(chart_mermaid(standard_chart(), stays=True)).labels
    assert labels[Phase.ASSESS, Phase.AFFIRM] == ["T03 purchased", "T04 doubted, complained"]
    assert labels[Phase.ACCOMPLISH, Phase.ADOPT] == [
        "T14 loyalty_shown, purchased [outcome_achieved, no_recovery_open, feedback_closed]"
    ]
    assert labels[Phase.ADVOCATE, Phase.ADOPT] == ["T18 advocacy_quiet"]
    assert labels[Standing.NEW, Phase.ASSESS] == [
        "T01 contacted",
        "T01b customer \N{MINUS SIGN} contacted, purchased",
    ]
    assert "T14.repeat purchased [purchased] / loyalty_held" in labels[Phase.AFFIRM, Phase.AFFIRM]


def test_a_row_of_all_kinds_of_a_nature_is_named_by_it() -> None:
    """A row that takes every customer fact says so in one word, in the reader's language."""
    kinds = tuple(EventKind(f"fact_{n}", Nature.CUSTOMER, 200 + n) for n in range(6))
    row = Row("all", kinds, (Standing.NEW,), Phase.ASSESS)
    chart = attrs.evolve(standard_chart(), kinds=kinds, rows=(row,))
    edge = (Standing.NEW, Phase.ASSESS)
    assert read(chart_mermaid(chart, Lang.ET)).labels == {edge: ["all klient"]}
    assert "| any customer fact |" in chart_markdown(chart)


@pytest.mark.parametrize("text", HOSTILE)
def test_names_of_ones_own_cannot_break_a_picture(text: str) -> None:
    """Row ids, kinds, guards and keys show as they are, and change nothing of the diagram."""
    chart, shown = chart_named(text), seen(text)
    journey = Journey("customer", chart=chart)
    journey.record(Event(chart.kinds[0], START, "1"))
    picture = read(chart_mermaid(chart, stays=True))
    assert picture.labels == {
        (Standing.NEW, Phase.ASSESS): [f"{shown} {shown} [{shown}]"],
        (Phase.ASSESS, Phase.ASSESS): [f"{seen(text + '.2')} {shown} [{shown}]"],
    }
    assert read(journey_mermaid(journey, stays=True)).labels.keys() == {
        (Standing.NEW, Phase.ASSESS)
    }
    styles, arrows = read_graph(graph_machine(chart).get_graph().draw(None) or "")
    assert list(styles) == [place.name for place in PLACES]
    assert arrows.keys() == {("NEW", "ASSESS"), ("ASSESS", "ASSESS")}
    (line,) = {
        re.sub(r"\\(.)", "", line) for line in differences_markdown(chart, chart).split("\n")[:1]
    }
    assert line.count("|") == 5


@pytest.mark.no_cover
@given(st.data())
def test_the_picture_of_a_path_is_the_path(data: st.DataObject) -> None:
    """After any events the arrows are the moves, and the bare ones pass through implied phases."""
    chart = data.draw(charts())
    journey = data.draw(journeys(chart, chart.kinds, history=None, forced=True))
    stays, lang = data.draw(st.booleans()), data.draw(st.sampled_from(Lang))
    path = travels(journey, stays=stays)
    picture = read(journey_mermaid(journey, lang, stays=stays, listed=1_000))
    told = {edge: lines for edge, lines in picture.labels.items() if lines}
    expected: dict[Edge, list[str]] = {}
    for number, day, move in path:
        line = f"{number} {day.isoformat()} {move.row} {happening(move.trigger, lang)}"
        expected.setdefault((move.source, move.target), []).append(line)
    assert told == expected
    bare = {edge for edge, lines in picture.labels.items() if not lines}
    assert all(set(edge) & set(journey.implied) for edge in bare)
    assert picture.styled["current"] == [journey.place.name]
    assert picture.styled.get("implied", []) == [phase.name for phase in journey.implied]
    assert {journey.place, *journey.visited, *journey.implied} <= set(picture.places)


def travels(journey: Journey, *, stays: bool) -> list[tuple[int, date, Move]]:
    """Return a journey's moves, numbered, straight from its history."""
    moves = [(step.event.at.date(), move) for step in journey.history for move in step.moves]
    kept = [(day, move) for day, move in moves if stays or move.source is not move.target]
    return [(number, day, move) for number, (day, move) in enumerate(kept, start=1)]


def test_implied_phases_lie_beside_the_move_that_passed_over_them() -> None:
    """A purchase out of the blue draws its arrow, and a bare path through what it implies."""
    journey = Journey("customer")
    journey.purchased(at=START)
    picture = read(journey_mermaid(journey, Lang.ET))
    path = (Standing.NEW, Phase.ASSESS, Phase.ADMIT, Phase.AFFIRM)
    assert picture.labels == {
        (Standing.NEW, Phase.AFFIRM): ["1 2026-01-05 T03 klient ostis"],
        **{edge: [] for edge in pairwise(path)},
    }
    assert picture.styled == {"implied": ["ASSESS", "ADMIT"], "current": ["AFFIRM"]}


def test_an_arrow_tells_its_latest_moves_and_counts_the_others() -> None:
    """A path that runs in circles stays short: what is not listed is counted."""
    journey = a_long_journey()
    edge = (Phase.ACCOMPLISH, Phase.ADOPT)
    everything = read(journey_mermaid(journey, listed=100)).labels[edge]
    assert len(everything) == 6
    assert read(journey_mermaid(journey)).labels[edge] == ["+2", *everything[2:]]
    assert read(journey_mermaid(journey, listed=1)).labels[edge] == ["+5", everything[-1]]
    with pytest.raises(InvalidError, match="listed: 0; expected a whole number from 1"):
        journey_mermaid(journey, listed=0)


def test_a_path_tells_nothing_of_the_customer() -> None:
    """No id and no payload is in a picture; after erasure only the end and the places are left."""
    journey = a_long_journey()
    for erased in (False, True):
        if erased:
            journey.erase(at=START + 500 * DAY)
        texts = [journey_mermaid(journey, lang, stays=True) for lang in Lang]
        texts.append(journey_graph(journey, stays=True).get_graph().draw(None) or "")
        assert not any("SECRET" in text for text in texts)
    picture = read(texts[0])
    assert list(picture.labels) == [(Standing.NEW, Standing.ERASED)]
    assert set(picture.places) == {
        *journey.visited,
        *journey.implied,
        Standing.NEW,
        Standing.ERASED,
    }


def test_without_history_the_places_are_drawn_alone() -> None:
    """A journey that keeps no history shows where it was and is, and no arrows."""
    journey = Journey("customer", history=False)
    journey.purchased(at=START)
    journey.delivered(at=START + DAY)
    picture = read(journey_mermaid(journey))
    assert picture.labels == {}
    assert list(picture.places) == [Phase.ASSESS, Phase.ADMIT, Phase.AFFIRM, Phase.ACTIVATE]
    styles, arrows = read_graph(journey_graph(journey).get_graph().draw(None) or "")
    assert styles == {"NEW": "default", "AFFIRM": "default", "ACTIVATE": "active"}
    assert arrows == {}


@pytest.mark.parametrize("options", ALL_OPTIONS, ids=lambda options: options.suffix)
def test_the_graph_machine_draws_the_chart_and_nothing_else(options: Options) -> None:
    """Every place and every arm is drawn once, with row, event and guards; the place is active."""
    chart = chart_with(options)
    text = graph_machine(chart, place=Phase.ADOPT).get_graph().draw(None) or ""
    styles, arrows = read_graph(text)
    assert styles == {
        place.name: "active" if place is Phase.ADOPT else "default" for place in PLACES
    }
    expected: dict[tuple[str, str], list[str]] = {}
    for row, trigger, source in chart.arms():
        label = f"{row.id} {trigger}{' [internal]' if row.to is None else ''}"
        if row.guards:
            label += f" [{' & '.join(guard.__name__ for guard in row.guards)}]"
        target = source if row.to is None else row.to
        expected.setdefault((source.name, target.name), []).append(label)
    assert {edge: sorted(lines) for edge, lines in arrows.items()} == {
        edge: sorted(lines) for edge, lines in expected.items()
    }
    assert f'title: "{chart.key} v2"' in text
    assert len(text) < MERMAID_LIMIT


def test_the_graph_machine_takes_the_options_of_transitions() -> None:
    """Title, guards and the part in reach can be chosen as in any ``GraphMachine``."""
    machine = graph_machine(
        standard_chart(), place=Phase.ADVOCATE, title='a "title"', show_conditions=False
    )
    text = machine.get_graph(show_roi=True).draw(None) or ""
    styles, arrows = read_graph(text)
    assert 'title: "a \\"title\\""' in text
    assert {source for source, _ in arrows} == {"ADVOCATE"}
    assert arrows["ADVOCATE", "LAPSED"] == ["T19 lapsed"]
    assert styles["ADVOCATE"] == "active"
    assert "NEW" not in styles


def test_without_graphviz_its_engine_writes_mermaid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Graphviz is asked for and not installed, the text is Mermaid, and encoded."""
    monkeypatch.setattr(diagrams_graphviz, "pgv", None)
    machine = graph_machine(chart_named("a: b"), graph_engine="graphviz")
    _, arrows = read_graph(machine.get_graph().draw(None) or "")
    assert arrows["NEW", "ASSESS"] == ["a: b a: b [a: b]"]


def test_graphviz_draws_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Graphviz gets the labels as they are: it encodes them itself."""
    package = MagicMock()
    monkeypatch.setattr(diagrams_graphviz, "pgv", package)
    machine = graph_machine(chart_named("a: b"), graph_engine="graphviz")
    drawing = package.Digraph.return_value
    assert "a: b a: b [a: b]" in {edge.kwargs["label"] for edge in drawing.edge.call_args_list}
    assert machine.get_graph() is drawing


def test_a_kind_may_be_called_like_a_method_of_the_graph_machine() -> None:
    """The marker has no methods for events, so their names cannot clash with its own."""
    text = graph_machine(chart_named("get_graph")).get_graph().draw(None) or ""
    assert read_graph(text)[1]["NEW", "ASSESS"] == ["get_graph get_graph [get_graph]"]


@pytest.mark.no_cover
@given(journey=journeys(forced=True, kinds=standard_chart().kinds), stays=st.booleans())
def test_the_graph_machine_draws_a_path(journey: Journey, *, stays: bool) -> None:
    """Every move is an arrow with its number, day, row and event, and the place is active."""
    styles, arrows = read_graph(journey_graph(journey, stays=stays).get_graph().draw(None) or "")
    drawn = sorted((edge, line) for edge, lines in arrows.items() for line in lines)
    expected = [
        ((move.source.name, move.target.name), f"{n} {day} {move.row} {move.trigger}")
        for n, day, move in travels(journey, stays=stays)
    ]
    assert drawn == sorted(expected)
    assert [state for state, style in styles.items() if style == "active"] == [journey.place.name]


def cells(table: str) -> list[list[str]]:
    """Read a Markdown table: its cells, the line below the heads left out."""
    lines = [re.split(r"(?<!\\)\|", line) for line in table.splitlines()]
    found = [[cell.strip().replace("\\", "") for cell in line[1:-1]] for line in lines]
    assert {len(line) for line in found} == {len(found[0])}
    return [found[0], *found[2:]]


def test_the_table_lists_the_rows_in_the_order_in_which_they_are_tried() -> None:
    """Each row has its line: id, places, events, guards, target, and all that it does."""
    heads, *lines = cells(chart_markdown(standard_chart()))
    by_id = {line[0]: line[1:] for line in lines}
    assert heads == ["row", "from", "event", "guards", "to", "effect"]
    assert list(by_id) == [row.id for row in standard_chart().rows]
    assert by_id["T15"] == [
        "ADOPT",
        "referred",
        "loyalty_confirmed",
        "ADVOCATE",
        "referral_held = no",
    ]
    assert by_id["T15.held"] == [
        "ASSESS to ADOPT",
        "referred",
        "",
        "stays",
        "held as referral_held",
    ]
    assert by_id["T23.later"][0] == "ASSESS, ADMIT, ACCLIMATE to ADVOCATE"
    assert by_id["T28"][0] == "NEW, ASSESS to ADVOCATE, LAPSED, LOST"
    assert by_id["T01b"][1] == "any customer fact but contacted, purchased"
    assert by_id["T12"][4] == "outcome = poor; recovery_open = yes"
    assert by_id["T29.assess.forced"][4] == "marks the journey as forced"
    assert by_id["T25.purchased"][4].split("; ") == [
        "a new cycle begins with fresh flags",
        "purchased = yes",
        "phases passed over are implied",
        "day 1",
    ]
    assert by_id["T24"][4] == "reason churn"
    assert by_id["T20.assess"][4] == "then the event applies again from there"


def test_the_guards_are_told_in_the_readers_language() -> None:
    """Every guard of the chart has its line, in the order of the rows; an unknown one its name."""
    heads, *lines = cells(guards_markdown(standard_chart(), Lang.ET))
    assert heads == ["guard", "passes when"]
    used = {guard.__name__ for row in standard_chart().rows for guard in row.guards}
    assert sorted(line[0] for line in lines) == sorted(used)
    assert ["purchased", "klient on ostnud"] in lines
    assert cells(guards_markdown(chart_named("my_guard")))[1:] == [["my_guard", "my guard"]]


def test_an_option_changes_the_rows_that_it_names() -> None:
    """Without the confirmation, T15 and T29 lose a guard, and no referral waits for it."""
    other = standard_chart(confirmation=Confirmation.OPTIONAL)
    heads, *lines = cells(differences_markdown(standard_chart(), other))
    assert heads == ["row", "what", "eight_phases", other.key]
    assert [line[:2] for line in lines] == [
        ["T15", "guards"],
        ["T15.held", "from"],
        ["T29.advocate", "guards"],
    ]
    assert lines[0][2:] == ["loyalty_confirmed", ""]
    assert cells(differences_markdown(other, other))[1:] == []


def test_added_missing_and_reordered_rows_are_differences() -> None:
    """A row that only one chart has is told whole; rows in another order are told too."""
    rich = standard_chart(repeat_purchase=RepeatPurchase.EXPERIENCE)
    added = cells(differences_markdown(standard_chart(), rich))[1:]
    missing = cells(differences_markdown(rich, standard_chart()))[1:]
    assert {line[1] for line in added} == {"added"}
    assert [[line[0], line[3]] for line in added] == [[line[0], line[2]] for line in missing]
    assert {line[1] for line in missing} == {"left out"}
    assert added[2][3] == (
        "purchased from ACCOMPLISH if purchased, no_recovery_open, outcome_not_achieved, stays: "
        "outcome = achieved; then the event applies again from there"
    )
    first, second = Row("a", (EventKind.LEFT,), (Phase.ADMIT,)), chart_named("b").rows[0]
    charts_ = [attrs.evolve(rich, rows=rows) for rows in ((first, second), (second, first), ())]
    assert cells(differences_markdown(charts_[0], charts_[1]))[1:] == [
        ["b", "tried after", "a", ""],
        ["a", "tried after", "", "b"],
    ]
    assert cells(differences_markdown(charts_[0], charts_[2]))[1][2] == "left from ADMIT, stays"


def test_options_that_are_set_together_change_what_each_changes() -> None:
    """As the page of the chart says: what an option changes does not depend on the others."""
    strict = standard_chart()
    for feedback, repeat, confirmation in product(Feedback, RepeatPurchase, Confirmation):
        alone = [
            standard_chart(feedback=feedback),
            standard_chart(repeat_purchase=repeat),
            standard_chart(confirmation=confirmation),
        ]
        together = chart_with(Options(feedback, repeat, confirmation))
        changed = {line[0] for line in cells(differences_markdown(strict, together))[1:]}
        assert changed == {
            line[0] for one in alone for line in cells(differences_markdown(strict, one))[1:]
        }


def test_the_path_in_the_docs_is_what_its_example_draws() -> None:
    """The picture of a path in the docs is what the code above it gives."""
    page = (DOCS / "diagrams.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(from datetime.*?)```", page, flags=re.DOTALL)
    shown = re.search(r"```mermaid\n(.*?)```", page, flags=re.DOTALL)
    assert code is not None
    assert shown is not None
    drawn: dict[str, object] = {}
    exec(code[1], drawn)  # noqa: S102 - the example of the project's own page
    assert drawn["picture"] == shown[1]


@pytest.mark.parametrize("words", ["direction LR", "DIRECTION tb", "x Direction\nRL y"])
def test_no_name_turns_the_diagram(words: str) -> None:
    """What Mermaid takes in a label for an order to turn the diagram is encoded."""
    chart = standard_chart()
    named = attrs.evolve(chart, rows=(attrs.evolve(chart.rows[0], id=words), *chart.rows[1:]))
    told = chart_mermaid(named) + named.show().mermaid()
    assert re.search(r"#(68|100);irection", told, re.IGNORECASE)
    assert not re.search("direction", told, re.IGNORECASE)
