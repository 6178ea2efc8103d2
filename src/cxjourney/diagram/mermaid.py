"""State diagrams as Mermaid text: how they are written, whatever they show."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence

from cxjourney.chart import PLACES, Chart
from cxjourney.phases import Phase, Place
from cxjourney.texts import Lang, name

__all__ = [
    "Edges",
    "encoded",
    "front_title",
    "is_inside_word",
    "one_line",
    "state_diagram",
    "title",
]

Edges = Mapping[tuple[Place, Place], Sequence[str]]
"""What to draw between two places: the lines of the label, encoded; none for a bare arrow.

What leads from a place to itself becomes a note: arrows back to the same place are drawn across
their neighbours.
"""

PLAIN = frozenset(" .,-")
INDENT = "    "
STYLES = {
    "current": "fill:#fde68a,stroke:#92400e,stroke-width:3px,color:#111827",
    "implied": "fill:none,stroke-dasharray:5 5",
}


def encoded(text: str) -> str:
    """Return a text as part of a Mermaid label, whatever it holds.

    Letters of any language, digits, spaces and a few harmless signs stay as they are; all else
    becomes an entity code such as ``#58;``, so that nothing in it is read as Mermaid, Markdown or
    HTML. White space of any kind becomes one space, what cannot be printed a replacement sign,
    and an empty text a hard space.
    """
    # Mermaid marks its own entities with this ligature while it works.
    line = one_line(text).replace("ﬂ", "fl")
    return "".join(_sign(line, index) for index in range(len(line))) or "#160;"


def one_line(text: str) -> str:
    """Return a text on one line, with a replacement sign for whatever cannot be printed."""
    line = " ".join(text.split())
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)


def _sign(line: str, index: int) -> str:
    sign = line[index]
    if sign.isalnum() or sign in PLAIN or is_inside_word(line, index):
        return sign
    return f"#{ord(sign)};"


def is_inside_word(line: str, index: int) -> bool:
    """Say whether an underscore stands inside a word, where Markdown makes nothing of it."""
    before, after = line[max(index - 1, 0)], line[index + 1 : index + 2]
    return line[index] == "_" and before.isalnum() and after.isalnum()


def title(chart: Chart) -> str:
    """Return the title of a chart's pictures: its key, which names its options, and version."""
    return f"{chart.key} v{chart.version}"


def front_title(text: str) -> str:
    """Return a title as the line of Mermaid's front matter, whatever it holds."""
    return f"title: {json.dumps(one_line(text))}"


def state_diagram(
    heading: str,
    edges: Edges,
    lang: Lang,
    *,
    places: Collection[Place] = (),
    styles: Mapping[str, Collection[Place]] | None = None,
) -> str:
    """Write a state diagram.

    Args:
        heading: its title.
        edges: what to draw between places, in this order.
        lang: the language of the places' names.
        places: the places to draw even where no edge touches them.
        styles: the places to highlight, by the name of the style: ``current`` or ``implied``.
    """
    drawn = {place for edge in edges for place in edge}.union(places)
    lines = ["---", front_title(heading), "---", "stateDiagram-v2"]
    lines += [f"{INDENT}{line}" for line in _nodes(drawn, lang)]
    lines += [f"{INDENT}{line}" for line in _arrows(edges)]
    for style, styled in (styles or {}).items():
        ids = ",".join(place.name for place in PLACES if place in styled)
        if ids:
            lines += [f"{INDENT}classDef {style} {STYLES[style]}", f"{INDENT}class {ids} {style}"]
    return "\n".join(lines) + "\n"


def _nodes(drawn: Collection[Place], lang: Lang) -> Iterator[str]:
    for place in PLACES:
        if place in drawn:
            number = f"{place.value} " if isinstance(place, Phase) else ""
            yield f'state "{number}{encoded(name(place, lang))}" as {place.name}'


def _arrows(edges: Edges) -> Iterator[str]:
    for (source, target), lines in edges.items():
        label = f" : {'<br/>'.join(lines)}" if lines else ""
        if source is target:
            yield f"note right of {source.name}{label}"
        else:
            yield f"{source.name} --> {target.name}{label}"
