"""What is shown of a thing in words: lines with what stands below them, and tables of fields."""

from collections.abc import Iterator
from html import escape

from cxjourney.errors import shown
from cxjourney.show._table import Page, Table
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._terminal import parts_of
from cxjourney.vocabulary._texts import words


def plain_lines(text: str) -> str:
    """Return a text whose lines hold nothing that a terminal would take for a command."""
    spaced = text.replace("\N{NO-BREAK SPACE}", " ")
    return "\n".join(map(shown, spaced.splitlines()))


def worded_html(text: str, lang: Lang) -> str:
    """Return the plain lines of a text as HTML, with lists of those that stand further in."""
    lines = [(len(line) - len(line.lstrip(" ")), line.strip(" ")) for line in text.splitlines()]
    body = "\n".join(_nested([line for line in lines if line[1]]))
    return f'<div lang="{lang.value}">\n{body}\n</div>'


def _nested(lines: list[tuple[int, str]]) -> Iterator[str]:
    """Yield paragraphs, and a list for what stands below each."""
    for line, below in _groups(lines):
        yield f"<p><bdi>{escape(line)}</bdi></p>"
        if below:
            yield f"<ul>{''.join(_items(below))}</ul>"


def _items(lines: list[tuple[int, str]]) -> Iterator[str]:
    for line, below in _groups(lines):
        inner = f"<ul>{''.join(_items(below))}</ul>" if below else ""
        yield f"<li><bdi>{escape(line)}</bdi>{inner}</li>"


def _groups(lines: list[tuple[int, str]]) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Yield each line with those that stand further in than it."""
    place = 0
    while place < len(lines):
        depth, line = lines[place]
        end = place + 1
        while end < len(lines) and lines[end][0] > depth:
            end += 1
        yield line, lines[place + 1 : end]
        place = end


def fields_page(thing: object, lang: Lang) -> Page:
    """Return the fields of a thing as a table; a text that a caller gave goes by its length."""
    rows = [part for part in parts_of(thing) if not part[0].startswith("_")]
    table = Table(type(thing).__name__, words(lang, "field", "holds"), "<<", rows)
    return Page((table,), lang)
