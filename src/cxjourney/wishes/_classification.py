"""What is known of a wish: an answer for each fact, the kinds they leave, and both in words."""

import math
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeAlias

import attrs

from cxjourney.errors import shown
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._results import Worded
from cxjourney.vocabulary._texts import name, number, percent, remedy, say
from cxjourney.wishes._kinds import Answer, Reason, Wish, WishKind, advise, classify

SAYS: Mapping[bool | None, str] = {True: "yes", False: "no", None: "unknown"}

Value: TypeAlias = str | float | tuple[str, ...] | None
"""What is known under a name."""

DIGITS = 9
INDENT = "  "
MOST_FIXED = 1000
LEAST, MOST = 0.01, 0.99


@attrs.frozen
class Classification(Worded):
    """What is known of a wish's kind, for one outcome.

    Attributes:
        wish: the wish, as it was given.
        outcome: what value means here, such as ``satisfaction``.
        stated: whether customers say it.
        value: whether fulfilling it adds value to the outcome.
        harm: how likely it is that fulfilling it does harm: that the effect lies below minus the
            threshold; None where nothing is known of the effect.
        notes: what else a reader should know.
    """

    wish: Wish
    outcome: str
    stated: Answer
    value: Answer
    harm: float | None = None
    notes: tuple[Reason, ...] = ()

    @property
    def posterior(self) -> Mapping[WishKind, float]:
        """How likely each of the four kinds is; the four sum to 1."""
        return MappingProxyType(_kinds(self.stated.probability, self.value.probability))

    @property
    def decision(self) -> WishKind | None:
        """The kind where it is known, else None."""
        if self.stated.doubts or self.value.doubts:
            return None
        posterior = self.posterior
        kind = max(posterior, key=posterior.__getitem__)
        return kind if posterior[kind] >= self.stated.level else None

    @property
    def credible(self) -> frozenset[WishKind]:
        """The fewest kinds that together are likely enough; a fact in doubt counts as unknown.

        Kinds that are equally likely enter together, so that their order decides nothing.
        """
        posterior = _kinds(
            *(0.5 if answer.doubts else answer.probability for answer in (self.stated, self.value))
        )
        sets = [
            frozenset(kind for kind in posterior if posterior[kind] >= least)
            for least in sorted(set(posterior.values()), reverse=True)
        ]
        enough = (
            some for some in sets if sum(map(posterior.__getitem__, some)) >= self.stated.level
        )
        return next(enough, sets[-1])

    @property
    def candidates(self) -> frozenset[WishKind]:
        """The kinds that the two answers, each taken alone, leave open."""
        found = classify(self.stated.says, self.value.says)
        return frozenset({found}) if isinstance(found, WishKind) else found

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why there is no decision; empty where there is one."""
        if self.decision is not None:
            return ()
        found = dict.fromkeys((*self.stated.reasons, *self.value.reasons))
        return tuple(found) or (Reason.BETWEEN,)

    def explain(self, lang: Lang = Lang.EN, *, own: Mapping[WishKind, str] | None = None) -> str:
        """Tell in words what is known of the wish, why, and what to do about it.

        Where the kind is not known, each open answer tells why, and what would help. Numbers stand
        as the language writes them; intervals are of 95 % probability.

        Args:
            lang: the language.
            own: advice of your own for some kinds or all.
        """
        return "\n".join(_lines(self, lang, own)).replace("\N{NO-BREAK SPACE}", " ")

    def to_dict(self) -> dict[str, Any]:
        """Return what is known as plain values that JSON can hold, in a fixed order.

        Kinds and reasons go by the names of their members. Numbers have nine significant digits;
        one that is infinite, or is not known, is None.
        """
        return {key: plain(value) for key, value in values_of(self).items()}

    def __repr__(self) -> str:
        decision = self.decision
        kind = decision.name if decision else "undecided"
        says = (f"{answer.probability:.2f}" for answer in (self.stated, self.value))
        return "<Classification {}: asked for {}, adds value {}>".format(kind, *says)


def _kinds(stated: float, value: float) -> dict[WishKind, float]:
    """Return how likely each kind is; the two facts are judged independently of each other."""
    return {
        kind: (stated if kind.stated else 1 - stated) * (value if kind.adds_value else 1 - value)
        for kind in WishKind
    }


def values_of(found: Classification) -> dict[str, Value]:
    """Return the values of a classification by name, with several kinds or reasons as tuples."""
    posterior, decision, phase = found.posterior, found.decision, found.wish.phase
    return {
        "outcome": found.outcome,
        "wish": found.wish.about,
        "phase": phase.name if phase else None,
        "kind": decision.name if decision else None,
        "may_be": tuple(kind.name for kind in WishKind if kind in found.credible),
        "reasons": tuple(reason.name for reason in found.reasons),
        "notes": tuple(note.name for note in found.notes),
        **{f"p_{kind.name.lower()}": posterior[kind] for kind in WishKind},
        **_figures("asked", "share", found.stated),
        **_figures("value", "effect", found.value),
        "p_harm": found.harm,
    }


def _figures(fact: str, estimate: str, answer: Answer) -> dict[str, Value]:
    low, high = attrs.astuple(answer.interval) if answer.interval else (None, None)
    return {
        f"p_{fact}": answer.probability,
        estimate: answer.estimate,
        f"{estimate}_low": low,
        f"{estimate}_high": high,
        f"{estimate}_threshold": answer.threshold,
        f"{estimate}_n": answer.n,
    }


def plain(value: object) -> object:
    """Return what JSON can hold: enums by their value, numbers rounded, none infinite."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return list(value) if isinstance(value, tuple) else value


def _lines(found: Classification, lang: Lang, own: Mapping[WishKind, str] | None) -> Iterator[str]:
    wish, posterior, decision = found.wish, found.posterior, found.decision
    if wish.phase is None:
        yield say("wish", lang, wish=shown(wish.about))
    else:
        yield say("wish_of_phase", lang, wish=shown(wish.about), phase=name(wish.phase, lang))
    yield say("value_for", lang, outcome=shown(found.outcome))
    if decision is None:
        yield from _undecided(found, lang)
    else:
        likely = chance(posterior[decision], lang)
        yield say("kind", lang, kind=name(decision, lang), probability=likely)
    ordered = sorted(posterior, key=posterior.__getitem__, reverse=True)
    kinds = (f"{name(kind, lang)} {chance(posterior[kind], lang)}" for kind in ordered)
    yield say("kinds", lang, kinds=", ".join(kinds))
    yield from _answer(found.stated, "asked_for", "share", _percent, lang)
    yield from _answer(found.value, "adds_value", "mean_effect", _number, lang)
    if found.harm is not None:
        yield say("harm", lang, probability=chance(found.harm, lang))
    if found.notes:
        yield say("notes", lang)
    yield from (INDENT + _why(note, lang) for note in found.notes)
    if decision is not None:
        yield say("advice", lang, advice=advise(decision, lang, own=own))


def _undecided(found: Classification, lang: Lang) -> Iterator[str]:
    stated, value = found.stated, found.value
    asked, adds = (
        say(f"{fact}_{SAYS[answer.says]}", lang)
        for fact, answer in (("stated", stated), ("value", value))
    )
    yield say("undecided", lang, stated=asked, value=adds)
    if not (stated.reasons or value.reasons):
        yield say("together", lang)
    kinds = ", ".join(name(kind, lang) for kind in WishKind if kind in found.credible)
    yield say("one_of", lang, level=number(stated.level, lang, "g"), kinds=kinds)


def _answer(
    answer: Answer, fact: str, pattern: str, tell: Callable[[float, Lang], str], lang: Lang
) -> Iterator[str]:
    says = say(SAYS[answer.says], lang)
    yield say(fact, lang, answer=says, probability=chance(answer.probability, lang))
    threshold = tell(answer.threshold, lang)
    if answer.estimate is None:
        yield INDENT + say("threshold", lang, threshold=threshold)
    else:
        estimate, n = tell(answer.estimate, lang), number(answer.n, lang, ",.0f")
        if answer.interval is not None:
            low, high = (tell(end, lang) for end in attrs.astuple(answer.interval))
            estimate += f" [{low}{between(lang)}{high}]"
        yield INDENT + say(pattern, lang, estimate=estimate, threshold=threshold, n=n)
    yield from (INDENT + _why(reason, lang) for reason in answer.reasons)


def _why(reason: Reason, lang: Lang) -> str:
    """Return a reason, and what would help against it; nothing has to help against a trial."""
    why = name(reason, lang)
    return why if reason is Reason.EXPERIMENT else f"{why}; {remedy(reason.name, lang)}"


def chance(probability: float, lang: Lang) -> str:
    """Return a probability with two decimals that never looks certain."""
    if probability < LEAST:
        return f"<{number(LEAST, lang, 'g')}"
    if probability > MOST:
        return f">{number(MOST, lang, 'g')}"
    return number(probability, lang, ".2f")


def between(lang: Lang) -> str:
    """Return what stands between numbers: a semicolon where decimals have a comma."""
    return ", " if lang is Lang.EN else "; "


def _percent(share: float, lang: Lang) -> str:
    return percent(share, lang, ".1f")


def _number(figure: float, lang: Lang) -> str:
    return number(figure, lang, ",.0f" if abs(figure) >= MOST_FIXED else ".3g")
