"""Reports to send: one file, safe, the same bytes twice, read with eyes or ears."""

import csv
import re
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from io import StringIO
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.errors import InvalidError
from cxjourney.replay import Report, make_mapping, read_mapping, replay_log
from cxjourney.show._pages._drawings import Bar, bars  # the kit of every report
from cxjourney.show._pages._markup import bdi, joined, markup, tag  # no text gets past it
from cxjourney.vocabulary import Lang
from tests.replay.makers import COLUMNS, log_file, mapping_with, report_of
from tests.show.pages import Reader, check_report

EXAMPLES = Path(__file__).parents[2] / "examples"
MARK = "Mari<script>alert(1)</script>\"'&amp;\x1b[31m\u202e"


@given(st.text(max_size=30))
def test_no_text_is_markup(text: str) -> None:
    """Whatever a text holds, it reads as itself, in an element and in an attribute."""
    held = str(
        tag("p", text, aria_label=text),
    )
    found = Reader(f"<!doctype html>\n<html>{held}</html>")
    shown = str(markup(text))
    assert {*found.elements} == {"html", "p"}
    assert "<" not in shown
    assert shown.replace("\N{NO-BREAK SPACE}", " ").isprintable()


def test_markup_is_escaped_once() -> None:
    """What is markup already is left as it is; what is joined to a text is not markup."""
    assert tag("p", bdi("<&>"), "<") == "<p><bdi>&lt;&amp;&gt;</bdi>&lt;</p>"
    assert joined(["<", tag("br")], " ") == "&lt; <br>"
    assert markup(tag("p") + tag("p")) == "&lt;p&gt;&lt;/p&gt;&lt;p&gt;&lt;/p&gt;"
    assert (
        tag("rect", x=1.50, height=2, fill=None, class_="a")
        == '<rect x="1.5" height="2" class="a"/>'
    )


def test_the_report_says_in_words_what_it_shows() -> None:
    """The first sentences tell where customers stand, how far they came, and what is not seen."""
    rows = [(who, day, what) for who in ("a", "b") for day, what in ((1, "ask"), (3, "buy"))]
    report = report_of(
        [*rows, ("c", 4, "ask"), ("a", 9, "use")], as_of=datetime(2024, 4, 20, tzinfo=UTC)
    )
    text = check_report(report.to_html()).text
    assert "0 of 3 customers under way, 2 gone silent, 1 lost" in text
    assert "1 of 3 customers came to know the product" in text
    assert "Whether the company kept its duties, this log cannot show" in text
    assert "the customer recommended the company ( referred )" in text


def test_hostile_names_are_words() -> None:
    """Names of files, activities and reasons of any kind are read, not obeyed."""
    mapping = make_mapping(
        {
            "columns": COLUMNS,
            "events": {MARK: "purchased", "gone": "contacted"},
            "ignore": {"other": MARK},
        },
        f"{MARK}.toml",
    )
    rows = [("x", "2024-03-01T12:00:00+00:00", MARK), ("x", "2024-03-02T12:00:00+00:00", "other")]
    with log_file(COLUMNS.values(), rows) as path:
        report = replay_log(path, mapping, show_values=True)
    found = check_report(report.to_html())
    assert "Mari<script>alert(1)</script>\"'&amp;\\x1b[31m\\u202e" in found.text


def test_a_bar_tells_what_it_shows() -> None:
    """A picture has a name and a sentence, and its bars are as wide as their shares."""
    drawn = bars("b", "Title", "Told", [Bar("one", "1", [(0.5, "solid"), (0.0, "hatch")], "under")])
    found = Reader(f"<!doctype html>\n<html>{drawn}</html>")
    assert ("title", "Title") in found.words
    assert ("desc", "Told") in found.words
    assert [value for tag, value in found.values("width") if tag == "rect"] == ["50.00%"]


def brightness(colour: str) -> float:
    """Return the relative luminance of a colour such as #0067a3 (WCAG 2.2)."""
    full = colour if len(colour) == 7 else "#" + "".join(2 * sign for sign in colour[1:])
    parts = [int(full[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_all_colours_stand_out_from_their_ground() -> None:
    """Words and shapes have a contrast of 4.5 at least to the page and to cards, in any light."""
    style = files("cxjourney.show").joinpath("_pages", "report.css").read_text("utf-8")
    palettes = [
        dict(re.findall(r"--(\w+): (#\w+);", palette))
        for palette in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    ]
    assert len(palettes) == 3
    for palette in palettes:
        grounds = [brightness(palette[one]) for one in ("ground", "card")]
        for colour in ("ink", "soft", "one", "two", "three"):
            for ground in grounds:
                dark, light = sorted((ground, brightness(palette[colour])))
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (colour, palette)


def test_a_file_of_customers_holds_no_formula() -> None:
    """Each journey is a line; what a spreadsheet would run begins with an apostrophe."""
    ids = ["=cmd|' /C calc'!A0", "+372 555", "-1", "@x", "  =1", "plain", '"q",', "a\tb"]
    report = report_of([(one, 1, "buy") for one in ids], behind=100)
    rows = list(csv.DictReader(StringIO(report.to_csv(), newline="")))
    told = ["'=cmd|' /C calc'!A0", "'+372 555", "'-1", "'@x", "'  =1", "plain", '"q",', r"a\tb"]
    assert [row["customer"] for row in rows] == told
    assert {row["standing"] for row in rows} == {"active"}
    with pytest.raises(InvalidError, match="no journeys are listed"):
        report_of([("a", 1, "buy")]).to_csv()


def test_the_file_of_customers_tells_what_is_overdue() -> None:
    """What the company is late with stands beside each customer; journeys behind figures too."""
    mapping = mapping_with(events={"ask": "doubted", "reply": "reassured"})
    rows = [(f"c{number}", 1, "ask") for number in range(3)]
    report = report_of(rows, mapping, datetime(2024, 3, 8, tzinfo=UTC), behind=2)
    (first, second) = csv.DictReader(StringIO(report.to_csv(), newline=""))
    assert [one["customer"] for one in (first, second)] == ["c0", "c1"]
    assert {one["overdue"] for one in (first, second)} == {"reassure"}
    text = check_report(report.to_html()).text
    assert "reassure the customer, overdue: 3" in text
    assert "c0 c1 And 1 more." in text
    assert "0 of 3 duties met on time; overdue now: 3" in text


def test_segments_stand_side_by_side() -> None:
    """Segments, months and cohorts have tables and pictures; ids may be hashed."""
    rows = [
        (f"c{number}", f"{day}T12:00:00Z", what, f"seg-{number % 40}" * (1 + number % 7))
        for number in range(60)
        for day, what in (
            ("2024-01-25", "ask"),
            (f"2024-02-{1 + number % 20:02}", "buy"),
            ("2024-06-07", "use"),
        )
        if number % 9 or day > "2024-02"
    ]
    mapping = mapping_with(columns={**COLUMNS, "segment": "of"})
    with log_file([*COLUMNS.values(), "of"], rows) as path:
        report = replay_log(path, mapping, behind=1, id_key=bytes(16))
    text = check_report(report.to_html()).text
    assert "By of" in text
    assert "Ids are shown as keyed hashes." in text
    assert "Silence and return by month" in text
    assert "By the month in which they began" in text
    assert "c1" not in text.split()


def test_an_empty_log_has_a_report() -> None:
    """Where nothing happened up to the moment asked for, the report says so."""
    report = report_of([("a", 9, "buy")], as_of=datetime(2024, 1, 1, tzinfo=UTC))
    assert "0 of 0" in check_report(report.to_html()).text


def test_a_report_of_what_is_all_known_leaves_nothing_to_do() -> None:
    """Where all is seen, nothing owed and nobody silent, no part tells of what is not there."""
    report = report_of(
        [("a", 1, "ask"), ("b", 1, "ask"), ("a", 2, "buy"), ("c", 1, "ask"), ("d", 3, "ask")],
        behind=9,
    )
    funnel = tuple(attrs.evolve(row, observable=True) for row in report.funnel)
    text = check_report(attrs.evolve(report, funnel=funnel, owed=()).to_html()).text
    assert "What this log cannot show" not in text
    assert "What to do next" not in text
    assert "Assess: after 1.0 days 67% were still there" in text


def test_what_an_option_assumes_is_told() -> None:
    """What can be seen only by an option of the chart is told apart, as are unknown activities."""
    rows = [("a", 1, "buy"), ("a", 9, "buy"), ("a", 9, "what is this"), ("b", 2, "ask")]
    options = {"repeat_purchase": "experience", "feedback": "optional"}
    text = check_report(report_of(rows, mapping_with(chart=options)).to_html()).text
    assert "Seen only because the chart assumes so (repeat_purchase): " in text
    assert "Lines that they are on: 1." in text


@cache
def households() -> Report:
    """Return the report of the 160 households."""
    log = EXAMPLES / "households_2017_first160.csv"
    return replay_log(log, read_mapping(EXAMPLES / "households.toml"))


@pytest.mark.no_cover
@pytest.mark.parametrize("lang", Lang)
def test_the_households_have_a_report(lang: Lang) -> None:
    """The report of the 160 households is whole in every language, and small."""
    report = households()
    text = report.to_html(lang)
    assert text == report.to_html(lang)
    found = check_report(text)
    assert ("html", lang.value) in found.values("lang")
    assert len(text.encode()) < 1_000_000
    assert found.elements["svg"] > 2
