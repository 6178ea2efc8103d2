"""The page of what a notebook shows, with a table of every class, from the code."""
# ruff: noqa: INP001 - a script's helper, not a package

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import attrs
from page_parts import filled, table

from cxjourney.show._pictures._display import DIAGRAMS, PAGES, PICTURES
from cxjourney.vocabulary._texts import Told

HEADS = ("class", "text", "HTML", "picture", "JupyterLab", "nbconvert, marimo")


def pictures_page(rooms: list[str]) -> str:
    """Return the page, with a line for each public class that can be shown."""
    found: dict[str, type] = {}
    for room in rooms:
        module = import_module(room)
        for name in dir(module):
            thing = getattr(module, name)
            if isinstance(thing, type) and hasattr(thing, "show") and not name.startswith("_"):
                found.setdefault(name, thing)
    rows = (_row(name, cls) for name, cls in sorted(found.items()) if _is_whole(cls))
    return filled("pictures.md", classes=table(HEADS, rows))


def _is_whole(cls: type) -> bool:
    return attrs.has(cls) or hasattr(cls, "_fields")


def _row(name: str, cls: type) -> Iterator[str]:
    yield f"`{name}`"
    whole: Any = cls
    worded = whole.__str__ is not object.__str__
    yield "words" if worded else "its repr"
    if issubclass(cls, Told):
        html = "words and tables"
    elif name in PAGES:
        html = "words and a table" if worded else "tables"
    else:
        html = "words" if worded else "a table of fields"
    yield html
    picture = "SVG, Mermaid" if name in DIAGRAMS else "SVG" if name in PICTURES else "-"
    yield picture
    yield "Mermaid" if name in DIAGRAMS else "SVG" if name in PICTURES else "HTML"
    yield "SVG" if name in PICTURES else "HTML"
