"""When a wish counts as asked for, as valuable, and as known: the user's own limits (SPEC 8)."""

from enum import Enum, unique

import attrs

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import MANY, a, check_number, check_type

__all__ = [
    "DELTA",
    "LEVEL",
    "Criteria",
    "EffectPrior",
    "EffectScale",
    "criteria_or_ours",
]

LEVEL = 0.8
"""The probability from which something counts as known (SPEC 8, *default*)."""

DELTA = 0.05
"""The smallest effect worth its cost, in standard deviations: our convention, no source."""


@unique
class EffectScale(Enum):
    """The unit of effects and of ``delta``.

    STANDARD: standard deviations of the outcome for one standard deviation of fulfilment. In
    online evidence: standard deviations of a numeric outcome, or the difference of two shares.
    RAW: points of the outcome for one point of the rating, or for fulfilled against not.
    """

    STANDARD = "standard"
    RAW = "raw"


@unique
class EffectPrior(Enum):
    """What is believed of the effects in a survey before looking.

    HIERARCHICAL: a part of them scatters normally round a mean, the others are next to none; part,
    mean and scatter are learned from the survey itself. FLAT: nothing; each effect is on its own.
    """

    HIERARCHICAL = "hierarchical"
    FLAT = "flat"


BOUNDS = {
    "level": (0.5000001, 0.9999999),
    "tau": (0, 1),
    "delta": (0, MANY),
    "sign": (0.5, 0.9999999),
    "min_events": (0, MANY),
    "min_freedom": (1, MANY),
    "min_varied": (0, 1),
    "max_vif": (1, MANY),
}
"""The least and the most that each limit may be."""


@attrs.frozen(kw_only=True)
class Criteria:
    """The limits that a classification is held to; where a limit is None our convention stands.

    The defaults are conventions of ours, and results say so: ``delta`` is the smallest effect
    worth its cost, which only the user can know.

    Attributes:
        level: the probability from which something counts as known, above 0.5.
        tau: the share of customers above which a wish counts as asked for; None for the
            convention of the form of the statements, 0.5 in online evidence.
        delta: the effect above which fulfilling counts as adding value, in the unit of ``scale``;
            None for 0.05, which is to be had on the standard scale only.
        scale: the unit of effects and of ``delta``.
        prior: what is believed of the effects in a survey before looking.
        sign: how sure the survey alone, without the prior, must be that an effect is above zero
            before it may count as value.
        min_events: the number of events, for each of the two facts, before online evidence without
            an informed prior decides.
            Looking again and again with a vague prior is overconfident otherwise.
        min_freedom: the rows that a survey must have beyond its number of drivers, and how many
            must have said something of a wish; respondents, where some gave several rows.
        min_varied: the share of the rows whose fulfilment must differ from the most usual one.
        max_vif: the variance inflation above which a survey alone, without the prior, must decide.

    Raises:
        InvalidError: a limit is no number within its bounds, or ``delta`` is missing on the scale
            RAW.
    """

    level: float = LEVEL
    tau: float | None = None
    delta: float | None = None
    scale: EffectScale = attrs.field(default=EffectScale.STANDARD, validator=a(EffectScale))
    prior: EffectPrior = attrs.field(default=EffectPrior.HIERARCHICAL, validator=a(EffectPrior))
    sign: float = 0.99
    min_events: float = 300
    min_freedom: int = 30
    min_varied: float = 0.05
    max_vif: float = 10

    def __attrs_post_init__(self) -> None:
        for name, (least, most) in BOUNDS.items():
            limit = getattr(self, name)
            if limit is not None or name not in {"tau", "delta"}:
                check_number(f"Criteria.{name}", limit, least, most)
        if self.scale is EffectScale.RAW and self.delta is None:
            raise InvalidError("Criteria.delta", "None", "a number of points, for the scale is RAW")

    @property
    def effect(self) -> float:
        """The effect above which fulfilling counts as adding value: ``delta`` or the convention."""
        return DELTA if self.delta is None else self.delta


def criteria_or_ours(criteria: Criteria | None) -> Criteria:
    """Return the user's limits, or our conventions where there are none.

    Raises:
        InvalidError: they are no ``Criteria``.
    """
    if criteria is None:
        return Criteria()
    check_type("criteria", criteria, Criteria, "Criteria or None")
    return criteria
