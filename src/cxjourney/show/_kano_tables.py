"""What a person reads of Kano's questionnaire: categories, measures, segments side by side."""

from collections.abc import Iterator
from functools import partial

from cxjourney.errors import shown
from cxjourney.show._table import Page, Table
from cxjourney.show._wish_tables import NONE, WIDTH, short_names
from cxjourney.vocabulary import Lang, name
from cxjourney.vocabulary._texts import number, word, words
from cxjourney.wishes import Interval, Kano, KanoCategory, KanoMap, Moments, Reason
from cxjourney.wishes._classification import between
from cxjourney.wishes._kano._kano_map import mean_interval
from cxjourney.wishes._kano._pairs import dysfunctional_scores, functional_scores
from cxjourney.wishes._kinds import LEVEL

LONGEST = 22
DIFFERENT = 0.05
"""The p below which segments are said to differ."""


def kano_page(found: KanoMap, lang: Lang) -> Page:
    """Return the answers to Kano's questionnaire in tables: what each wish is, and how sure.

    Args:
        found: the answers.
        lang: the language; names of wishes and segments stay as they are.
    """
    names = short_names([shown(kano.wish.about) for kano in found.kanos], LONGEST)
    named = list(zip(names, found.kanos, strict=True))
    wish, category, better, worse = words(lang, "wish", "category", "better", "worse")
    categories = Table(
        headings=(wish, category, better, worse),
        sides="<<>>",
        rows=[(about, graded(kano, lang), *_coefficients(kano, lang)) for about, kano in named],
        remarks=[_remarks(kano, lang) for kano in found.kanos],
        beside=word("remarks", lang),
    )
    letters = [one.value for one in KanoCategory]
    most, total, lead, clear = words(lang, "most", "total", "lead", "clear")
    shares = Table(
        f"{word('by_share', lang)}:",
        (wish, "n", *letters, most, total, lead, clear),
        f"<>{'>' * len(letters)}>>>>",
        [(about, number(kano.n, lang), *_shares(kano, lang)) for about, kano in named],
    )
    legend = (word("kano_letters", lang), word("kano_legend", lang))
    tables = (categories, shares, _scores(found, names, lang), *_segments(found, lang))
    return Page((*tables, Table(notes=legend)), lang, (word("kano", lang),), WIDTH)


def graded(kano: Kano, lang: Lang) -> str:
    """Return the category of a wish by Berger's rule, or a dash where nobody answered."""
    return NONE if kano.grade is None else name(kano.grade, lang)


def _coefficients(kano: Kano, lang: Lang) -> tuple[str, str]:
    if kano.better is None or kano.worse is None:
        return NONE, NONE
    return (
        _figure(kano.better, kano.better_interval, lang),
        _figure(kano.worse, kano.worse_interval, lang),
    )


def _figure(figure: float, interval: Interval | None, lang: Lang, digits: int = 2) -> str:
    tell = partial(_rounded, lang=lang, digits=digits)
    ends = interval and f" [{tell(interval.low)}{between(lang)}{tell(interval.high)}]"
    return f"{tell(figure)}{ends or ''}"


def _rounded(figure: float, lang: Lang, digits: int) -> str:
    """Return a figure rounded, 0 without a sign."""
    return number(round(figure, digits) + 0.0, lang, f".{digits}f")


def _shares(kano: Kano, lang: Lang) -> Iterator[str]:
    counts = kano.categories
    for one in KanoCategory:
        yield f"{100 * counts[one] / kano.n:.0f}" if kano.n else NONE
    yield kano.category.value if kano.category else NONE
    for share in (kano.total_strength, kano.strength):
        yield NONE if share is None else f"{100 * share:.0f}"
    yield NONE if kano.significant is None else word("certain" if kano.significant else "no", lang)


def _remarks(kano: Kano, lang: Lang) -> str:
    value = kano.classify().value
    told = [name(Reason.QUESTIONABLE, lang)] if Reason.QUESTIONABLE in value.doubts else []
    if kano.must_be(LEVEL) and kano.grade is not KanoCategory.MUST_BE:
        told.append(name(Reason.MUST_BE, lang))
    return "; ".join(told)


def _scores(found: KanoMap, names: list[str], lang: Lang) -> Table:
    """Return the table of continuous scores and of importance."""
    wish, with_it, without_it, importance = words(
        lang, "wish", "with_it", "without_it", "importance"
    )
    return Table(
        f"{word('scores', lang)}:",
        (wish, with_it, without_it, importance),
        "<>>>",
        [
            (
                about,
                *map(
                    partial(_mean, lang=lang),
                    (
                        functional_scores(kano.counts),
                        dysfunctional_scores(kano.counts),
                        kano.importance,
                    ),
                ),
            )
            for about, kano in zip(names, found.kanos, strict=True)
        ],
    )


def _mean(found: Moments, lang: Lang) -> str:
    return _figure(found.mean, mean_interval(found), lang, 1) if found.n else NONE


def _segments(found: KanoMap, lang: Lang) -> Iterator[Table]:
    """Yield the table of segments side by side, where there are any."""
    if not found.segments:
        return
    differ = found.differences()
    wish, segment, category, better, worse = words(
        lang, "wish", "segment", "category", "better", "worse"
    )
    labels = short_names([shown(label) for label, _ in found.segments], LONGEST)
    rows, remarks = list[tuple[str, ...]](), list[str]()
    names = dict(zip(found, short_names([shown(one) for one in found], LONGEST), strict=True))
    for about in found:
        for label, (_, one) in zip(labels, found.segments, strict=True):
            kano = one[about]
            coefficients = (text.partition(" ")[0] for text in _coefficients(kano, lang))
            category_of = graded(kano, lang)
            rows.append((names[about], label, category_of, number(kano.n, lang), *coefficients))
            remarks.append("")
        p = differ.get(about, 1.0)
        if p < DIFFERENT:
            remarks[-1] = f"{word('differ', lang)}: p = {number(p, lang, '.2g')}"
    yield Table(
        f"{word('segments', lang)}:",
        (wish, segment, category, "n", better, worse),
        "<<<>>>",
        rows,
        remarks,
        word("remarks", lang),
    )
