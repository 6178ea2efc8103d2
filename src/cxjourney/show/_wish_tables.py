"""What the tables and the map of a survey show: each figure in words and digits, rounded once.

Names that came from outside are made safe to show, but neither shortened nor escaped for HTML.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

import attrs

from cxjourney.errors import shown
from cxjourney.show._layout._headlines import wishes_headlines
from cxjourney.show._table import Page, Table
from cxjourney.vocabulary import Lang, name
from cxjourney.vocabulary._texts import number, percent, say, to_do, word, words
from cxjourney.wishes import Answer, Classification, EffectScale, Finding, WishKind, WishMap
from cxjourney.wishes._classification import between, chance
from cxjourney.wishes._kinds import LEVEL

NONE = "-"
WIDTH = 80
LETTERS = "abcdefghijklmnopqrstuvwxyz"
DEEDS = (
    WishKind.SUBCONSCIOUS,
    WishKind.CONSCIOUS,
    WishKind.INVISIBLE,
    WishKind.DECEPTION,
    None,
)
"""The kinds in the order of what to do: invest, keep, stop, ask; None where that is not known."""
Limit: TypeAlias = Literal["tau", "delta", "level"]
LIMITS: tuple[Limit, ...] = ("tau", "delta", "level")
LONGEST_NAME, LONGEST_FLAG = 24, 40
LEAST_DECIMALS, MOST_DECIMALS = 0, 9


@attrs.frozen
class WishPage:
    """What a person reads of a survey's findings.

    A text has one table of what to do, then the two answers and the figures that describe, which
    fit a terminal; HTML has all in one.

    Attributes:
        narrow: the tables of a text.
        wide: the table of HTML.
    """

    narrow: Page
    wide: Page

    def text(self) -> str:
        """Return it as a text of at most 80 columns."""
        return self.narrow.text()

    def html(self) -> str:
        """Return it as HTML for a notebook."""
        return self.wide.html()


def wishes_page(wish_map: WishMap, lang: Lang) -> WishPage:
    """Return the findings of a survey: what was decided, and why; and what all of it rests on.

    Each limit that is our convention is marked so.

    Args:
        wish_map: the findings.
        lang: the language; names of wishes and columns stay as they are.
    """
    rows = list(cells(wish_map, lang))
    title, notes = heading(wish_map, lang), tuple(footnotes(wish_map, lang))
    wish, deed, kind, asked, value, robustness = words(
        lang, "wish", "to_do", "kind", "asked", "value", "robustness"
    )
    share = f"{asked}, %"
    named = list(zip(short_names([row.wish for row in rows], LONGEST_NAME), rows, strict=True))
    marks = _marks(rows)
    board = Table(
        headings=(wish, deed, kind, "P", value),
        sides="<<<>>",
        rows=[
            (
                about,
                _marked(row, marks, lang),
                row.kind,
                row.probability,
                row.effect.partition(" ")[0],
            )
            for about, row in named
        ],
        notes=tuple(f"({mark}) {reason}" for reason, mark in marks.items()),
    )
    details = Table(
        f"{word('details', lang)}:",
        (wish, share, f"P({asked})", value, f"P({value})"),
        "<>>>>",
        [(about, row.share, row.asked, row.effect, row.value) for about, row in named],
    )
    figures = Table(
        f"{word('describe', lang)}:",
        (wish, "n", "LMG", "Johnson", "VIF", robustness),
        "<>>>>>",
        [(about, row.n, row.lmg, row.johnson, row.vif, row.robustness) for about, row in named],
    )
    of_asked, of_value = (share, f"P({asked})"), (value, f"P({value})")
    whole = Table(
        title,
        (
            *(wish, deed, kind, f"P({kind})", *of_asked, *of_value),
            *("n", "LMG", "Johnson", "VIF", robustness),
        ),
        "<<<>>>>>>>>>>",
        [attrs.astuple(row)[:-2] for row in rows],
        [row.remarks for row in rows],
        word("remarks", lang),
        notes,
    )
    more = (attrs.evolve(one, detail=True) for one in (details, figures, Table(notes=notes)))
    headlines = (title, *wishes_headlines(wish_map, lang))
    narrow = Page((board, *more), lang, (title,), WIDTH, headlines=headlines)
    return WishPage(narrow, Page((whole,), lang))


def _marks(rows: Sequence["Cells"]) -> dict[str, str]:
    """Return a letter for each reason, in the order in which they first stand in the table."""
    reasons = dict.fromkeys(reason for row in rows for reason in row.because)
    return {reason: _letter(place) for place, reason in enumerate(reasons)}


def _marked(row: "Cells", marks: Mapping[str, str], lang: Lang) -> str:
    """Return what to do, with the letters of the reasons."""
    letters = ", ".join(marks[one] for one in row.because)
    told = row.deed
    if row.probability == NONE:
        told = f"{told}, {word('because', lang)}"
    return f"{told} ({letters})" if letters else told


def _letter(place: int) -> str:
    """Return a, b, ..., z, aa, ab, ..."""
    before = _letter(place // len(LETTERS) - 1) if place >= len(LETTERS) else ""
    return before + LETTERS[place % len(LETTERS)]


@attrs.frozen
class Cells:
    """The row of one wish; a dash stands where nothing is known.

    Attributes:
        wish: what it is about, made safe to show.
        deed: what to do about it, in a word or two.
        kind: its kind, or that it is undecided.
        probability: how likely that kind is.
        share: the share of customers who ask for it, in percent, with its interval.
        asked: how likely the share is above tau.
        effect: the effect of its fulfilment, with its interval.
        value: how likely the effect is above delta.
        n: how many rows rated its fulfilment.
        lmg: the share of R2 after Lindeman, Merenda and Gold.
        johnson: the share of R2 after Johnson.
        vif: the variance inflation.
        robustness: the robustness value.
        remarks: the kinds that it may be, with the reasons, and the notes; empty where there are
            none.
        because: the same reasons and notes, each by itself.
    """

    wish: str
    deed: str
    kind: str
    probability: str
    share: str
    asked: str
    effect: str
    value: str
    n: str
    lmg: str
    johnson: str
    vif: str
    robustness: str
    remarks: str
    because: tuple[str, ...]


def cells(wish_map: WishMap, lang: Lang) -> Iterator[Cells]:
    """Yield the row of each wish, sorted by what to do."""
    decimals = effect_decimals(wish_map)
    for finding in by_deed(wish_map):
        yield _cells(finding, decimals, lang)


def by_deed(wish_map: WishMap) -> list[Finding]:
    """Return the findings sorted by what to do, those of a kind with the largest effect first."""

    def place(finding: Finding) -> tuple[int, float]:
        effect = finding.classification.value.estimate
        decision = finding.classification.decision
        return DEEDS.index(decision), math.inf if effect is None else -effect

    return sorted(wish_map.findings, key=place)


def _cells(finding: Finding, decimals: int, lang: Lang) -> Cells:
    found = finding.classification
    decision = found.decision
    sampled = "" if finding.lmg_error is None else f" ({_fixed(finding.lmg_error, 3, lang)})"
    return Cells(
        wish=shown(found.wish.about),
        deed=word("cannot_tell", lang) if decision is None else to_do(decision.name, lang),
        kind=word("undecided", lang) if decision is None else name(decision, lang),
        probability=NONE if decision is None else chance(found.posterior[decision], lang),
        share=_estimate(found.stated, 1, lang, 100),
        asked=_likely(found.stated, lang),
        effect=_estimate(found.value, decimals, lang),
        value=_likely(found.value, lang),
        n=number(finding.n, lang),
        lmg=_fixed(finding.lmg, 3, lang) + sampled,
        johnson=_fixed(finding.johnson, 3, lang),
        vif=_fixed(finding.vif, 1, lang),
        robustness=_fixed(finding.robustness, 3, lang),
        remarks=_remarks(found, lang),
        because=tuple(
            dict.fromkeys(name(reason, lang) for reason in (*found.reasons, *found.notes))
        ),
    )


def _fixed(figure: float | None, decimals: int, lang: Lang) -> str:
    return NONE if figure is None else number(figure, lang, f",.{decimals}f")


def _estimate(answer: Answer, decimals: int, lang: Lang, times: int = 1) -> str:
    if answer.estimate is None:
        return NONE
    estimate = _fixed(answer.estimate * times, decimals, lang)
    if answer.interval is None:
        return estimate
    low, high = (_fixed(end * times, decimals, lang) for end in attrs.astuple(answer.interval))
    return f"{estimate} [{low}{between(lang)}{high}]"


def _likely(answer: Answer, lang: Lang) -> str:
    """Return an answer's probability; where it rests on no estimate it says nothing."""
    return NONE if answer.estimate is None else chance(answer.probability, lang)


def _remarks(found: Classification, lang: Lang) -> str:
    notes = [name(note, lang) for note in found.notes]
    if found.decision is None:
        kinds = [name(kind, lang) for kind in WishKind if kind in found.credible]
        reasons = "; ".join(name(reason, lang) for reason in found.reasons)
        notes.insert(0, f"{_either(kinds, lang)}: {reasons}")
    return "; ".join(notes)


def _either(kinds: Sequence[str], lang: Lang) -> str:
    """Join names by commas, the last one by "or"."""
    *others, last = kinds
    return f"{', '.join(others)} {word('or', lang)} {last}" if others else last


def effect_decimals(wish_map: WishMap) -> int:
    """Return how many decimals the effects need, so that the threshold has two figures."""
    found = (finding.classification.value.estimate for finding in wish_map.findings)
    largest = max((abs(effect) for effect in found if effect), default=1.0)
    size = wish_map.criteria.effect or largest
    return min(max(1 - math.floor(math.log10(size)), LEAST_DECIMALS), MOST_DECIMALS)


def short_names(names: Sequence[str], width: int) -> list[str]:
    """Return names of at most ``width`` characters, each another one.

    Of names that begin alike the ends are kept, after their places in the survey.
    """
    short = [shown(one, width) for one in names]
    times = Counter(short)
    return [
        cut if times[cut] == 1 else _ending(f"{place}. ...", whole, width)
        for place, (cut, whole) in enumerate(zip(short, names, strict=True), start=1)
    ]


def _ending(begin: str, name: str, width: int) -> str:
    return begin + shown(name)[len(begin) - width :]


def heading(wish_map: WishMap, lang: Lang) -> str:
    """Return the title of the table and the map, which names the outcome."""
    return f"{word('wishes', lang)}: {shown(wish_map.outcome)}"


def harmful(finding: Finding) -> bool:
    """Return whether fulfilling a wish does harm, as surely as anything else is known."""
    found = finding.classification
    return found.harm is not None and not found.value.doubts and found.harm >= found.value.level


def unit(wish_map: WishMap, lang: Lang) -> str:
    """Return the unit of effects, in words."""
    return word("standard" if wish_map.criteria.scale is EffectScale.STANDARD else "raw", lang)


def limit(wish_map: WishMap, which: Limit, lang: Lang) -> str:
    """Return a limit, marked where it is our convention and not the user's."""
    criteria = wish_map.criteria
    texts = {
        "tau": (percent(wish_map.tau, lang, ".3g"), criteria.tau is None),
        "delta": (number(criteria.effect, lang, "g"), criteria.delta is None),
        "level": (number(criteria.level, lang, "g"), criteria.level == LEVEL),
    }
    text, ours = texts[which]
    return f"{text} ({word('convention', lang)})" if ours else text


def footnotes(wish_map: WishMap, lang: Lang) -> Iterator[str]:
    """Yield what stands under a table: harm, what it rests on, the limits, and the figures."""
    harms = [
        _flag(finding.classification, lang) for finding in wish_map.findings if harmful(finding)
    ]
    if harms:
        yield f"{word('harmful', lang)}: {', '.join(harms)}"
    used = [f"{word('rows', lang)}: {number(wish_map.rows, lang)}"]
    if wish_map.clusters is not None:
        used.append(f"{word('respondents', lang)}: {number(wish_map.clusters, lang)}")
    if wish_map.r2 is not None:
        used.append(f"{word('explained', lang)}: {number(wish_map.r2, lang, '.3f')}")
    yield "; ".join(used)
    yield from _left_out(wish_map, lang)
    if wish_map.identical:
        yield f"{word('identical', lang)}: {number(wish_map.identical, lang)}"
    if wish_map.far:
        yield f"{word('far', lang)}: {'; '.join(_far(wish_map, lang))}"
    if wish_map.among is not None:
        yield f"{word('among', lang)} {name(wish_map.among, lang)}{_counted(wish_map, lang)}"
    limits = {which: limit(wish_map, which, lang) for which in LIMITS}
    units = {"unit": unit(wish_map, lang), "intervals": word("intervals", lang)}
    yield say("wish_legend", lang, **units, **limits)
    yield from _how_told(wish_map, lang)
    corrected = any(finding.reliability is not None for finding in wish_map.findings)
    yield word("disattenuated" if corrected else "noise", lang)
    sampled = any(finding.lmg_error is not None for finding in wish_map.findings)
    texts = {key: word(key, lang) for key in ("inflation", "robustness", "hidden")}
    error = f" ({word('sampled', lang)})" if sampled else ""
    yield say("wish_figures", lang, error=error, **texts)


def _how_told(wish_map: WishMap, lang: Lang) -> Iterator[str]:
    """Yield what blanks count as, and how effects were told where not by least squares alone."""
    if wish_map.blank:
        meaning = word("skipped" if wish_map.skipped else "unused", lang)
        yield f"{percent(wish_map.blank, lang)}: {meaning}"
    if wish_map.outcome_model != "linear":
        yield word(wish_map.outcome_model, lang)
    if wish_map.within:
        yield word("within", lang)
    if wish_map.style_held:
        yield word("style_held", lang)


def _far(wish_map: WishMap, lang: Lang) -> Iterator[str]:
    for column, values in wish_map.far.items():
        told = between(lang).join(number(value, lang, "g") for value in values)
        yield f"{shown(column, LONGEST_FLAG)} ({told})"


def _counted(wish_map: WishMap, lang: Lang) -> str:
    """Return how many they are: one number, or the least and the most of the wishes."""
    numbers = [found.asked for found in wish_map.findings if found.asked]
    if not numbers:
        return ""
    least, most = number(min(numbers), lang), number(max(numbers), lang)
    return f" ({least})" if least == most else f" ({least} ... {most})"


def _flag(found: Classification, lang: Lang) -> str:
    return f"{shown(found.wish.about, LONGEST_FLAG)} ({_fixed(found.harm, 2, lang)})"


def _left_out(wish_map: WishMap, lang: Lang) -> Iterator[str]:
    """Yield how many rows were not used for effects, and how many for what is said, and why."""
    for head, for_effects in zip(words(lang, "left_out", "silent"), (True, False), strict=True):
        told = [
            f"{number(left.rows, lang)} ({name(left.why, lang)})"
            for left in wish_map.left_out
            if left.why.for_effects is for_effects
        ]
        if told:
            yield f"{head}: {'; '.join(told)}"
