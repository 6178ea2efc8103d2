"""One table, written as text, HTML and Markdown: whatever it holds, it stays a table."""

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from cxjourney.errors import shown
from cxjourney.show._table import Page, Table, joined  # tables of any text, as no result has
from cxjourney.vocabulary import Lang

cells = st.text(max_size=60)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw a table of two or three columns with any texts in it."""
    columns = draw(st.integers(2, 3))
    row = st.tuples(*[cells] * columns)
    rows = draw(st.lists(row, max_size=4))
    remarked = draw(st.booleans())
    return Table(
        draw(cells),
        draw(row),
        draw(st.text("<>", min_size=columns, max_size=columns)),
        rows,
        draw(st.tuples(*[cells] * len(rows))) if remarked else (),
        draw(cells),
        draw(st.lists(cells, max_size=2)),
        headed=draw(st.booleans()),
    )


def remarked(table: Table) -> bool:
    """Say whether a table has a column of remarks."""
    return bool(table.remarks or table.beside)


class Reader(HTMLParser):
    """Reads HTML as a browser does: every tag closed, and the texts that stand in ``bdi``."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.scopes: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert not self.opened

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag; only language, scope and side may be given."""
        assert {name for name, _ in attrs} <= {"lang", "scope", "style"}
        self.opened.append(tag)
        self.scopes += [value for name, value in attrs if name == "scope" and value]
        if tag == "bdi":
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        """Every tag that is closed was the last one opened."""
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text of the table."""
        if self.opened and self.opened[-1] == "bdi":
            self.texts[-1] += data


@given(tables(), st.integers(20, 120))
def test_nothing_in_a_text_commands_a_terminal(table: Table, width: int) -> None:
    """Only printable characters and line ends come out, and every line is there."""
    text = Page((table,), Lang.EN, width=width).text()
    assert all(line.isprintable() for line in text.split("\n"))
    assert text.endswith("\n")


@given(tables())
def test_a_browser_reads_every_cell(table: Table) -> None:
    """Tags are closed, each row and column is headed, and each cell comes out as it went in."""
    reader = Reader(Page((table,), Lang.ET, heading=("a & b",)).html())
    told = [list(row) for row in table.rows]
    if remarked(table):
        remarks = table.remarks or ("",) * len(told)
        told = [[*row, remark] for row, remark in zip(told, remarks, strict=True)]
    title = [table.title] if table.title else []
    assert reader.texts == ["a & b", *title, *(cell for row in told for cell in row)]
    assert reader.scopes.count("row") == len(table.rows)
    heads = [one for one in table.headings if one]
    assert reader.scopes.count("col") == len(heads) + (remarked(table) and bool(table.beside))


@given(tables())
def test_markdown_keeps_its_cells(table: Table) -> None:
    """Each line of the table has as many cells as there are headings."""
    lines = [line for line in table.markdown().split("\n") if line.startswith("| ")]
    columns = len(table.headings) + remarked(table)
    assert len(lines) >= len(table.rows) + 2
    for line in lines[: len(table.rows) + 2]:
        assert len(re.split(r"(?<!\\)(?:\\\\)*\|", line)) == columns + 2


def test_what_is_made_safe_is_safe_everywhere() -> None:
    """Escapes stand as their codes, markup as text, and pipes are no borders."""
    table = Table("t\x1b", ("a", "b"), "<>", [("<b>|*\x1b[2J", "1")], notes=("n\n\x1b",))
    page = Page((table,), Lang.EN)
    assert page.text() == "t\\x1b\na             b\n<b>|*\\x1b[2J  1\nn\\n\\x1b\n"
    assert "<bdi>&lt;b&gt;|*\\x1b[2J</bdi>" in page.html()
    assert table.markdown().split("\n")[4] == "| \\<b\\>\\|\\*\\\\x1b\\[2J | 1 |"


def test_tables_without_rows_show_their_notes() -> None:
    """A table without rows has no headings in a text, and still a place in HTML."""
    table = Table("Title", ("a", "b"), "<>", (), notes=("nothing & more",))
    page = Page((table,), Lang.EN, heading=("Head",))
    assert page.text() == "Head\n\nTitle\nnothing & more\n"
    assert "nothing &amp; more" in page.html()
    assert "<table>" not in Page((Table("Title", notes=("n",)),), Lang.EN).html()


def test_a_wide_table_wraps_its_widest_words() -> None:
    """A table that would be wider than asked for wraps its words, never its numbers."""
    table = Table("", ("what", "n"), "<>", [("word " * 12, "1,000")], ["remark " * 12])
    lines = Page((table,), Lang.EN, width=50).text().splitlines()
    assert lines == [
        "what                                             n",
        "word word word word word word word word      1,000",
        "word word word word",
        "    remark remark remark remark remark remark",
        "    remark remark remark remark remark remark",
    ]
    assert max(map(len, lines)) <= 50
    numbers = Table("", ("n", "m"), ">>", [("1" * 40, "2" * 40)])
    assert len(Page((numbers,), Lang.EN, width=50).text().splitlines()) == 2


def test_lists_are_broken_between_items() -> None:
    """A note that lists is wrapped between its items, and goes on behind its own indent."""
    note = f"  items: {joined(('one two', 'three four', 'five six'), ', ')}"
    text = Page((Table(notes=(note,)),), Lang.EN, width=28, indent="  ").text()
    assert text == "  items: one two,\n    three four, five six\n"
    assert shown(text.replace("\n", "")) == text.replace("\n", "")
