"""One table, and its three writers: text for a terminal, HTML for a notebook, Markdown."""

import textwrap
from collections.abc import Iterable, Iterator
from html import escape
from itertools import zip_longest
from string import punctuation

import attrs

from cxjourney.errors import shown
from cxjourney.vocabulary import Lang

GLUE = "\N{NO-BREAK SPACE}"
"""A space at which no line is broken; a text shows it as any other."""

LEFT = ' style="text-align: left"'
"""The only style: notebooks push the cells of tables to the right, words too."""
HARMLESS = frozenset(".,-=+/:;()'")
"""The signs that are nothing in Markdown, wherever they stand."""
NARROWEST = 34
"""A column is not made narrower than this to fit the width."""


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
    """

    title: str = attrs.field(default="", converter=_note)
    headings: tuple[str, ...] = attrs.field(default=(), converter=_notes)
    sides: str = ""
    rows: tuple[tuple[str, ...], ...] = attrs.field(default=(), converter=_rows)
    remarks: tuple[str, ...] = attrs.field(default=(), converter=_notes)
    beside: str = attrs.field(default="", converter=shown)
    notes: tuple[str, ...] = attrs.field(default=(), converter=_notes)
    headed: bool = True

    def lines(self, width: int, indent: str) -> Iterator[str]:
        """Yield the lines of a text: columns aligned, remarks under their rows.

        Where the table would be wider than ``width``, the widest column of words is wrapped; where
        that is not enough, the headings of the numbers are too, and all words once more.
        """
        if self.title:
            yield from _wrapped(self.title, width, hanging=indent)
        if self.rows or (self.headings and not self.notes):
            shown_rows = [self.headings, *self.rows] if self.headed else self.rows
            widths = self._widths(shown_rows, width)
            remarks = ("",) * self.headed + (self.remarks or ("",) * len(self.rows))
            for row, remark in zip(shown_rows, remarks, strict=True):
                yield from _aligned(row, self.sides, widths)
                yield from _wrapped(remark, width, indent)
        for note in self.notes:
            yield from _wrapped(note, width, hanging=indent)

    def _widths(self, rows: Iterable[tuple[str, ...]], width: int) -> list[int]:
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        words = [index for index in range(len(widths)) if self.sides[index] == "<"]
        words.sort(key=widths.__getitem__, reverse=True)
        for least in (NARROWEST, NARROWEST * 3 // 5, NARROWEST // 2):
            for index in words[:1] if least == NARROWEST else words:
                over = sum(widths) + 2 * (len(widths) - 1) - width
                if over > 0:
                    widths[index] = min(widths[index], max(widths[index] - over, least))
            if sum(widths) + 2 * (len(widths) - 1) > width:
                for index, column in enumerate(zip(*self.rows, strict=True)):
                    if self.sides[index] == ">":
                        broken = map(len, self.headings[index].split())
                        widths[index] = max(*broken, *map(len, column), 1)
        return widths

    def html(self) -> str:
        """Return the table as HTML, everything in it escaped, without colours.

        Texts are isolated, so that their direction of writing stays theirs.
        """
        notes = "".join(f"\n<p>{escape(note)}</p>" for note in self.notes)
        if not self.headings:
            return (f"<p>{escape(self.title)}</p>" if self.title else "") + notes
        caption = f"<caption><bdi>{escape(self.title)}</bdi></caption>\n" if self.title else ""
        heads = "".join(f'<th scope="col"{LEFT}>{escape(one)}</th>' for one in self._heads())
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
    """

    tables: tuple[Table, ...]
    lang: Lang
    heading: tuple[str, ...] = attrs.field(default=(), converter=_notes)
    width: int = 110
    indent: str = "    "

    def text(self) -> str:
        """Return the page as a text for a terminal."""
        parts = [[line for one in self.heading for line in _wrapped(one, self.width)]]
        parts += [list(table.lines(self.width, self.indent)) for table in self.tables]
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"

    def html(self) -> str:
        """Return the page as HTML for a notebook."""
        lines = "".join(f"<p><bdi>{escape(one)}</bdi></p>\n" for one in self.heading)
        body = "\n".join(table.html() for table in self.tables)
        return f'<div lang="{self.lang.value}">\n{lines}{body}\n</div>'


def _wrapped(text: str, width: int, indent: str = "", *, hanging: str = "") -> list[str]:
    own = text[: len(text) - len(text.lstrip(" "))]
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent + own + hanging,
        break_on_hyphens=False,
    )
    return [line.replace(GLUE, " ") for line in lines]


def _aligned(row: Iterable[str], sides: str, widths: Iterable[int]) -> Iterator[str]:
    sized = list(zip(row, sides, widths, strict=True))
    columns = [_wrapped(cell, width) if len(cell) > width else [cell] for cell, _, width in sized]
    for cells in zip_longest(*columns, fillvalue=""):
        told = zip((cell.replace(GLUE, " ") for cell in cells), sized, strict=True)
        yield "  ".join(f"{cell:{side}{width}}" for cell, (_, side, width) in told).rstrip()


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
