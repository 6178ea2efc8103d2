"""One table, and its three writers: text for a terminal, HTML for a notebook, Markdown."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import zip_longest
from string import punctuation

import attrs

from cxjourney.errors import shown
from cxjourney.show._layout._styles import Style, Styled
from cxjourney.show._layout._wrapping import GLUE, columns, padded, wrapped
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._texts import word

LEFT = ' style="text-align: left"'
"""The only style: notebooks push the cells of tables to the right, words too."""
HARMLESS = frozenset(".,-=+/:;()'")
"""The signs that are nothing in Markdown, wherever they stand."""
LEAST = (NARROWEST := 34, 20, 17)
"""How narrow columns of words are made to fit, step by step; then as their longest word."""
LONGEST_WORD = 40
"""A word of at most so many columns is not broken; a key stays whole, to be copied."""
BETWEEN = 2
"""The blanks between two columns."""
STACKED = "  "
ZERO, NOTHING = "0", "-"


def joined(items: Iterable[str], sign: str) -> str:
    """Return items in one text that is broken between them only."""
    return sign.join(item.replace(" ", GLUE) for item in items)


def is_inside_word(line: str, index: int) -> bool:
    """Say whether an underscore stands inside a word, where Markdown makes nothing of it."""
    before, after = line[max(index - 1, 0)], line[index + 1 : index + 2]
    return line[index] == "_" and before.isalnum() and after.isalnum()


def _note(text: str) -> str:
    return GLUE.join(map(shown, text.split(GLUE)))


def _notes(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(_note, texts))


def _rows(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(map(_notes, rows))


@attrs.frozen
class Table:
    """Rows of short texts under a title and headings, made safe to show whatever they hold.

    Attributes:
        title: what the table tells, or empty.
        headings: the headings of its columns; none for a table of notes alone.
        sides: to which side each column goes: ``<`` for words, ``>`` for numbers.
        rows: its rows; the first cell heads its row.
        remarks: what there is to say of each row beside, or empty for none at all.
        beside: the heading of the remarks.
        notes: what there is to say of the table.
        headed: whether a text shows the headings.
        detail: whether a terminal shows it only where all is asked for.
        lang: the language of what is said of rows of zeros.
    """

    title: str = attrs.field(default="", converter=_note)
    headings: tuple[str, ...] = attrs.field(default=(), converter=_notes)
    sides: str = ""
    rows: tuple[tuple[str, ...], ...] = attrs.field(default=(), converter=_rows)
    remarks: tuple[str, ...] = attrs.field(default=(), converter=_notes)
    beside: str = attrs.field(default="", converter=shown)
    notes: tuple[str, ...] = attrs.field(default=(), converter=_notes)
    headed: bool = True
    detail: bool = False
    lang: Lang = Lang.EN

    def styled(self, width: int, indent: str, *, compact: bool = False) -> Iterator[Styled]:
        """Yield the lines of a text: columns aligned, remarks under their rows.

        Where the table would be wider than ``width``, the widest columns of words are wrapped and
        the headings of numbers too; where that is not enough, each row takes several lines.

        Args:
            width: how many columns of a terminal there are.
            indent: what stands before remarks, and before what a long note goes on with.
            compact: whether rows of nothing but zeros become one line.
        """
        yield from _style(wrapped(self.title, width, hanging=indent), Style.TITLE)
        empty = self._empty() if compact else {}
        if self.rows or (self.headings and not self.notes):
            rows = [row for place, row in enumerate(self.rows) if place not in empty]
            remarks = self.remarks or ("",) * len(self.rows)
            remarks = tuple(one for place, one in enumerate(remarks) if place not in empty)
            yield from self._body(rows, remarks, width, indent)
        if empty:
            named = joined((row[0] for row in empty.values()), ", ")
            note = f"{word('all_zero', self.lang)}: {named}"
            yield from _style(wrapped(note, width, hanging=indent), Style.NOTE)
        for note in self.notes:
            yield from _style(wrapped(note, width, hanging=indent), Style.NOTE)

    def _body(
        self,
        rows: Sequence[tuple[str, ...]],
        remarks: Sequence[str],
        width: int,
        indent: str,
    ) -> Iterator[Styled]:
        head = [self.headings] * self.headed
        widths = self._widths([*head, *rows], rows, width)
        narrow = sum(widths) + BETWEEN * (len(widths) - 1) > width
        for heading in [] if narrow else head:
            yield from _style(_aligned(heading, self.sides, widths), Style.HEADING)
        for row, remark in zip(rows, remarks, strict=True):
            lines = self._stacked(row, width) if narrow else _aligned(row, self.sides, widths)
            yield from _style(lines, Style.ROW)
            yield from _style(wrapped(remark, width, indent), Style.NOTE)

    def _stacked(self, row: tuple[str, ...], width: int) -> Iterator[str]:
        """Yield a row as lines: what it is about, then each cell after its heading."""
        yield from wrapped(row[0], width)
        for heading, cell in zip(self.headings[1:], row[1:], strict=True):
            told = f"{heading}: {cell}" if heading and self.headed else cell
            yield from wrapped(told, width, STACKED, hanging=STACKED) if cell else ()

    def _empty(self) -> dict[int, tuple[str, ...]]:
        """Return the rows, by their places, that hold nothing but zeros, if there are several."""
        if set(self.sides[1:]) != {">"}:
            return {}
        found = {
            place: row
            for place, row in enumerate(self.rows)
            if ZERO in row[1:] and {*row[1:]} <= {ZERO, NOTHING}
        }
        return found if len(found) > 1 else {}

    def _widths(
        self, shown_rows: Sequence[tuple[str, ...]], rows: Sequence[tuple[str, ...]], width: int
    ) -> list[int]:
        by_column = list(zip(*shown_rows, strict=True))
        widths = [max(map(columns, column)) for column in by_column]
        words = [index for index in range(len(widths)) if self.sides[index] == "<"]
        words.sort(key=widths.__getitem__, reverse=True)
        for least in (*LEAST, 0):
            for index in words[:1] if least == NARROWEST else words:
                over = sum(widths) + BETWEEN * (len(widths) - 1) - width
                if over > 0:
                    word_fits = max(least, min(_longest(by_column[index]), LONGEST_WORD))
                    widths[index] = min(widths[index], max(widths[index] - over, word_fits))
            if sum(widths) + BETWEEN * (len(widths) - 1) > width:
                for index in range(len(widths)):
                    if self.sides[index] == ">":
                        told = (row[index] for row in rows)
                        broken = _longest([self.headings[index]]) if self.headed else 0
                        widths[index] = max(broken, *map(columns, told), 1)
        return widths

    def html(self) -> str:
        """Return the table as HTML, everything in it escaped, without colours.

        Texts are isolated, so that their direction of writing stays theirs.
        """
        notes = "".join(f"\n<p>{escape(note)}</p>" for note in self.notes)
        if not self.headings:
            return (f"<p>{escape(self.title)}</p>" if self.title else "") + notes
        caption = f"<caption><bdi>{escape(self.title)}</bdi></caption>\n" if self.title else ""
        heads = "".join(
            f'<th scope="col"{LEFT}>{escape(one)}</th>' if one else "<td></td>"
            for one in self._heads()
        )
        sides = f"{self.sides}<"
        rows = "\n".join(f"<tr>{''.join(_tagged(row, sides))}</tr>" for row in self._whole())
        return (
            f"<table>\n{caption}<thead><tr>{heads}</tr></thead>\n"
            f"<tbody>\n{rows}\n</tbody>\n</table>{notes}"
        )

    def markdown(self) -> str:
        """Return the table as Markdown, nothing in its cells read as markup."""
        headings = self._heads()
        rows = [headings, ("---",) * len(headings), *self._whole()]
        table = "".join(f"| {' | '.join(map(_plain, row))} |\n" for row in rows)
        title = f"{_plain(self.title)}\n\n" if self.title else ""
        return title + table + "".join(f"\n{_plain(note)}\n" for note in self.notes)

    def _heads(self) -> tuple[str, ...]:
        """Return the headings, that of the remarks last."""
        return (*self.headings, self.beside) if self.beside or self.remarks else self.headings

    def _whole(self) -> Iterator[tuple[str, ...]]:
        """Yield each row with its remark as the last cell."""
        remarks = self.remarks or ("",) * len(self.rows)
        for row, remark in zip(self.rows, remarks, strict=True):
            yield (*row, remark) if self.beside or self.remarks else row


@attrs.frozen
class Page:
    """What a person reads of one result: a few lines, and tables.

    Attributes:
        tables: the tables.
        lang: the language of its texts.
        heading: the lines above the tables.
        width: how wide a text is.
        indent: what stands before remarks, and before what a long note goes on with.
        headlines: what it comes to in a few sentences, told first on a terminal.
    """

    tables: tuple[Table, ...]
    lang: Lang
    heading: tuple[str, ...] = attrs.field(default=(), converter=_notes)
    width: int = 110
    indent: str = "    "
    headlines: tuple[str, ...] = attrs.field(default=(), converter=_notes)

    def text(self) -> str:
        """Return the page as a text for a terminal."""
        parts = [[line for one in self.heading for line in wrapped(one, self.width)]]
        told = (table.styled(self.width, self.indent) for table in self.tables)
        parts += [[line for line, _ in lines] for lines in told]
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"

    def styled(self, width: int, *, full: bool) -> Iterator[Styled]:
        """Yield the lines of a text that fits a width: the headlines first, then the tables.

        Args:
            width: how many columns of a terminal there are.
            full: whether to tell what is above the tables, and the tables with details.
        """
        tables = [one for one in self.tables if full or not one.detail]
        parts = [
            _style((line for one in self.headlines for line in wrapped(one, width)), Style.HEADLINE)
        ]
        if full or not self.headlines:
            above = (line for one in self.heading for line in wrapped(one, width))
            parts.append(_style(above, Style.ROW if self.headlines else Style.HEADLINE))
        parts += [one.styled(width, self.indent, compact=True) for one in tables]
        if len(tables) < len(self.tables):
            more = wrapped(word("more_with_full", self.lang), width)
            parts.append(_style(more, Style.NOTE))
        begun = False
        for part in parts:
            lines = list(part)
            if lines and begun:
                yield "", Style.ROW
            yield from lines
            begun = begun or bool(lines)

    def fitted(self, width: int, *, full: bool) -> str:
        """Return what ``styled`` yields as a plain text."""
        return "".join(f"{line}\n" for line, _ in self.styled(width, full=full))

    def html(self) -> str:
        """Return the page as HTML for a notebook."""
        lines = "".join(f"<p><bdi>{escape(one)}</bdi></p>\n" for one in self.heading)
        body = "\n".join(table.html() for table in self.tables)
        return f'<div lang="{self.lang.value}">\n{lines}{body}\n</div>'


def _style(lines: Iterable[str], style: Style) -> Iterator[Styled]:
    return ((line, style) for line in lines)


def _longest(cells: Iterable[str]) -> int:
    """Return how wide the widest word of some cells is."""
    return max((columns(one) for cell in cells for one in cell.split(" ")), default=0)


def _aligned(row: Iterable[str], sides: str, widths: Iterable[int]) -> Iterator[str]:
    sized = list(zip(row, sides, widths, strict=True))
    lines = [wrapped(cell, width) if columns(cell) > width else [cell] for cell, _, width in sized]
    for cells in zip_longest(*lines, fillvalue=""):
        told = zip((cell.replace(GLUE, " ") for cell in cells), sized, strict=True)
        yield (
            (" " * BETWEEN)
            .join(padded(cell, width, side) for cell, (_, side, width) in told)
            .rstrip()
        )


def _tagged(row: Iterable[str], sides: str) -> Iterator[str]:
    first, *others = (f"<bdi>{escape(cell)}</bdi>" for cell in row)
    yield f'<th scope="row"{LEFT}>{first}</th>'
    for cell, side in zip(others, sides[1:], strict=False):
        yield f"<td{LEFT if side == '<' else ''}>{cell}</td>"


def _plain(text: str) -> str:
    """Return a text as one cell of Markdown, whatever it holds: nothing of it is markup."""
    return "".join(
        f"\\{sign}"
        if sign in punctuation and sign not in HARMLESS and not is_inside_word(text, index)
        else sign
        for index, sign in enumerate(text)
    )
