"""The findings of a survey as a table for a notebook: plain HTML, everything in it escaped."""

from collections.abc import Iterator
from html import escape

import attrs

from cxjourney.texts import Lang
from cxjourney.wishes.findings import WishMap
from cxjourney.wishes.show.cells import Cells, cells, figure_notes, footnotes, heading, word

__all__ = ["table_html"]

LEFT = ' style="text-align: left"'
"""The only style: notebooks push the cells of tables to the right, words too."""
WORDS = frozenset({"kind", "remarks"})
"""The columns that hold words."""


def table_html(wish_map: WishMap, lang: Lang = Lang.EN) -> str:
    """Return the table of a survey's findings as HTML, for a notebook to show.

    It has a caption and headed rows and columns for who listens to it, and no colours, so that
    any theme may have its own. Names are isolated, so that their direction of writing stays theirs.

    Args:
        wish_map: the findings.
        lang: the language; names of wishes and columns stay as they are.
    """
    heads = "".join(f'<th scope="col"{LEFT}>{escape(head)}</th>' for head in _heads(lang))
    body = "\n".join(f"<tr>{''.join(_row(row))}</tr>" for row in cells(wish_map, lang))
    notes = (*footnotes(wish_map, lang), *figure_notes(wish_map, lang))
    items = "\n".join(f"<li>{escape(note)}</li>" for note in notes)
    return (
        f'<div lang="{lang.value}">\n<table>\n'
        f"<caption>{_isolated(heading(wish_map, lang))}</caption>\n"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n"
        f"<ul>\n{items}\n</ul>\n</div>"
    )


def _heads(lang: Lang) -> Iterator[str]:
    """Yield the heads of the columns, in the order of the fields of ``Cells``."""
    kind, asked, value = word("kind", lang), word("asked", lang), word("value", lang)
    yield from (word("wish", lang), kind, f"P({kind})", f"{asked}, %", f"P({asked})")
    yield from (value, f"P({value})", "n", "LMG", "Johnson", "VIF")
    yield from (word("robustness", lang), word("remarks", lang))


def _row(row: Cells) -> Iterator[str]:
    first, *others = attrs.asdict(row).items()
    yield f'<th scope="row"{LEFT}>{_isolated(first[1])}</th>'
    for column, text in others:
        yield f"<td{LEFT if column in WORDS else ''}>{escape(text)}</td>"


def _isolated(text: str) -> str:
    return f"<bdi>{escape(text)}</bdi>"
