"""No text of a customer reaches HTML, SVG, CSV, Mermaid or a terminal as anything but words.

One hostile text at a time is put wherever a customer's words go: ids, activities, questions,
segments, wishes, outcomes. Whatever comes out is read back by a reader that forgives nothing.
"""

import csv
import json
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cxjourney.channels import Profile
from cxjourney.errors import CxJourneyError
from cxjourney.journey import Journey
from cxjourney.measures import Measures
from cxjourney.playbook import standard_playbook
from cxjourney.rehearsal import Cue, Person, Rehearsal, rehearse
from cxjourney.replay import make_mapping, replay_log
from cxjourney.show import journey_graph, journey_mermaid
from cxjourney.vocabulary import EventKind, Lang
from cxjourney.wishes import (
    EffectScale,
    KanoMap,
    PerformanceMap,
    Quadrant,
    WishPlace,
    read_kano,
)
from tests.show.markup import check_bundle
from tests.show.pages import check_report
from tests.wishes.maps import finding, wish_map

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"'><svg onload=alert(1)>&lt;&#60;]]>",
    "\x1b[31m\x1b]0;title\x07\x9b2J\x7f",
    "\u202eright\u2066to\u200fleft\u2028line\u0085end",
    "=cmd|' /C calc'!A0",
    "@SUM(1,2)\r\n+1",
    "$\\frac{1}{0$ _a^b {x} %s %(y)s \\",
    "$$ $x$ $\\text{<b>}$",
    '"];\n%%{init: {}}%%\nA --> B: x direction TB end note ---',
    "`a` [b](javascript:alert(1)) | c || **d**",
    "[bold red]x[/] [/b]",
    "half \ud83d a character",
)
SIGNS = "".join(sorted({sign for text in HOSTILE for sign in text} - {"\ud83d"}))


def safe_words(text: str) -> None:
    """Check that a text holds nothing that a terminal would take for a command."""
    odd = {sign for sign in text if not sign.isprintable()} - {"\n", "\xa0"}
    assert not odd


def safe_svg(text: str) -> None:
    """Check that SVG is XML without script, event or place elsewhere."""
    root = ET.fromstring(text)  # noqa: S314 - it is of our own making
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        assert name not in {"script", "foreignObject", "a", "iframe", "set", "animate"}
        for key, value in element.attrib.items():
            assert not key.startswith("on")
            if key.endswith("href"):
                assert value.startswith(("#", "data:image/png;base64,"))
        assert all(sign.isprintable() or sign in "\n\t" for sign in element.text or "")


def safe_csv(text: str) -> None:
    """Check that no cell of a file of customers is a formula, whatever reads it."""
    for row in csv.reader(StringIO(text)):
        assert not any(cell.startswith(FORMULA) for cell in row)
        safe_words("".join(row))


def drawn(axes: Any) -> str:
    """Draw axes as a notebook does, which must not warn of letters or formulas."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        text: str = axes._repr_svg_()
    return text


def journey_of(text: str) -> Journey:
    """Return a journey in which a customer's words stand wherever they may."""
    one = Journey(text, text)
    one.contacted(at=START, id=f"{text}1")
    one.asked(text, at=START + DAY, id=f"{text}2")
    one.goal_set(text, at=START + 2 * DAY)
    one.advance(START + 20 * DAY)
    return one


def results(text: str) -> Iterator[Any]:
    """Yield a result of each kind that tells a customer's words, or is told of one."""
    one = journey_of(text)
    yield one
    yield one.contacted(at=START + 30 * DAY, id=f"{text}4")
    yield from one.history[-2:]
    yield one.why_not(EventKind.USED_AGAIN)
    yield one.due(START + 60 * DAY)
    yield from one.owed
    person = Person(text, profile=Profile(segment=text), script=(Cue(0, EventKind.CONTACTED),))
    rehearsed = rehearse(standard_playbook(), people=[person], days=30, start=START)
    yield rehearsed
    yield rehearsed.coverage
    yield from rehearsed.lines[:2]
    yield wish_map(finding(text, 0.1, 0.01, 0.1, 0.02))
    yield kano(text)
    yield placed(text)


@cache
def rehearsal() -> Rehearsal:
    """Return a short rehearsal."""
    return rehearse(standard_playbook(), people=2, days=30, seed=1, start=START)


@attrs.frozen
class Zone(tzinfo):
    """A time zone that calls itself by a text."""

    _name: str

    def utcoffset(self, _: datetime | None) -> timedelta:
        """Return no offset."""
        return timedelta()

    def dst(self, _: datetime | None) -> timedelta:
        """Return no offset."""
        return timedelta()

    def tzname(self, _: datetime | None) -> str:
        """Return the text."""
        return self._name

    def __str__(self) -> str:
        return self._name


def kano(text: str) -> KanoMap:
    """Return the answers to a questionnaire about one wish."""
    table = {"with": [1, 2, 2, 3, 1], "without": [5, 5, 4, 3, 4], "of": [text, "b", text, "b", "b"]}
    return read_kano(table, [(text, "with", "without")], segment="of")


def placed(text: str) -> PerformanceMap:
    """Return the importance-performance map of one wish."""
    places = (WishPlace(text, 0.2, 60.0, Quadrant.KEEP_UP),)
    return PerformanceMap(text, places, 0.1, 50.0, EffectScale.RAW)


def fit(text: str) -> bool:
    """Say whether a text may be an id; others are refused where they come in."""
    try:
        Journey(text)
    except ValueError:
        return False
    return True


texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from([*SIGNS, *HOSTILE]), min_size=1, max_size=6).map("".join),
).filter(fit)
few = settings(max_examples=4, deadline=None)


@pytest.mark.no_cover
@given(texts, st.sampled_from(Lang))
@example(HOSTILE[2], Lang.ET)
@few
def test_what_is_shown_is_words(text: str, lang: Lang) -> None:
    """Words, HTML, SVG and Mermaid of every result that a customer's text is in."""
    for thing in results(text):
        safe_words(str(thing).replace("\n", " "))
        safe_words(repr(thing))
        safe_words(thing.explain(lang))
        shown = thing.show(lang)
        check_bundle(shown._repr_mimebundle_())
        safe_words(shown.text())
        if hasattr(thing, "to_html"):
            check_report(thing.to_html(lang))
    one = journey_of(text)
    graph: Any = journey_graph(one).get_graph()
    for told in (journey_mermaid(one, lang=lang), graph.source):
        safe_words(told.replace("\t", " "))


def plots(text: str) -> list[Callable[..., Any]]:
    """Return what draws each plot, of things that are called by a text."""
    line = attrs.evolve(rehearsal().contacts[0], play=text, customer=text)
    found = attrs.evolve(rehearsal(), plays=(text,), lines=(line,), zone=Zone(text))
    measures = Measures.of([journey_of(text)], as_of=START + 30 * DAY)
    return [
        *(found.plot_rows, found.plot_volume, found.plot_calendar, found.plot_duties),
        *(kano(text).plot, placed(text).plot, found.coverage.plot),
        wish_map(finding(text, 0.1, 0.01, 0.1, 0.02)).plot,
        *(measures.funnel().plot, measures.obligations().plot, measures.plot_timelines),
    ]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("first", "step"),
    [(6, 4), *(pytest.param(one, 1, marks=pytest.mark.slow) for one in (2, 6))],
)
def test_a_plot_writes_a_text_as_it_is(first: int, step: int) -> None:
    """In no plot is a text of the user's read as a formula, nor any of it as markup of SVG.

    Each plot has another text; in the long run each has several.
    """
    for place in range(0, len(plots(HOSTILE[0])), step):
        text = HOSTILE[(first + place) % len(HOSTILE)]
        plot = plots(text)[place]
        safe_svg(drawn(plot(lang=(*Lang,)[place % len(Lang)])))


@pytest.mark.no_cover
@given(texts, texts, st.sampled_from(Lang))
@example(HOSTILE[4], HOSTILE[5], Lang.EN)
@few
def test_a_log_is_reported_in_words(customer: str, value: str, lang: Lang) -> None:
    """The page, the file of customers and the document of a log hold its texts as words alone."""
    rows = [
        {"who": customer, "when": f"2026-01-0{day}T12:00:00Z", "what": what, "of": value}
        for day, what in ((1, "ask"), (2, value), (3, "buy"), (4, customer))
    ]
    columns = {"customer": "who", "time": "when", "activity": "what"}
    mapping = make_mapping(
        {"columns": columns, "events": {"ask": "contacted", "buy": "purchased", "no": "used_again"}}
    )
    with TemporaryDirectory() as folder:
        log = Path(folder, "log.csv")
        with log.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
            writer = csv.DictWriter(file, [*rows[0]], quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(rows)
        try:
            report = replay_log(log, mapping, segment="of", behind=5, show_values=True)
        except CxJourneyError as error:
            safe_words(str(error))
            return
    safe_words(report.explain(lang))
    check_report(report.to_html(lang))
    check_bundle(report.show(lang)._repr_mimebundle_())
    safe_csv(report.to_csv())
    assert json.dumps(report.to_dict(), allow_nan=False).isascii()
