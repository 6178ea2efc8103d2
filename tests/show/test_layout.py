"""Texts laid out for terminals: how wide they are, where lines break, what fits."""

from collections import Counter
from string import ascii_letters

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.show._layout._colours import coloured  # what a terminal gets, of any lines
from cxjourney.show._layout._styles import Style  # as above
from cxjourney.show._layout._wrapping import columns, padded, wrapped  # of any text
from cxjourney.show._table import Page, Table  # tables of any text, as no result has
from cxjourney.vocabulary import Lang
from tests.cli.commands import Terminal

letters = st.sampled_from("ab \u00e4\u5bbf\uff21\u0301\u20dd\u1100\u1161")
texts = st.text(letters, max_size=30)


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("", 0),
        ("abc", 3),
        ("\u00e4\u00f5", 2),
        ("a\u0301", 1),
        ("\u5bbf\u5c4b", 4),
        ("\uff21", 2),
        ("\u1100\u1161\u11a8", 2),
        ("\U0001f600", 2),
        ("\u2764\ufe0f", 2),
        ("\U0001f600\ufe0f", 2),
    ],
)
def test_letters_take_what_terminals_give_them(text: str, wide: int) -> None:
    """East Asian letters and pictures take two columns, marks on a letter none."""
    assert columns(text) == wide


@given(texts, st.integers(6, 40), st.sampled_from(["", "  "]))
def test_lines_fit_and_keep_every_word(text: str, width: int, hanging: str) -> None:
    """No line is too wide, and nothing but blanks goes where lines break."""
    lines = wrapped(text, width, hanging=hanging if text.strip() == text else "")
    assert all(columns(line) <= max(width, len(hanging) + 2) for line in lines) or text[:1] == " "
    assert "".join("".join(lines).split()) == "".join(text.split(" "))


@given(texts, st.sampled_from("<>"))
def test_texts_are_filled_up(text: str, side: str) -> None:
    """To the width asked for, on the side asked for."""
    told = padded(text, 60, side)
    assert columns(told) == 60
    assert told.startswith(text) if side == "<" else told.endswith(text)


cell = st.text(ascii_letters + " \u5bbf", max_size=45)


@given(st.lists(st.tuples(cell, cell, cell, cell), max_size=3), st.integers(24, 90))
def test_a_table_fits_any_width(rows: list[tuple[str, ...]], width: int) -> None:
    """By wrapping words, or row by row; no line is too wide, and no letter is lost."""
    table = Table("t", ("what", "how", "many", "of"), "<<>>", rows, notes=("note",))
    text = Page((table,), Lang.EN).fitted(width, full=True)
    assert all(columns(line) <= width for line in text.split("\n"))
    told = Counter("".join(cell for row in rows for cell in row).replace(" ", ""))
    assert not told - Counter(text)


def test_a_table_that_is_too_wide_is_told_row_by_row() -> None:
    """What a row is about stands alone, each cell behind its heading; empty ones stay away."""
    key = "k" * 39
    table = Table("", ("key", "second", "third"), "<<<", [(key, key, "")])
    assert Page((table,), Lang.EN).fitted(60, full=True) == f"{key}\n  second: {key}\n"
    table = Table("", ("key", "second"), "<<", [(key, key)], headed=False)
    assert Page((table,), Lang.EN).fitted(60, full=True) == f"{key}\n  {key}\n"


def test_rows_of_zeros_become_one_line() -> None:
    """Where there are several, and nothing but numbers beside."""
    rows = [("A", "0", "0"), ("B", "1", "0"), ("C", "0", "-")]
    page = Page((Table("", ("", "n", "m"), "<>>", rows, lang=Lang.FI),), Lang.FI)
    assert page.fitted(60, full=True).split("\n")[1:] == [
        "B  1  0",
        "kaikkialla 0: A, C",
        "",
    ]
    alone = Page((Table("", ("", "n", "m"), "<>>", rows[:2]),), Lang.EN)
    assert "A  0  0" in alone.fitted(60, full=True)
    assert page.text().count("\n") == 4


def test_headlines_come_first_and_details_when_asked_for() -> None:
    """Without headlines the lines above the tables take their place."""
    tables = (Table("one", notes=("n",)), Table("two", notes=("m",), detail=True))
    page = Page(tables, Lang.EN, ("above",), headlines=("It is so.",))
    assert page.fitted(60, full=False) == "It is so.\n\none\nn\n\n--full tells more.\n"
    assert page.fitted(60, full=True) == "It is so.\n\nabove\n\none\nn\n\ntwo\nm\n"
    plain = Page(tables[:1], Lang.EN, ("above",))
    assert plain.fitted(60, full=False) == "above\n\none\nn\n"


LINES = [("It is [b]so[/b] :smile:", Style.HEADLINE), ("a" * 200, Style.ROW)]


def test_rich_colours_and_changes_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Markup in a text stays text, and no line is broken or cut."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    told = coloured(LINES, Terminal())
    assert told == f"\x1b[1mIt is [b]so[/b] :smile:\x1b[0m\n{'a' * 200}\n"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_can_be_unwanted(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the text is plain."""
    monkeypatch.setenv(name, value)
    assert coloured(LINES, Terminal()) == f"{LINES[0][0]}\n{LINES[1][0]}\n"


def test_without_rich_a_text_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is needed for colours alone."""
    monkeypatch.setattr("cxjourney.show._layout._colours.find_spec", lambda _: None)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert coloured(LINES, Terminal()).count("\x1b") == 0
