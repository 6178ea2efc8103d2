"""What online evidence says of a wish: whether it is asked for, and whether it adds value (SPEC 8).

Each answer is judged on its own events, for each rests on nothing else.
"""

import math
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import attrs
from scipy import special

from cxjourney.wishes._effects._always import always_chance, always_score
from cxjourney.wishes._effects._posterior import (
    JEFFREYS,
    Z95,
    ShareDifference,
    share_answer,
    share_difference,
    share_interval,
)
from cxjourney.wishes._kinds import Answer, Criteria, EffectScale, Interval, Reason
from cxjourney.wishes._moments import Arm, Moments, Outcomes, Pairs, Tally

ROUNDING = 1e-12
"""Numbers that differ by less than this, relative to their size, count as equal."""


@attrs.frozen
class StudentEffect:
    """An effect with an estimated standard error, distributed as Student's t about its estimate.

    Attributes:
        estimate: the effect as it was seen.
        spread: its standard error, above 0.
        freedom: the degrees of freedom, above 0.
        size: one standard deviation of the outcome, in the unit of the effect.
    """

    estimate: float
    spread: float
    freedom: float
    size: float = 1.0

    def above(self, delta: float, /) -> float:
        """Return how likely it is to lie above ``delta``."""
        return float(special.stdtr(self.freedom, (self.estimate - delta) / self.spread))

    def interval(self, score: float = Z95) -> Interval:
        """Return the central interval whose upper end has that normal score."""
        reach = float(special.stdtrit(self.freedom, float(special.ndtr(score)))) * self.spread
        return Interval(self.estimate - reach, self.estimate + reach)


Effect: TypeAlias = ShareDifference | StudentEffect

Strata: TypeAlias = Sequence[tuple[str, Outcomes]]
"""The outcomes of each stratum, by its name."""


def judge_statements(
    new: Tally, prior: Tally, tau: float, criteria: Criteria, once: bool
) -> Answer:
    """Return whether customers ask for it.

    Args:
        new: the statements heard.
        prior: those of an informed prior; they count, and lift the minimum.
        tau: the share above which a wish counts as asked for.
        criteria: the limits.
        once: whether the evidence is looked at this once.
    """
    heard = new + prior
    share = heard.yes / heard.n if heard.n else 0.0
    answer = share_answer(share, heard.n, tau, criteria.level, heard.n)
    if once or not heard.n:
        return answer
    seen = (heard.yes + JEFFREYS) / (heard.n + 1)
    error = math.sqrt(seen * (1 - seen) / (heard.n + 2))
    few = heard.n < criteria.min_events and not prior.n
    return attrs.evolve(
        answer,
        probability=always_chance(answer.probability, error),
        interval=share_interval(heard.yes, heard.no, float(special.ndtr(-always_score(error)))),
        doubts=(Reason.FEW_EVENTS,) if few else (),
    )


def judge_outcomes(
    new: Strata, prior: Strata, criteria: Criteria, once: bool
) -> tuple[Answer, float | None]:
    """Return whether fulfilling it adds value, and how likely it is to do harm.

    Binary outcomes are judged by the difference of their shares, with Jeffreys' prior for each;
    numeric ones by Welch's t, and pairs by the t of their differences. Where there are both, each
    is weighed by its inverse variance. Strata are compared each within itself (Mantel and Haenszel
    1959). The answer stays open where the wish was nearly always fulfilled, or hardly ever
    (``criteria.min_varied``).

    Args:
        new: the outcomes seen, by stratum.
        prior: those of an informed prior; they count, and lift the minimum where they tell of an
            effect by themselves.
        criteria: the limits.
        once: whether the evidence is looked at this once.
    """
    seen = _joined(new, prior)
    effect = _effect(seen, criteria.scale)
    answer = Answer(0.5, criteria.effect, criteria.level, n=sum(one.n for one in seen))
    if isinstance(effect, Reason):
        return attrs.evolve(answer, doubts=(effect,)), None
    above, harm = effect.above(criteria.effect), 1 - effect.above(-criteria.effect)
    score = Z95
    if not once:
        size = effect.size if isinstance(effect, StudentEffect) else 1.0
        above, harm = (always_chance(one, effect.spread, size) for one in (above, harm))
        score = always_score(effect.spread, size)
    answer = attrs.evolve(
        answer, probability=above, estimate=effect.estimate, interval=effect.interval(score)
    )
    alone = _effect([one for _, one in new], criteria.scale) if prior else effect
    informed = not isinstance(_effect([one for _, one in prior], criteria.scale), Reason)
    arms = _arms(seen)
    doubts = [Reason.HARDLY_VARIES] if min(arms) < criteria.min_varied * sum(arms) else []
    if not once and not informed and min(arms) < criteria.min_events:
        doubts.append(Reason.FEW_EVENTS)
    elif _is_noise(answer, effect, alone, criteria):
        doubts.append(Reason.NOISE)
    return attrs.evolve(answer, doubts=tuple(doubts)), harm


def _joined(new: Strata, prior: Strata) -> list[Outcomes]:
    """Return the outcomes of each stratum, new ones and earlier ones together."""
    found: dict[str, Outcomes] = {}
    for stratum, outcomes in (*new, *prior):
        found[stratum] = found.get(stratum, Outcomes()) + outcomes
    return list(found.values())


def _arms(seen: Sequence[Outcomes]) -> tuple[float, float]:
    """Return how many outcomes there are with the wish fulfilled, and without."""
    pairs = sum(one.pairs.n for one in seen)
    with_it = sum(one.fulfilled.n for one in seen if one.fulfilled)
    return pairs + with_it, pairs + sum(one.unfulfilled.n for one in seen if one.unfulfilled)


def _is_noise(answer: Answer, effect: Effect, alone: Effect | Reason, criteria: Criteria) -> bool:
    """Return whether noise hides the threshold, or whether the effect is above 0."""
    if answer.says is None:
        return answer.threshold < float(special.ndtri(criteria.level)) * effect.spread
    positive = 0.5 if isinstance(alone, Reason) else alone.above(0)
    return answer.says and positive < criteria.sign


def _effect(seen: Sequence[Outcomes], scale: EffectScale) -> Effect | Reason:
    """Return the effect, or why there is none to tell."""
    told = [one for one in seen if one.n]
    if not told:
        return Reason.NO_OUTCOMES
    if any(isinstance(arm, Tally) for one in told for arm in (one.fulfilled, one.unfulfilled)):
        return _share_effect(told)
    effects: list[StudentEffect] = []
    levels = Moments()
    untold = Reason.HARDLY_VARIES
    for effect, of in _sources(told):
        if isinstance(effect, Reason):
            untold = effect
        else:
            effects.append(effect)
            levels += of
    return _combined(effects, math.sqrt(levels.variance), scale) if effects else untold


def _share_effect(seen: Sequence[Outcomes]) -> Effect | Reason:
    """Return the difference of two shares, each stratum by itself.

    One stratum is told exactly. Several are weighed by the numbers in their arms (Mantel and
    Haenszel 1959); the error is that of the shares with half a yes and half a no in each arm.
    """
    both = [
        (one.fulfilled, one.unfulfilled)
        for one in seen
        if isinstance(one.fulfilled, Tally) and isinstance(one.unfulfilled, Tally)
    ]
    if not both:
        return Reason.HARDLY_VARIES
    if len(both) == 1:
        [(one, other)] = both
        return share_difference(one.yes, one.no, other.yes, other.no)
    weights = _weights(both)
    estimate = sum(
        weight * (one.yes / one.n - other.yes / other.n)
        for weight, (one, other) in zip(weights, both, strict=True)
    )
    variance = sum(
        weight**2 * (_variance(one) + _variance(other))
        for weight, (one, other) in zip(weights, both, strict=True)
    )
    freedom = sum(one.n + other.n for one, other in both)
    return StudentEffect(estimate, math.sqrt(variance), freedom)


def _weights(arms: Sequence[tuple[Arm, Arm]]) -> list[float]:
    """Return how much each stratum counts, by the numbers in its arms; they sum to 1."""
    weights = [one.n / (one.n + other.n) * other.n for one, other in arms]
    total = sum(weights)
    return [weight / total for weight in weights]


def _variance(arm: Tally) -> float:
    share = (arm.yes + JEFFREYS) / (arm.n + 1)
    return share * (1 - share) / arm.n


def _sources(seen: Sequence[Outcomes]) -> Iterator[tuple[StudentEffect | Reason, Moments]]:
    """Yield the effect between the arms of each stratum, then within pairs, with its outcomes."""
    both = [
        (one.fulfilled, one.unfulfilled)
        for one in seen
        if isinstance(one.fulfilled, Moments) and isinstance(one.unfulfilled, Moments)
    ]
    if both:
        weights = _weights(both)
        estimate = sum(
            weight * (one.mean - other.mean)
            for weight, (one, other) in zip(weights, both, strict=True)
        )
        levels = sum((one + other for one, other in both), Moments())
        sides = [list(side) for side in zip(*both, strict=True)]
        yield _student(estimate, levels, weights, *sides), levels
    pairs = sum((one.pairs for one in seen), Pairs())
    if pairs.n:
        levels, difference = pairs.fulfilled + pairs.unfulfilled, pairs.difference
        yield _student(difference.mean, levels, [1.0], [difference]), levels


def _student(
    estimate: float, levels: Moments, weights: Sequence[float], *sides: Sequence[Moments]
) -> StudentEffect | Reason:
    """Return an effect with the error that its samples leave it (Welch 1947).

    However alike the answers of a sample are, half an answer counts as one standard deviation of
    the outcome away from them, as a share has half a yes and half a no beforehand: so answers that
    are all the same decide, and one that deviates changes little.

    Args:
        estimate: the effect as it was seen.
        levels: all outcomes, with the wish fulfilled and not.
        weights: how much each stratum counts.
        sides: the numbers whose means make the effect, a sample a stratum.
    """
    free = [sum(sample.n for sample in samples) - len(samples) for samples in sides]
    if min(free) <= 0:
        return Reason.FEW_EVENTS
    if levels.m2 <= levels.n * (ROUNDING * levels.mean) ** 2:
        return Reason.CONSTANT_OUTCOME
    errors = [
        max(sum(sample.m2 for sample in samples), levels.variance / 2)
        / freedom
        * sum(weight**2 / sample.n for weight, sample in zip(weights, samples, strict=True))
        for freedom, samples in zip(free, sides, strict=True)
    ]
    total = sum(errors)
    parts = zip(errors, free, strict=True)
    freedom = 1 / sum((error / total) ** 2 / own for error, own in parts)
    return StudentEffect(estimate, math.sqrt(total), freedom)


def _combined(effects: Sequence[StudentEffect], size: float, scale: EffectScale) -> StudentEffect:
    """Return one effect in the unit of the scale, each source weighed by its inverse variance.

    The degrees of freedom are Satterthwaite's (1946).

    Args:
        effects: the effects, in the outcome's own unit.
        size: one standard deviation of the outcome.
        scale: the unit asked for.
    """
    least = min(one.spread for one in effects)
    weights = [(least / one.spread) ** 2 for one in effects]
    total = sum(weights)
    parts = [(weight / total, one) for weight, one in zip(weights, effects, strict=True)]
    unit = 1.0 if scale is EffectScale.RAW else size
    return StudentEffect(
        sum(part * one.estimate for part, one in parts) / unit,
        least / math.sqrt(total) / unit,
        1 / sum(part**2 / one.freedom for part, one in parts),
        size / unit,
    )
