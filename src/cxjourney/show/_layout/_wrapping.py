"""How wide a text stands on a terminal, where wide letters take two columns, and its lines."""

import re
import unicodedata
from collections.abc import Iterator

GLUE = "\N{NO-BREAK SPACE}"
"""A space at which no line is broken; a text shows it as any other."""
WIDE = frozenset("WF")
NOTHING = frozenset({"Mn", "Me"})
EMOJI = "\N{VARIATION SELECTOR-16}"
"""Makes a picture of the sign before it, which is then as wide as other pictures."""
HANGUL_VOWELS = range(0x1160, 0x1200)
"""The vowels and finals of Korean syllables, which stand in the column of what begins them."""
WORDS = re.compile("( *)([^ ]+)")


def columns(text: str) -> int:
    """Return how many columns of a terminal a printable text takes."""
    return len(text) if text.isascii() else sum(map(_columns_of, text, f" {text}"))


def _columns_of(char: str, before: str) -> int:
    if char == EMOJI:
        return 2 - _columns_of(before, " ")
    if unicodedata.category(char) in NOTHING or ord(char) in HANGUL_VOWELS:
        return 0
    return 2 if unicodedata.east_asian_width(char) in WIDE else 1


def padded(text: str, width: int, side: str) -> str:
    """Return a text filled up with blanks to a width: ``<`` before them, ``>`` after them."""
    blanks = " " * (width - columns(text))
    return text + blanks if side == "<" else blanks + text


def wrapped(text: str, width: int, indent: str = "", *, hanging: str = "") -> list[str]:
    """Return the lines of a text; the blanks that it begins with indent all of them.

    Args:
        text: a printable text.
        width: how many columns a line has at most.
        indent: what every line begins with.
        hanging: what all lines but the first begin with, after that.
    """
    body = text.lstrip(" ")
    own = " " * (len(text) - len(body))
    line, others = indent + own, indent + own + hanging
    lines: list[str] = []
    begun = False
    for blanks, word in WORDS.findall(body):
        gap = blanks if begun else ""
        if begun and columns(line + gap + word) > width:
            lines.append(line)
            line, gap = others, ""
        *whole, rest = _cut(word, width - columns(line), width - columns(others))
        for part in whole:
            lines.append(line + part)
            line = others
        line, begun = line + gap + rest, True
    if begun:
        lines.append(line)
    return [one.replace(GLUE, " ") for one in lines]


def _cut(word: str, room: int, more: int) -> Iterator[str]:
    """Yield a word in pieces that fit, the first into the room left on its line."""
    part, wide = "", 0
    for char, before in zip(word, f" {word}", strict=False):
        takes = _columns_of(char, before)
        if part and takes and wide + takes > room:
            yield part
            part, wide, room = "", 0, more
        part, wide = part + char, wide + takes
    yield part
