"""A text in colours, where a terminal shows them: with rich, where that is installed."""

import os
from collections.abc import Iterable
from importlib.util import find_spec
from typing import TextIO

from cxjourney.show._layout._styles import Style, Styled

COLOURS = {
    Style.HEADLINE: "bold",
    Style.TITLE: "bold cyan",
    Style.HEADING: "dim",
    Style.ROW: "",
    Style.NOTE: "dim",
}
"""How rich shows each line; what matters stands in the words, never in a colour alone."""


def coloured(lines: Iterable[Styled], terminal: TextIO) -> str:
    """Return lines as a text for a terminal; plain where rich is missing or colours are unwanted.

    Args:
        lines: the lines, and what each of them is.
        terminal: what they are for.
    """
    unwanted = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    if unwanted or find_spec("rich") is None:
        return "".join(f"{line}\n" for line, _ in lines)
    from rich.console import Console  # noqa: PLC0415 - an extra
    from rich.text import Text  # noqa: PLC0415 - as above

    console = Console(file=terminal, highlight=False)
    with console.capture() as captured:
        for line, style in lines:
            # As a Text, for rich reads markup in what is a plain one; broken into lines already.
            console.print(Text(line, COLOURS[style]), soft_wrap=True)
    return captured.get()
