"""What is known of a wish: an answer for each of the two facts, and the kinds they leave."""

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from cxjourney.texts import Lang
from cxjourney.wishes.answers import Answer, Reason
from cxjourney.wishes.explain import explain_wish
from cxjourney.wishes.kinds import Wish, WishKind, classify

__all__ = ["Classification", "credible_set"]


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
