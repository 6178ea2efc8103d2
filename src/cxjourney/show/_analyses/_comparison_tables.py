"""What a person reads of maps of wishes that stand side by side, and of where each wish stands."""

from collections.abc import Iterator

from cxjourney.errors import shown
from cxjourney.show._table import Page, Table
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._texts import number, word, words
from cxjourney.wishes import Comparison
from cxjourney.wishes._analyses._compare import Compared, FigureChange
from cxjourney.wishes._classification import between

NONE = "-"


def comparison_page(comparison: Comparison, lang: Lang) -> Page:
    """Return maps side by side: each figure in each, what changed, and whether it is certain.

    Args:
        comparison: the maps.
        lang: the language; names of wishes and maps stay as they are.
    """
    wish, change, differs = words(lang, "wish", "change", "differs")
    names = tuple(shown(name) for name in comparison.names)
    tables = [
        Table(
            word("asked" if what is Compared.ASKED else "per_point", lang),
            (wish, *names, change, "p", differs),
            "<" + ">" * len(names) + ">><",
            list(_rows(comparison, what, lang)),
        )
        for what in Compared
    ]
    return Page((*tables, Table(notes=(word("family", lang),))), lang, width=80)


def _rows(comparison: Comparison, what: Compared, lang: Lang) -> Iterator[tuple[str, ...]]:
    times = 100 if what is Compared.ASKED else 1
    decimals = 1 if what is Compared.ASKED else 3
    for one in comparison.differences:
        if one.what is what:
            figures = (
                NONE if figure is None else number(figure * times, lang, f".{decimals}f")
                for figure in one.figures
            )
            p = NONE if one.p is None else number(one.p, lang, ".3f")
            told = word("certain" if one.differs else "cannot_tell", lang)
            yield (shown(one.about), *figures, _change(one, times, decimals, lang), p, told)


def _change(one: FigureChange, times: int, decimals: int, lang: Lang) -> str:
    if one.change is None or one.interval is None:
        return NONE
    figures = (one.change, one.interval.low, one.interval.high)
    change, low, high = (number(figure * times, lang, f"+.{decimals}f") for figure in figures)
    return f"{change} [{low}{between(lang)}{high}]"
