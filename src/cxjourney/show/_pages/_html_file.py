"""A report as one file: its head, its style, its sections, its tables and its figures."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files

import attrs

from cxjourney.show._pages._markup import Markup, bdi, joined, tag
from cxjourney.show._table import Table
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._texts import page

SHORT = 12
"""The name of a row of at most so many characters, such as a month, is not broken over lines."""


@cache
def _style() -> tuple[str, str]:
    """Return the style of every report, and the rule that lets it in and nothing else."""
    style = files(__name__.rpartition(".")[0]).joinpath("report.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    rule = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return style, rule


def document(title: str, about: Sequence[str], sections: Iterable[Markup], lang: Lang) -> str:
    """Return a report as one file of HTML.

    Args:
        title: what it tells, in a line.
        about: of what it is, and as of when.
        sections: its parts.
        lang: the language.
    """
    style, rule = _style()
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=rule),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="robots", content="noindex"),
        tag("title", title),
        tag("style", Markup(style)),
    )
    body = tag(
        "body",
        tag(
            "main",
            tag(
                "header",
                tag("h1", title),
                *(tag("p", line, class_="about") for line in about),
            ),
            *sections,
        ),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang=lang.value)}\n"


def section(title: str, *parts: str) -> Markup:
    """Return a part of a report under its heading."""
    return tag("section", tag("h2", title), *parts)


def head(told: str, note: str) -> Markup:
    """Return what there is to know first, with what there is to say of it."""
    if not isinstance(told, Markup):
        told = told[:1].upper() + told[1:]
    return tag("li", tag("strong", told), note)


def paragraphs(lines: Iterable[str], class_: str | None = None) -> Markup:
    """Return lines as paragraphs."""
    return joined(tag("p", line, class_=class_) for line in lines)


def listed(items: Iterable[str], class_: str | None = None) -> Markup:
    """Return items as a list; none at all where there are none."""
    rows = joined(tag("li", item) for item in items)
    return tag("ul", rows, class_=class_) if rows else Markup()


def defined(items: Iterable[tuple[str, str]]) -> Markup:
    """Return things, each with what there is to say of it under it."""
    return tag("dl", joined(joined([tag("dt", one), tag("dd", told)]) for one, told in items))


def figure_of(picture: str, caption: str) -> Markup:
    """Return a picture with what there is to say of it."""
    return tag("figure", picture, *([tag("figcaption", caption)] if caption else []))


def folded(summary: str, *parts: str, class_: str | None = None) -> Markup:
    """Return parts that show themselves when they are asked for."""
    return tag("details", tag("summary", summary), *parts, class_=class_)


@attrs.frozen
class Grid:
    """A table of a report.

    Attributes:
        caption: what it tells.
        headings: the headings of its columns.
        sides: to which side each column goes: ``<`` for words, ``>`` for numbers.
        rows: its rows; the first cell heads its row.
        notes: what there is to say of it.
        headed: whether its caption is seen; a heading above it may say the same.
        shades: how strongly the cells after the first are shaded, from 0 to 5, row by row.
    """

    caption: str
    headings: Sequence[str]
    sides: str
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    headed: bool = True
    shades: Sequence[Sequence[int]] = ()

    @classmethod
    def of(cls, table: Table, names: Sequence[str] = ()) -> "Grid":
        """Return a table as it is shown elsewhere, with its remarks as the last column.

        Args:
            table: the table.
            names: what its rows are called in full; what they are called in the table if not given.
        """
        beside = bool(table.beside or table.remarks)
        remarks = table.remarks or ("",) * len(table.rows)
        return cls(
            table.title.rstrip(":"),
            (*table.headings, *([table.beside] if beside else [])),
            table.sides + "<" * beside,
            [
                (bdi(called), *row[1:], *([remark] if beside else []))
                for called, row, remark in zip(
                    names or [row[0] for row in table.rows], table.rows, remarks, strict=True
                )
            ],
            table.notes,
            headed=False,
        )

    def html(self) -> Markup:
        """Return the table in a box of its own, which a narrow screen scrolls."""
        heads = joined(
            tag("th", head, scope="col", class_=_side(side))
            for head, side in zip(self.headings, self.sides, strict=True)
        )
        none = (0,) * len(self.sides)
        shades = self.shades or (none,) * len(self.rows)
        rows = joined(map(self._row, self.rows, shades), "\n")
        whole = tag(
            "table",
            tag("caption", self.caption, class_=None if self.headed else "unseen"),
            tag("thead", tag("tr", heads)),
            tag("tbody", rows),
        )
        box = tag("div", whole, class_="box", tabindex="0", role="region", aria_label=self.caption)
        return joined([box, paragraphs(self.notes, "note")])

    def _row(self, row: Sequence[str], shades: Sequence[int]) -> Markup:
        first, *others = row
        short = "short" if len(first) <= SHORT else None
        cells = (
            tag("td", cell, class_=f"n shade-{shade}" if shade else _side(side))
            for cell, side, shade in zip(others, self.sides[1:], shades, strict=False)
        )
        return tag("tr", tag("th", first, scope="row", class_=short), *cells)


def _side(side: str) -> str | None:
    return "n" if side == ">" else None


def as_table(lang: Lang, *grids: Grid) -> Markup:
    """Return the figures of a picture, folded."""
    return folded(page("as_table", lang), *(grid.html() for grid in grids))
