"""The table of a survey's findings as HTML: whatever is in it, it stays text in a table."""

from collections import Counter
from html.parser import HTMLParser

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.errors import shown
from cxjourney.show._wish_tables import (  # its words, cell by cell
    cells,
    footnotes,
    heading,
    wishes_page,
)
from cxjourney.vocabulary import Lang
from cxjourney.wishes import WishMap
from tests.wishes.maps import HOSTILE, airport, finding, maps, wish_map

ATTRIBUTES = {
    ("lang", "en"),
    ("lang", "et"),
    ("lang", "fi"),
    ("scope", "col"),
    ("scope", "row"),
    ("style", "text-align: left"),
}
"""Every attribute that may be there: no colour, no script, no link."""
TAGS = {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "bdi", "p"}


def table_html(found: WishMap, lang: Lang = Lang.EN) -> str:
    """Return a map of wishes as HTML."""
    return wishes_page(found, lang).html()


class Reader(HTMLParser):
    """Reads a table as a browser does: its tags, their attributes and the text of each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: set[tuple[str, str | None]] = set()
        self.scopes: Counter[str | None] = Counter()
        self.texts: dict[str, list[str]] = {"bdi": [], "p": [], "th": []}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and what it says."""
        self.opened.append(tag)
        self.tags[tag] += 1
        self.attributes.update(attrs)
        self.scopes[dict(attrs).get("scope")] += 1
        if tag in self.texts:
            self.texts[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        """Every tag that is closed was the last one opened."""
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text under the tag that it stands in."""
        if self.opened and self.opened[-1] in self.texts:
            self.texts[self.opened[-1]][-1] += data


@pytest.mark.no_cover
@settings(max_examples=25)
@given(maps(), st.sampled_from(Lang))
def test_whatever_the_names_the_table_keeps_its_form(drawn: WishMap, lang: Lang) -> None:
    """A reader finds the tags of one table, all of them closed, and nothing that a name brought.

    What the table says comes out of it as it went in, after the escapes are undone.
    """
    reader = Reader(table_html(drawn, lang))
    assert not reader.opened
    assert set(reader.tags) <= TAGS
    assert reader.attributes <= ATTRIBUTES
    assert reader.tags["tr"] == len(drawn) + 1
    assert reader.scopes["row"] == len(drawn)
    assert reader.scopes["col"] == 14
    assert reader.tags["td"] == 13 * len(drawn)
    rows = [list(attrs.astuple(row)[:-1]) for row in cells(drawn, lang)]
    told = [heading(drawn, lang), *(cell for row in rows for cell in row)]
    assert reader.texts["bdi"] == told
    assert reader.texts["p"] == list(footnotes(drawn, lang))


def test_hostile_names_are_shown_not_obeyed() -> None:
    """Tags, quotes and marks of direction in a name are text in the table."""
    text = table_html(wish_map(*(finding(about, harm=0.9) for about in HOSTILE)))
    assert sorted(Reader(text).texts["bdi"][1::14]) == sorted(map(shown, HOSTILE))
    assert "<script" not in text
    assert "\u202e" not in text
    text.encode("utf-8")


def test_a_hostile_outcome_is_shown_not_obeyed() -> None:
    """The outcome and the reasons for rows left out come from outside as well."""
    reader = Reader(table_html(attrs.evolve(airport(), outcome="</caption><img src=x>")))
    assert reader.texts["bdi"][0].endswith("</caption><img src=x>")
    assert "img" not in reader.tags


@pytest.mark.parametrize("lang", Lang)
def test_the_table_says_its_language(lang: Lang) -> None:
    """Who has the table read aloud hears it in its language, beginning with its caption."""
    text = table_html(airport(), lang)
    assert text.startswith(f'<div lang="{lang.value}">\n<table>\n<caption>')


def test_the_heads_name_what_their_columns_hold() -> None:
    """Each column has a head of its own."""
    heads = Reader(table_html(airport())).texts["th"][:14]
    assert len(set(heads)) == 14
    assert heads[:5] == ["wish", "what to do", "kind", "P(kind)", "asked for, %"]


def test_a_notebook_asks_for_the_table() -> None:
    """A notebook shows a map of wishes as its table in English."""
    assert airport().show().html() == table_html(airport(), Lang.EN)


def test_a_long_name_stands_whole() -> None:
    """A page has room: the name of a wish is not cut."""
    long = "a wish with a very long name " * 6
    assert long.strip() in table_html(wish_map(finding(long.strip())))
