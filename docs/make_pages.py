"""Writes the pages that the code itself tells: ``python docs/make_pages.py``.

``KEPT`` pages are committed, and a test holds them to the code. ``made_for_sphinx`` are written
whenever the documentation is built.
"""
# ruff: noqa: INP001 - a script, not a package

import ast
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from enum import Enum
from functools import cache
from importlib import import_module
from io import StringIO
from itertools import groupby
from pathlib import Path
from textwrap import indent
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

import attrs
from page_of_pictures import pictures_page
from page_of_rules import rules_page
from page_parts import DOCS, filled, table

import cxjourney
from cxjourney import Journey, Lang, Options, standard_chart
from cxjourney.chart._standard_chart import ALL_OPTIONS, chart_with
from cxjourney.show import chart_markdown, differences_markdown, guards_markdown
from cxjourney.vocabulary._texts import catalogue

PACKAGE = cxjourney.__name__


class Named(NamedTuple):
    """One public name: the room that it is listed under, and its line."""

    room: str
    name: str
    line: str
    directive: str
    also: bool


def rooms() -> list[str]:
    """Return the public packages but the root, and the module of errors, by name."""
    found = pkgutil.walk_packages(cxjourney.__path__, f"{PACKAGE}.")
    public = [each.name for each in found if "._" not in each.name]
    return [each for each in public if hasattr(import_module(each), "__all__")]


@cache
def public_names() -> tuple[Named, ...]:
    """Return every public name, sorted, each under the room whose face shows it."""
    return _named(lambda module: module.__all__)


def _named(names: Callable[[ModuleType], Iterable[str]]) -> tuple[Named, ...]:
    said = dict(_said_of_data())
    found = []
    for room in rooms():
        module = import_module(room)
        for one in names(module):
            thing = getattr(module, one)
            directive = _directive(thing)
            data = directive == "py:data"
            line = _of_data(said, room, one) if data else inspect.getdoc(thing) or ""
            first = line.strip().partition("\n\n")[0]
            if not first:
                raise LookupError(f"{room}.{one} has no docstring")
            found.append(Named(room, one, first, directive, one in cxjourney.__all__))
    return tuple(sorted(found))


def _directive(thing: object) -> str:
    """Return the directive by which Sphinx documents a thing."""
    if isinstance(thing, type):
        return "autoexception" if issubclass(thing, BaseException) else "autoclass"
    return "autofunction" if isinstance(inspect.unwrap(thing), FunctionType) else "py:data"


def _said_of_data() -> Iterator[tuple[tuple[str, str], str]]:
    """Yield what stands below each constant and alias of the package, by module and name."""
    for each in pkgutil.walk_packages(cxjourney.__path__, f"{PACKAGE}."):
        spec = each.module_finder.find_spec(each.name, None)
        tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
        for one, after in zip(tree.body, tree.body[1:], strict=False):
            if isinstance(one, ast.Assign | ast.AnnAssign) and isinstance(after, ast.Expr):
                target = one.target if isinstance(one, ast.AnnAssign) else one.targets[0]
                if isinstance(target, ast.Name) and isinstance(after.value, ast.Constant):
                    yield (each.name, target.id), str(after.value.value)


def _of_data(said: Mapping[tuple[str, str], str], room: str, one: str) -> str:
    """Return what is said of a constant where its room assigns it, else nothing."""
    inside = [text for (at, name), text in said.items() if name == one and at.startswith(room)]
    return "".join(inside[:1])


def received(module: ModuleType) -> list[str]:
    """Return the classes of results that a face shows and does not list, for nobody types them."""
    names = [one for one in dir(module) if not one.startswith("_") and one not in module.__all__]
    found = {one: getattr(module, one) for one in names}
    own = [one for one, thing in found.items() if isinstance(thing, type)]
    return [one for one in own if found[one].__module__.startswith(f"{module.__name__}._")]


def names_page() -> str:
    """Return the page of every public name."""
    found = public_names()
    parts = []
    for room, listed in groupby(found, key=lambda one: one.room):
        rows = [
            (f"`{one.name}`", one.line + (f" *also `{PACKAGE}`*" if one.also else ""))
            for one in listed
        ]
        parts.append(f"## `{room}`\n\n{table(('name', 'what it is'), rows)}")
    return filled(
        "names.md",
        rooms=len(parts),
        count=len(found),
        package=PACKAGE,
        tables="\n".join(parts),
    )


def reference_pages() -> Iterator[tuple[str, str]]:
    """Yield a page of reference for each room at the top, with the rooms inside it."""

    def top(one: Named) -> str:
        return ".".join(one.room.split(".")[:2])

    every = sorted(public_names() + _named(received))
    for page, listed in groupby(every, key=top):
        parts = [f"# `{page}`\n"]
        for room, inside in groupby(listed, key=lambda one: one.room):
            if room != page:
                parts.append(f"## `{room}`\n")
            parts.append(_reference(room, list(inside)))
        yield f"reference/{page.removeprefix(f'{PACKAGE}.')}.md", "\n".join(parts)


def _reference(room: str, listed: list[Named]) -> str:
    lines = [f".. automodule:: {room}", ""]
    for one in listed:
        known = one.name if one.directive == "py:data" else f"{room}.{one.name}"
        lines += [f".. {one.directive}:: {known}", *_body(one), ""]
    body = "\n".join(lines)
    return f"```{{eval-rst}}\n{body}```\n"


def _body(one: Named) -> list[str]:
    """Return what stands in a directive: Sphinx finds no docstrings of data in another module."""
    if one.directive == "py:data":
        return ["", indent(one.line, "   ")]
    if one.directive == "autofunction":
        return []
    cls = getattr(import_module(one.room), one.name)
    constants = any(type(value) is cls for value in vars(cls).values())
    more = ["   :undoc-members:"] if constants else []
    if not issubclass(cls, Enum):
        more.append(f"   :inherited-members: {STRANGERS}")
    return ["   :members:", *more]


def chart_page() -> str:
    """Return the page of the standard chart."""
    chart = standard_chart()
    return filled(
        "chart.md",
        version=chart.version,
        count=len(chart.rows),
        rows=chart_markdown(chart),
        guards=guards_markdown(chart),
        options="\n".join(_option(options) for options in ALL_OPTIONS if _changed(options) == 1),
    )


def tutorial_journey() -> Journey:
    """Return the journey that the tutorial tells, as its blocks leave it."""
    text = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    told: dict[str, Any] = {}
    with redirect_stdout(StringIO()):
        exec("".join(blocks), told)  # noqa: S102 - a page of ours, which the tests run too
    journey: Journey = told["journey"]
    return journey


def _changed(options: Options) -> int:
    """Count the options that differ from the default."""
    pairs = zip(attrs.astuple(options), attrs.astuple(Options()), strict=True)
    return sum(one is not default for one, default in pairs)


def _option(options: Options) -> str:
    differences = differences_markdown(standard_chart(), chart_with(options))
    return f"### `{options.suffix[1:-1]}`\n\n{differences}"


STRANGERS = (
    "object, int, str, tuple, dict, BaseException, Generic, Machine, GraphMachine, Transition, "
    "Condition, Mapping, Protocol"
)
"""Bases whose members other projects describe."""

WORDS = {
    "Phases": "Phase",
    "Standings": "Standing",
    "Channels": "Channel",
    "Purposes": "Purpose",
    "Kinds of wishes": "WishKind",
    "Reasons why the kind of a wish is not known": "Reason",
    "Natures of events": "Nature",
    "Events": "EventKind",
    "Effects of events": "Effect",
    "Facts on hold": "HeldFact",
    "Conditions": "Guard",
    "Obligations": "ObligationRule",
    "Results": "Outcome",
    "Reasons for which a journey stops": "ExitReason",
    "Touchpoints": "Touchpoint",
    "Smileys": "Smiley",
    "Rows of the standard playbook": "Play",
    "Verdicts of the policy": "Ruling",
    "States of an intent": "State",
    "Reasons for which an intent is not sent any more": "Moot",
    "What became of a contact in a rehearsal": "LineKind",
    "How two rehearsals differ": "ChangeKind",
    "What became of a line of a log": "Fate",
}
"""The tables of the catalogue that hold words, by the heading above them."""


def glossary_page() -> str:
    """Return the glossary in three languages, from the catalogue of texts."""
    heads = ("in code", "English", "Estonian", "Finnish")
    texts = [catalogue(lang) for lang in (Lang.EN, Lang.ET, Lang.FI)]
    tables = []
    for title, words in WORDS.items():
        rows = (
            (f"`{key}`", *(each[words][key].format_map(each["Phase"]) for each in texts))
            for key in texts[0][words]
        )
        tables.append(f"## {title}\n\n{table(heads, rows)}")
    return filled("glossary.md", tables="\n".join(tables))


KEPT = {
    "names.md": names_page,
    "rules.md": rules_page,
    "chart.md": chart_page,
    "pictures.md": lambda: pictures_page(rooms()),
    "chart.svg": lambda: standard_chart().show().svg(),
    "journey.svg": lambda: tutorial_journey().show().svg(),
}
"""The pages and pictures that are committed, by file."""


def made_for_sphinx() -> dict[str, str]:
    """Return the pages that are made whenever Sphinx runs, by file."""
    return {"glossary.md": glossary_page(), **dict(reference_pages())}


def write(pages: Mapping[str, str]) -> None:
    """Write pages beside this script, those that changed only."""
    for file, text in pages.items():
        path = DOCS / file
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write({file: page() for file, page in KEPT.items()})
