"""What is shown of anything that a person would look at: words, HTML, and a picture.

One table tells what draws which class; whatever is not in it is shown in its own words, or else as
a table of its fields.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs

from cxjourney.show._pictures._worded import fields_page, plain_lines, worded_html
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._lazy import load
from cxjourney.vocabulary._texts import Told

PICTURES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "Chart": ("_pictures._state_picture", "state_picture"),
        "Coverage": ("_rehearsals._coverage_picture", "coverage_picture"),
        "Journey": ("_pictures._timeline", "timeline"),
    }
)
"""What draws a picture, by the name of the class."""
DIAGRAMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"Chart": ("_mermaid", "chart_overview")}
)
"""What writes a diagram as Mermaid: a small one, for a front end may prefer it to the picture."""
PAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "Exploration": ("_pictures._result_pages", "exploration_page"),
        "Playbook": ("_pictures._result_pages", "playbook_page"),
        "Policy": ("_pictures._result_pages", "policy_rules_page"),
        "Step": ("_pictures._result_pages", "step_page"),
    }
)
"""What writes tables, by the name of the class."""


@attrs.frozen(repr=False)
class Display:
    """What is shown of a thing in one language; a notebook shows it when a cell ends with it."""

    _text: str
    _html: str
    _svg: str = ""
    _mermaid: str = ""

    def __repr__(self) -> str:
        return f"<Display of {len(self._text)} characters: print what text() returns>"

    def text(self) -> str:
        """Return its words, for a terminal."""
        return self._text

    def html(self) -> str:
        """Return it as HTML: the picture where there is one, then the words or tables."""
        return f"{self._svg}{self._html}"

    def svg(self) -> str:
        """Return the picture as SVG; empty where there is none."""
        return self._svg

    def mermaid(self) -> str:
        """Return the diagram as Mermaid; empty where there is none."""
        return self._mermaid

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Return what a notebook may show; no HTML beside a picture, for it would be preferred."""
        bundle = {"text/plain": self._text}
        if self._svg:
            bundle["image/svg+xml"] = self._svg
        if self._mermaid:
            bundle["text/vnd.mermaid"] = self._mermaid
        return bundle if len(bundle) > 1 else {**bundle, "text/html": self._html}


def display(thing: Any, lang: Lang) -> Display:  # noqa: ANN401 - whatever is shown
    """Return what is shown of a thing.

    Args:
        thing: an instance of a public class.
        lang: the language.
    """
    told, html = _words(thing, lang)
    return Display(told, html, _drawn(PICTURES, thing, lang), _drawn(DIAGRAMS, thing, lang))


def _words(thing: Any, lang: Lang) -> tuple[str, str]:  # noqa: ANN401 - as above
    """Return a thing as a text, and as HTML."""
    if isinstance(thing, Told):
        page = thing._page(lang)  # noqa: SLF001 - what it tells is a page itself
        return page.text(), page.html()
    writer = _find(PAGES, thing)
    tables = [] if writer is None else [writer(thing, lang).html()]
    cls: Any = type(thing)
    if cls.__str__ is object.__str__:
        return repr(thing), "".join(tables or [fields_page(thing, lang).html()])
    told = plain_lines(thing.explain(lang))
    return told, "\n".join([worded_html(told, lang), *tables])


def _find(table: Mapping[str, tuple[str, str]], thing: object) -> Callable[[Any, Lang], Any] | None:
    for base in type(thing).__mro__:
        if base.__name__ in table and base.__module__.startswith("cxjourney."):
            module, function = table[base.__name__]
            found: Callable[[Any, Lang], Any] = getattr(load(f"cxjourney.show.{module}"), function)
            return found
    return None


def _drawn(table: Mapping[str, tuple[str, str]], thing: object, lang: Lang) -> str:
    draw = _find(table, thing)
    drawn: str = "" if draw is None else draw(thing, lang)
    return drawn
