"""What the pages that are made from the code have in common: tables, lengths, templates."""
# ruff: noqa: INP001 - a script's helper, not a package

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import time, timedelta
from enum import Enum
from pathlib import Path

import attrs

from cxjourney.vocabulary import Wait

DOCS = Path(__file__).parent
MADE = """\
<!-- Made from the code by `python docs/make_pages.py`; change the code or docs/templates. -->

"""


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    heads = tuple(heads)
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(_cell(one) for one in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("``", "`").replace("|", r"\|")


def code(names: Iterable[str]) -> str:
    """Return names as code, in one line."""
    return ", ".join(f"`{one}`" for one in names)


def length(given: timedelta | Wait) -> str:
    """Return a length of time in the largest unit that fits."""
    if isinstance(given, Wait):
        return str(given)
    for unit, one in (("day", timedelta(days=1)), ("hour", timedelta(hours=1))):
        count, rest = divmod(given, one)
        if count and not rest and (unit == "hour" or count != 1):
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{given // timedelta(minutes=1)} minutes"


def shown(value: object) -> str:
    """Return a default as a reader would write it."""
    match value:
        case None:
            return "our convention"
        case timedelta() | Wait():
            return length(value)
        case Enum():
            return value.name
        case frozenset() | tuple() | Mapping():
            return ", ".join(sorted(shown(one) for one in value)) or "none"
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def defaults(of: type) -> str:
    """Return a table of the fields of a class: its defaults, and what its docstring says."""
    made = of()
    said = dict(_attributes(inspect.getdoc(of) or ""))
    fields = [field.name for field in attrs.fields(of)]
    rows = ((f"`{one}`", shown(getattr(made, one)), said[one]) for one in fields)
    return table(("limit", "default", "what it is"), rows)


def _attributes(docstring: str) -> Iterator[tuple[str, str]]:
    _, _, after = docstring.partition("Attributes:\n")
    section, _, _ = after.partition("\n\nRaises:")
    for entry in re.split(r"^ {4}(?=\S)", section, flags=re.MULTILINE)[1:]:
        field, _, text = entry.partition(":")
        yield field, text


def filled(template: str, **parts: object) -> str:
    """Return a page: a template with what the code tells filled in."""
    text = (DOCS / "templates" / template).read_text(encoding="utf-8")
    return MADE + text.format(**parts)
