"""Showing what comes from outside: made safe for a terminal, and short."""

from collections.abc import Iterable

__all__ = ["listed", "masked", "quoted", "shape", "shown"]

ELLIPSIS = "..."
LONGEST_SHAPE = 40
LONGEST_NAME = 40
MOST_NAMES = 12


def shown(text: str, width: int | None = None) -> str:
    """Return a text in one line that no terminal takes for a command, cut to ``width``.

    Whatever is not printable (control characters, escapes, marks that turn the direction of
    writing, halves of characters) stands as its Python escape.
    """
    safe = text
    if not text.isprintable():
        safe = "".join(char if char.isprintable() else _escaped(char) for char in text)
    if width is None or len(safe) <= width:
        return safe
    return safe[: width - len(ELLIPSIS)] + ELLIPSIS


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def quoted(name: str) -> str:
    """Return a name in quotes, shortened and printable."""
    return f"'{shown(name, LONGEST_NAME)}'"


def shape(text: str) -> str:
    """Describe a text without its words: 9 stands for each digit, ``a`` for each letter."""
    if not text.strip():
        return "blank"
    return f"a text of the shape {shown(masked(text), LONGEST_SHAPE)!r}"


def masked(text: str) -> str:
    """Return a text with 9 for each digit and ``a`` for each letter."""
    return "".join("9" if char.isdigit() else "a" if char.isalpha() else char for char in text)


def listed(names: Iterable[str]) -> str:
    """Return names as a short list in which each is safe to show."""
    found = [shown(name, LONGEST_NAME) for name in names]
    more = f" and {len(found) - MOST_NAMES} more" if len(found) > MOST_NAMES else ""
    return ", ".join(found[:MOST_NAMES]) + more
