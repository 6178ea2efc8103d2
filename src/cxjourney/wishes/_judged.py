"""What online evidence says of a wish: whether it is asked for, and whether it adds value (SPEC 8).

Each answer is judged on its own events, for each rests on nothing else.
"""

import math
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import attrs
from scipy import special

from cxjourney.wishes._effects._posterior import (
    TAIL,
    ShareDifference,
    share_answer,
    share_difference,
)
from cxjourney.wishes._kinds import Answer, Criteria, EffectScale, Interval, Reason
from cxjourney.wishes._moments import Moments, Outcomes, Tally

ROUNDING = 1e-12
"""Numbers that differ by less than this, relative to their size, count as equal."""


@attrs.frozen
class StudentEffect:
    """An effect with an estimated standard error, distributed as Student's t about its estimate.

    Attributes:
        estimate: the effect as it was seen.
        spread: its standard error, above 0.
        freedom: the degrees of freedom, above 0.
    """

    estimate: float
    spread: float
    freedom: float

    def above(self, delta: float, /) -> float:
        """Return how likely it is to lie above ``delta``."""
        return float(special.stdtr(self.freedom, (self.estimate - delta) / self.spread))

    def interval(self) -> Interval:
        """Return the central 95 % interval."""
        reach = float(special.stdtrit(self.freedom, 1 - TAIL)) * self.spread
        return Interval(self.estimate - reach, self.estimate + reach)


Effect: TypeAlias = ShareDifference | StudentEffect


def judge_statements(new: Tally, prior: Tally, tau: float, criteria: Criteria) -> Answer:
    """Return whether customers ask for it.

    Args:
        new: the statements heard.
        prior: those of an informed prior; they count, and lift the minimum.
        tau: the share above which a wish counts as asked for.
        criteria: the limits.
    """
    heard = new + prior
    share = heard.yes / heard.n if heard.n else 0.0
    answer = share_answer(share, heard.n, tau, criteria.level, heard.n)
    few = 0 < heard.n < criteria.min_events and not prior.n
    return attrs.evolve(answer, doubts=(Reason.FEW_EVENTS,)) if few else answer


def judge_outcomes(
    new: Outcomes, prior: Outcomes, criteria: Criteria
) -> tuple[Answer, float | None]:
    """Return whether fulfilling it adds value, and how likely it is to do harm.

    Binary outcomes are judged by the difference of their shares, with Jeffreys' prior for each;
    numeric ones by Welch's t, and pairs by the t of their differences. Where there are both, each
    is weighed by its inverse variance. The answer stays open where the wish was nearly always
    fulfilled, or hardly ever (``criteria.min_varied``).

    Args:
        new: the outcomes seen.
        prior: those of an informed prior; they count, and lift the minimum where they tell of an
            effect by themselves.
        criteria: the limits.
    """
    seen = new + prior
    effect = _effect(seen, criteria.scale)
    answer = Answer(0.5, criteria.effect, criteria.level, n=seen.n)
    if isinstance(effect, Reason):
        return attrs.evolve(answer, doubts=(effect,)), None
    answer = attrs.evolve(
        answer,
        probability=effect.above(criteria.effect),
        estimate=effect.estimate,
        interval=effect.interval(),
    )
    alone = _effect(new, criteria.scale) if prior.n else effect
    informed = not isinstance(_effect(prior, criteria.scale), Reason)
    doubts = [Reason.HARDLY_VARIES] if _varied(seen) < criteria.min_varied else []
    if seen.n < criteria.min_events and not informed:
        doubts.append(Reason.FEW_EVENTS)
    elif _is_noise(answer, effect, alone, criteria):
        doubts.append(Reason.NOISE)
    return attrs.evolve(answer, doubts=tuple(doubts)), 1 - effect.above(-criteria.effect)


def _varied(seen: Outcomes) -> float:
    """Return the smaller share of the outcomes: with the wish fulfilled, or without."""
    arms = (seen.fulfilled, seen.unfulfilled)
    counts = [seen.pairs.n + (0 if arm is None else arm.n) for arm in arms]
    return min(counts) / sum(counts)


def _is_noise(answer: Answer, effect: Effect, alone: Effect | Reason, criteria: Criteria) -> bool:
    """Return whether noise hides the threshold, or whether the effect is above 0."""
    if answer.says is None:
        return answer.threshold < float(special.ndtri(criteria.level)) * effect.spread
    positive = 0.5 if isinstance(alone, Reason) else alone.above(0)
    return answer.says and positive < criteria.sign


def _effect(seen: Outcomes, scale: EffectScale) -> Effect | Reason:
    """Return the effect, or why there is none to tell."""
    one, other = seen.fulfilled, seen.unfulfilled
    if isinstance(one, Tally) and isinstance(other, Tally):
        return share_difference(one.yes, one.no, other.yes, other.no)
    if not seen.n:
        return Reason.NO_OUTCOMES
    told: list[StudentEffect] = []
    levels = Moments()
    untold = Reason.HARDLY_VARIES
    for effect, of in _sources(seen):
        if isinstance(effect, Reason):
            untold = effect
        else:
            told.append(effect)
            levels += of
    if not told:
        return untold
    return _combined(told, 1.0 if scale is EffectScale.RAW else math.sqrt(levels.variance))


def _sources(seen: Outcomes) -> Iterator[tuple[StudentEffect | Reason, Moments]]:
    """Yield the effect between the arms, then within pairs, each with its outcomes."""
    one, other, pairs = seen.fulfilled, seen.unfulfilled, seen.pairs
    if isinstance(one, Moments) and isinstance(other, Moments):
        yield _student(one.mean - other.mean, one + other, one, other), one + other
    if pairs.n:
        levels, difference = pairs.fulfilled + pairs.unfulfilled, pairs.difference
        yield _student(difference.mean, levels, difference), levels


def _student(estimate: float, levels: Moments, *samples: Moments) -> StudentEffect | Reason:
    """Return an effect with the error that its samples leave it (Welch 1947).

    However alike the answers of a sample are, half an answer counts as one standard deviation of
    the outcome away from them, as a share has half a yes and half a no beforehand: so answers that
    are all the same decide, and one that deviates changes little.

    Args:
        estimate: the effect as it was seen.
        levels: all outcomes, with the wish fulfilled and not.
        samples: the numbers whose means make the effect.
    """
    if min(sample.n for sample in samples) <= 1:
        return Reason.FEW_EVENTS
    if levels.m2 <= levels.n * (ROUNDING * levels.mean) ** 2:
        return Reason.CONSTANT_OUTCOME
    errors = [max(sample.m2, levels.variance / 2) / (sample.n - 1) / sample.n for sample in samples]
    total = sum(errors)
    parts = zip(errors, samples, strict=True)
    freedom = 1 / sum((error / total) ** 2 / (sample.n - 1) for error, sample in parts)
    return StudentEffect(estimate, math.sqrt(total), freedom)


def _combined(effects: Sequence[StudentEffect], unit: float) -> StudentEffect:
    """Return one effect, in that unit, each source weighed by its inverse variance.

    The degrees of freedom are Satterthwaite's (1946).
    """
    least = min(one.spread for one in effects)
    weights = [(least / one.spread) ** 2 for one in effects]
    total = sum(weights)
    parts = [(weight / total, one) for weight, one in zip(weights, effects, strict=True)]
    return StudentEffect(
        sum(part * one.estimate for part, one in parts) / unit,
        least / math.sqrt(total) / unit,
        1 / sum(part**2 / one.freedom for part, one in parts),
    )
