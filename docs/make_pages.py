"""Writes the pages that the code itself tells: ``python docs/make_pages.py``.

``KEPT`` pages are committed, and a test holds them to the code. ``made_for_sphinx`` are written
whenever the documentation is built.
"""
# ruff: noqa: INP001 - a script, not a package

import ast
import inspect
import pkgutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum  # noqa: TC003 - a script need not guard its imports
from functools import cache
from importlib import import_module
from itertools import groupby
from pathlib import Path
from textwrap import indent
from types import FunctionType
from typing import NamedTuple

import attrs
from page_of_rules import rules_page
from page_parts import DOCS, filled, table

import cxjourney
from cxjourney import (
    Channel,
    EventKind,
    ExitReason,
    HeldFact,
    Lang,
    Outcome,
    Phase,
    Purpose,
    Smiley,
    Standing,
    Touchpoint,
    WishKind,
    standard_chart,
)
from cxjourney.channels.policy import Ruling
from cxjourney.chart import Effect, Options
from cxjourney.chart._standard_chart import ALL_OPTIONS, chart_with
from cxjourney.diagram import chart_markdown, chart_mermaid, differences_markdown, guards_markdown
from cxjourney.dispatch.journal import State
from cxjourney.vocabulary import Nature
from cxjourney.vocabulary._texts import duty, name

PACKAGE = cxjourney.__name__


class Named(NamedTuple):
    """One public name: the room that it is listed under, and its line."""

    room: str
    name: str
    line: str
    directive: str
    also: bool


def rooms() -> list[str]:
    """Return the public packages, and the module of errors, by name; the whole package first."""
    found = [PACKAGE]
    for each in pkgutil.walk_packages(cxjourney.__path__, f"{PACKAGE}."):
        public = not any(part.startswith("_") for part in each.name.split("."))
        if public and (each.ispkg or each.name == f"{PACKAGE}.errors"):
            found.append(each.name)
    return [each for each in found if hasattr(import_module(each), "__all__")]


@cache
def public_names() -> tuple[Named, ...]:
    """Return every public name once, under the innermost room that it comes from."""
    said = dict(_said_of_data())
    homes: dict[tuple[str, int], list[str]] = defaultdict(list)
    things: dict[tuple[str, int], object] = {}
    for room in rooms():
        module = import_module(room)
        for one in module.__all__:
            thing = getattr(module, one)
            homes[one, id(thing)].append(room)
            things[one, id(thing)] = thing
    found = []
    for key, showing in homes.items():
        one, thing = key[0], things[key]
        directive = _directive(thing)
        is_data = directive == "py:data"
        made_in = "" if is_data else f"{thing.__module__}."
        room = max(showing, key=lambda each: (made_in.startswith(f"{each}."), len(each)))
        line = _of_data(said, room, one) if is_data else inspect.getdoc(thing) or ""
        first = line.strip().partition("\n\n")[0]
        if not first:
            raise LookupError(f"{room}.{one} has no docstring")
        also = PACKAGE in showing and room != PACKAGE
        found.append(Named(room, one, first, directive, also))
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
    """Return what is said of a constant: inside its room, else wherever it is said first."""
    found = [
        (module.startswith(room), text) for (module, name), text in said.items() if name == one
    ]
    return max(found, default=(False, ""), key=lambda each: each[0])[1]


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

    for page, listed in groupby(public_names(), key=top):
        parts = [f"# `{page}`\n"]
        for room, inside in groupby(listed, key=lambda one: one.room):
            if room != page:
                parts.append(f"## `{room}`\n")
            parts.append(_reference(room, list(inside)))
        yield f"reference/{page.removeprefix(f'{PACKAGE}.')}.md", "\n".join(parts)


def _reference(room: str, listed: list[Named]) -> str:
    lines = [f".. automodule:: {room}", ""]
    for one in listed:
        lines += [f".. {one.directive}:: {room}.{one.name}", *_body(one), ""]
    body = "\n".join(lines)
    return f"```{{eval-rst}}\n{body}```\n"


def _body(one: Named) -> list[str]:
    """Return what stands in a directive: Sphinx finds no docstrings of data in another module."""
    if one.directive == "py:data":
        return ["", indent(one.line, "   ")]
    return [] if one.directive == "autofunction" else ["   :members:"]


def chart_page() -> str:
    """Return the page of the standard chart."""
    chart = standard_chart()
    return filled(
        "chart.md",
        version=chart.version,
        count=len(chart.rows),
        picture=chart_mermaid(chart),
        rows=chart_markdown(chart),
        guards=guards_markdown(chart),
        options="\n".join(_option(options) for options in ALL_OPTIONS if _changed(options) == 1),
    )


def _changed(options: Options) -> int:
    """Count the options that differ from the default."""
    pairs = zip(attrs.astuple(options), attrs.astuple(Options()), strict=True)
    return sum(one is not default for one, default in pairs)


def _option(options: Options) -> str:
    differences = differences_markdown(standard_chart(), chart_with(options))
    return f"### `{options.suffix[1:-1]}`\n\n{differences}"


def glossary_page() -> str:
    """Return the glossary in three languages."""
    enums: dict[str, Iterable[Enum | EventKind]] = {
        "Phases": Phase,
        "Standings": Standing,
        "Channels": Channel,
        "Purposes": Purpose,
        "Kinds of wishes": WishKind,
        "Natures of events": Nature,
        "Effects of events": Effect,
        "Facts on hold": HeldFact,
        "Results": Outcome,
        "Reasons for which a journey stops": ExitReason,
        "Touchpoints": Touchpoint,
        "Smileys": Smiley,
        "Verdicts of the policy": Ruling,
        "States of an intent": State,
        "Events": EventKind.builtin(),
    }
    words = {
        title: [(f"`{one.name}`", *(name(one, lang) for lang in Lang)) for one in members]
        for title, members in enums.items()
    }
    words["Obligations"] = [
        (f"`{rule.id}`", *(duty(rule.id, lang) for lang in Lang))
        for rule in standard_chart().obligations
    ]
    heads = ("in code", "English", "Estonian", "Finnish")
    tables = [f"## {title}\n\n{table(heads, rows)}" for title, rows in words.items()]
    return filled("glossary.md", tables="\n".join(tables))


KEPT = {"names.md": names_page, "rules.md": rules_page, "chart.md": chart_page}
"""The pages that are committed, by file."""


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
