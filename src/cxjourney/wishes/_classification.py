"""What is known of a wish: an answer for each fact, the kinds they leave, and both in words."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

import attrs

from cxjourney.errors import shown
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._texts import name, remedy, say
from cxjourney.wishes._kinds import Answer, Reason, Wish, WishKind, advise, classify

STATED: Mapping[bool | None, str] = {
    True: "stated_yes",
    False: "stated_no",
    None: "stated_unknown",
}
VALUE: Mapping[bool | None, str] = {
    True: "value_yes",
    False: "value_no",
    None: "value_unknown",
}
SAYS: Mapping[bool | None, str] = {True: "yes", False: "no", None: "unknown"}

INDENT = "  "
MOST_FIXED = 1000
LEAST, MOST = 0.01, 0.99


def explain_wish(
    wish: Wish,
    outcome: str,
    *,
    decision: WishKind | None,
    credible: Collection[WishKind],
    posterior: Mapping[WishKind, float],
    stated: Answer,
    value: Answer,
    harm: float | None,
    notes: Iterable[Reason],
    lang: Lang,
    own: Mapping[WishKind, str] | None,
) -> str:
    """Tell in words what is known of a wish, why, and what to do about it.

    Where the kind is not known, each open answer tells why, and what would help. Numbers have a
    decimal point in every language; intervals are of 95 % probability.

    Args:
        wish: the wish.
        outcome: what value means here.
        decision: its kind where that is known.
        credible: the kinds that it may be.
        posterior: how likely each kind is.
        stated: whether customers say it.
        value: whether fulfilling it adds value.
        harm: how likely it is that fulfilling it does harm.
        notes: what else a reader should know.
        lang: the language.
        own: advice of the user's own for some kinds or all (see ``advise``).
    """
    lines = [
        *_subject(wish, outcome, lang),
        *_decided(decision, posterior, lang),
        *_open(decision, credible, stated, value, lang),
        *_likely(posterior, lang),
        *_answer("asked_for", stated, _share(stated, lang), lang),
        *_answer("adds_value", value, _effect(value, lang), lang),
        *_harm(harm, lang),
        *_notes(notes, lang),
        *_advice(decision, lang, own),
    ]
    return "\n".join(lines)


def _subject(wish: Wish, outcome: str, lang: Lang) -> Iterator[str]:
    about = shown(wish.about)
    if wish.phase is None:
        yield say("wish", lang, wish=about)
    else:
        yield say("wish_of_phase", lang, wish=about, phase=name(wish.phase, lang))
    yield say("value_for", lang, outcome=shown(outcome))


def _decided(
    decision: WishKind | None, posterior: Mapping[WishKind, float], lang: Lang
) -> Iterator[str]:
    if decision is not None:
        likely = chance(posterior[decision])
        yield say("kind", lang, kind=name(decision, lang), probability=likely)


def _open(
    decision: WishKind | None,
    credible: Collection[WishKind],
    stated: Answer,
    value: Answer,
    lang: Lang,
) -> Iterator[str]:
    if decision is not None:
        return
    asked, adds = say(STATED[stated.says], lang), say(VALUE[value.says], lang)
    yield say("undecided", lang, stated=asked, value=adds)
    if not (stated.reasons or value.reasons):
        yield say("together", lang)
    kinds = ", ".join(name(kind, lang) for kind in WishKind if kind in credible)
    yield say("one_of", lang, level=f"{stated.level:g}", kinds=kinds)


def _likely(posterior: Mapping[WishKind, float], lang: Lang) -> Iterator[str]:
    ordered = sorted(posterior, key=posterior.__getitem__, reverse=True)
    kinds = (f"{name(kind, lang)} {chance(posterior[kind])}" for kind in ordered)
    yield say("kinds", lang, kinds=", ".join(kinds))


def _answer(fact: str, answer: Answer, figures: str, lang: Lang) -> Iterator[str]:
    says = say(SAYS[answer.says], lang)
    yield say(fact, lang, answer=says, probability=chance(answer.probability))
    yield INDENT + figures
    for reason in answer.reasons:
        yield INDENT + _why(reason, lang)


def _share(answer: Answer, lang: Lang) -> str:
    return _figures("share", answer, [f"{100 * one:.1f} %" for one in _numbers(answer)], lang)


def _effect(answer: Answer, lang: Lang) -> str:
    return _figures("mean_effect", answer, [_number(one) for one in _numbers(answer)], lang)


def _numbers(answer: Answer) -> Iterator[float]:
    """Yield the threshold, then the estimate and the ends of its interval where they are known."""
    yield answer.threshold
    if answer.estimate is not None:
        yield answer.estimate
        if answer.interval is not None:
            yield from (answer.interval.low, answer.interval.high)


def _figures(pattern: str, answer: Answer, numbers: list[str], lang: Lang) -> str:
    threshold, *known = numbers
    if not known:
        return say("threshold", lang, threshold=threshold)
    estimate, *ends = known
    interval = f" [{', '.join(ends)}]" if ends else ""
    told = estimate + interval
    return say(pattern, lang, estimate=told, threshold=threshold, n=f"{answer.n:,.0f}")


def _harm(harm: float | None, lang: Lang) -> Iterator[str]:
    if harm is not None:
        yield say("harm", lang, probability=chance(harm))


def _notes(notes: Iterable[Reason], lang: Lang) -> Iterator[str]:
    for index, note in enumerate(notes):
        if index == 0:
            yield say("notes", lang)
        yield INDENT + _why(note, lang)


def _advice(
    decision: WishKind | None, lang: Lang, own: Mapping[WishKind, str] | None
) -> Iterator[str]:
    if decision is not None:
        yield say("advice", lang, advice=advise(decision, lang, own=own))


def _why(reason: Reason, lang: Lang) -> str:
    """Return a reason, and what would help against it; nothing has to help against a trial."""
    why = name(reason, lang)
    return why if reason is Reason.EXPERIMENT else f"{why}; {remedy(reason.name, lang)}"


def chance(probability: float) -> str:
    """Return a probability with two decimals that never looks certain."""
    if probability < LEAST:
        return f"<{LEAST}"
    return f">{MOST}" if probability > MOST else f"{probability:.2f}"


def _number(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= MOST_FIXED else f"{number:.3g}"


@attrs.frozen
class Classification:
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
        """The fewest kinds that together are likely enough; a fact in doubt counts as unknown."""
        stated, value = (
            0.5 if answer.doubts else answer.probability for answer in (self.stated, self.value)
        )
        return credible_set(_kinds(stated, value), self.stated.level)

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

        Args:
            lang: the language.
            own: advice of your own for some kinds or all.
        """
        return explain_wish(
            self.wish,
            self.outcome,
            decision=self.decision,
            credible=self.credible,
            posterior=self.posterior,
            stated=self.stated,
            value=self.value,
            harm=self.harm,
            notes=self.notes,
            lang=lang,
            own=own,
        )

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


def credible_set(posterior: Mapping[WishKind, float], level: float) -> frozenset[WishKind]:
    """Return the fewest kinds whose probabilities reach ``level`` together.

    Kinds that are equally likely enter together, so that their order decides nothing.
    """
    found: set[WishKind] = set()
    total = 0.0
    for least in sorted(set(posterior.values()), reverse=True):
        equal = [kind for kind, probability in posterior.items() if probability == least]
        found.update(equal)
        total += least * len(equal)
        if total >= level:
            break
    return frozenset(found)
