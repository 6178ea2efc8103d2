"""Reports to send: one file, safe, the same bytes twice, read with eyes or ears."""

import re
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.replay import Report, make_mapping, read_mapping, replay_log
from cxjourney.show._pages._drawings import Bar, bars  # the kit of every report
from cxjourney.show._pages._markup import bdi, joined, markup, tag  # no text gets past it
from cxjourney.vocabulary import Lang
from tests.replay.makers import COLUMNS, log_file, report_of
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
