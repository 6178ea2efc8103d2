"""Tables for a person to read: as a text of at most 110 columns, and as HTML for a notebook."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from html import escape

import attrs

__all__ = ["Table", "as_html", "as_text"]

WIDTH = 110
INDENT = "    "
LEFT = ' style="text-align: left"'
"""The only style: notebooks push the cells of tables to the right, words too."""


@attrs.frozen
class Table:
    """Rows of short texts under a title and heads; the texts are safe to show on a terminal.

    Attributes:
        title: what the table tells.
        heads: the heads of its columns.
        sides: to which side each column goes: ``<`` or ``>``.
        rows: its rows.
        remarks: what there is to say of each row beside, or empty for none at all.
        beside: the head of the remarks.
        notes: what there is to say of the table.
    """

    title: str
    heads: tuple[str, ...]
    sides: str
    rows: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...] = ()
    beside: str = ""
    notes: tuple[str, ...] = ()

    @property
    def remarked(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Each row with its remark, which may be empty."""
        return zip(self.rows, self.remarks or ("",) * len(self.rows), strict=True)


def as_text(heading: Sequence[str], tables: Iterable[Table]) -> str:
    """Return a heading and tables as a text, its columns aligned and remarks under their rows."""
    parts = [[line for one in heading for line in _wrapped(one)]]
    parts += [list(_lines(table)) for table in tables]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _lines(table: Table) -> Iterator[str]:
    yield table.title
    if table.rows:
        widths = [max(map(len, column)) for column in zip(table.heads, *table.rows, strict=True)]
        yield _aligned(table.heads, table.sides, widths)
        for row, remark in table.remarked:
            yield _aligned(row, table.sides, widths)
            yield from _wrapped(remark, INDENT)
    for note in table.notes:
        yield from _wrapped(note)


def _aligned(row: Sequence[str], sides: str, widths: Sequence[int]) -> str:
    columns = zip(row, sides, widths, strict=True)
    return "  ".join(f"{cell:{side}{width}}" for cell, side, width in columns).rstrip()


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def as_html(heading: Sequence[str], tables: Iterable[Table], lang: str) -> str:
    """Return a heading and tables as HTML: every text escaped, no colours, heads marked as heads.

    Args:
        heading: what stands above the tables.
        tables: the tables.
        lang: the language's code.
    """
    paragraphs = "".join(f"<p>{escape(one)}</p>\n" for one in heading)
    body = "\n".join(map(_html, tables))
    return f'<div lang="{escape(lang)}">\n{paragraphs}{body}\n</div>'


def _html(table: Table) -> str:
    heads = "".join(f'<th scope="col"{LEFT}>{escape(head)}</th>' for head in _heads(table))
    rows = "\n".join(f"<tr>{''.join(_cells(table, *row))}</tr>" for row in table.remarked)
    notes = "".join(f"\n<p>{escape(note)}</p>" for note in table.notes)
    return (
        f"<table>\n<caption>{escape(table.title)}</caption>\n"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>{notes}"
    )


def _heads(table: Table) -> tuple[str, ...]:
    return (*table.heads, table.beside) if table.remarks else table.heads


def _cells(table: Table, row: Sequence[str], remark: str) -> Iterator[str]:
    for cell, side in zip(row, table.sides, strict=True):
        yield f"<td{LEFT if side == '<' else ''}><bdi>{escape(cell)}</bdi></td>"
    if table.remarks:
        yield f"<td{LEFT}>{escape(remark)}</td>"
