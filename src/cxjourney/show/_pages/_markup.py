"""Markup that cannot hold an unescaped text: whatever is not markup already is escaped."""

from collections.abc import Iterable
from html import escape

from cxjourney.errors import shown
from cxjourney.show._layout._wrapping import GLUE

VOID = frozenset({"meta", "br", "hr", "rect", "line", "path", "circle", "use"})
"""Elements that hold nothing, in HTML or, as they are used here, in SVG."""
IN_SVG = frozenset({"rect", "line", "path", "circle", "use"})


class Markup(str):
    """A piece of HTML or SVG. Only ``tag``, ``joined`` and ``bdi`` make it."""

    __slots__ = ()


def printable(text: str) -> str:
    """Return a text in one line that nothing takes for a command."""
    return GLUE.join(map(shown, text.split(GLUE)))


def markup(text: str) -> Markup:
    """Return a text as markup: printable, and escaped, unless it is markup already."""
    if isinstance(text, Markup):
        return text
    return Markup(escape(printable(text)))


def joined(pieces: Iterable[str], sign: str = "") -> Markup:
    """Return pieces in a row, each as markup."""
    return Markup(sign.join(map(markup, pieces)))


def tag(element: str, *children: str, **attributes: str | float | None) -> Markup:
    """Return an element.

    Args:
        element: its name.
        children: what it holds; a text that is no markup is escaped.
        attributes: its attributes: ``aria_label`` is aria-label, ``class_`` is class; those that
            are None are left out, and one with an empty text stands without value.
    """
    parts = [element]
    for name, value in attributes.items():
        if value is not None:
            told = value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
            key = name.rstrip("_").replace("_", "-")
            parts.append(f'{key}="{markup(told)}"' if told else key)
    opening = " ".join(parts)
    if element in VOID:
        return Markup(f"<{opening}/>" if element in IN_SVG else f"<{opening}>")
    return Markup(f"<{opening}>{joined(children)}</{element}>")


def bdi(text: str) -> Markup:
    """Return a text of the user's own, whose direction of writing stays its own."""
    return tag("bdi", text)
