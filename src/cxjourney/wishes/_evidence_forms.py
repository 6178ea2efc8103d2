"""The stored forms of evidence."""

from cxjourney.vocabulary import Phase
from cxjourney.vocabulary._forms import (
    FLAG,
    NUMBER,
    OBJECT,
    Form,
    FormError,
    converted,
    mapping,
    maybe,
    member,
    record,
    text,
)
from cxjourney.wishes._kinds import Wish
from cxjourney.wishes._moments import Arm, Moments, Outcomes, Pairs, Tally

SCHEMA = 1
"""The version of the stored form."""
ROUNDING = 1e-6
"""How far the mean of differences may be from the difference of the means, for their size."""


def _pairs(fulfilled: Moments, unfulfilled: Moments, difference: Moments) -> Pairs:
    pairs = Pairs(fulfilled, unfulfilled, difference)
    apart = fulfilled.mean - unfulfilled.mean
    size = max(abs(fulfilled.mean), abs(unfulfilled.mean))
    if abs(difference.mean - apart) > ROUNDING * size:
        expected = "the mean with it minus the mean without it"
        raise FormError("another number", expected, ".mean", ".difference")
    return pairs


def _read_arm(data: object) -> Arm:
    return (TALLY if "yes" in OBJECT.read(data) else _MOMENTS).read(data)


def _write_arm(arm: Arm) -> object:
    return (TALLY if isinstance(arm, Tally) else _MOMENTS).write(arm)


NAME = text()
WISH = record(
    Wish,
    {
        "about": NAME,
        "phase": maybe(member(Phase)),
        "stated": maybe(FLAG),
        "adds_value": maybe(FLAG),
    },
)
TALLY = record(Tally, {"yes": NUMBER, "no": NUMBER})
_MOMENTS = record(Moments, {"n": NUMBER, "mean": NUMBER, "m2": NUMBER})
_ARM: Form[Arm | None] = maybe(Form(_read_arm, _write_arm))
_PAIRS = record(
    Pairs,
    {"fulfilled": _MOMENTS, "unfulfilled": _MOMENTS, "difference": _MOMENTS},
    _pairs,
)
OUTCOMES = record(Outcomes, {"fulfilled": _ARM, "unfulfilled": _ARM, "pairs": _PAIRS})


STRATA = converted(mapping(OUTCOMES), lambda found: tuple(sorted(found.items())), dict)
