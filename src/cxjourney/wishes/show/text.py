"""The findings of a survey as a text of at most 110 columns: what was decided, and why."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from cxjourney.texts import Lang
from cxjourney.wishes.findings import WishMap
from cxjourney.wishes.show.cells import (
    Cells,
    cells,
    figure_notes,
    footnotes,
    heading,
    short_names,
    word,
)

__all__ = ["table_text"]

WIDTH = 110
LONGEST_NAME = 32
INDENT = "    "


def table_text(wish_map: WishMap, lang: Lang = Lang.EN) -> str:
    """Return the table of a survey's findings for a person to read.

    First what was decided for each wish, and under it why not, or what else to know; then the
    figures that describe; then what all of it rests on, with each limit that is our convention
    marked so. Nothing in it commands a terminal.

    Args:
        wish_map: the findings.
        lang: the language; names of wishes and columns stay as they are.
    """
    rows = list(cells(wish_map, lang))
    names = short_names([row.wish for row in rows], LONGEST_NAME)
    parts = (
        [*_wrapped(heading(wish_map, lang)), "", *_decisions(rows, names, lang)],
        [f"{word('describe', lang)}:", *_figures(rows, names, lang)],
        [*_notes(footnotes(wish_map, lang)), *_notes(figure_notes(wish_map, lang))],
    )
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _decisions(rows: Iterable[Cells], names: Iterable[str], lang: Lang) -> Iterator[str]:
    asked, value = word("asked", lang), word("value", lang)
    head = (word("wish", lang), word("kind", lang), "P", f"{asked}, %", "P", value, "P")
    body = [
        (name, row.kind, row.probability, row.share, row.asked, row.effect, row.value)
        for name, row in zip(names, rows, strict=True)
    ]
    first, *lines = _aligned([head, *body], "<<>>>>>")
    yield first
    for line, row in zip(lines, rows, strict=True):
        yield line
        yield from _wrapped(row.remarks, INDENT)


def _figures(rows: Iterable[Cells], names: Iterable[str], lang: Lang) -> Iterator[str]:
    head = (word("wish", lang), "n", "LMG", "Johnson", "VIF", word("robustness", lang))
    body = [
        (name, row.n, row.lmg, row.johnson, row.vif, row.robustness)
        for name, row in zip(names, rows, strict=True)
    ]
    yield from _aligned([head, *body], "<>>>>>")


def _notes(notes: Iterable[str]) -> Iterator[str]:
    for note in notes:
        yield from _wrapped(note, hanging=INDENT)


def _wrapped(text: str, indent: str = "", hanging: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_on_hyphens=False,
    )


def _aligned(table: Sequence[Sequence[str]], sides: str) -> Iterator[str]:
    """Yield the lines of a table: each column to the side that its sign points to."""
    widths = [max(len(row[column]) for row in table) for column in range(len(sides))]
    for row in table:
        columns = zip(row, sides, widths, strict=True)
        yield "  ".join(f"{cell:{side}{width}}" for cell, side, width in columns).rstrip()
