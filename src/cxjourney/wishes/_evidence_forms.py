"""The stored forms of evidence, and outcomes by stratum."""

from itertools import chain
from operator import itemgetter
from typing import TypeAlias

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
    return (TALLY if "yes" in OBJECT.read(data) else MOMENTS).read(data)


def _write_arm(arm: Arm) -> object:
    return (TALLY if isinstance(arm, Tally) else MOMENTS).write(arm)


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
MOMENTS = record(Moments, {"n": NUMBER, "mean": NUMBER, "m2": NUMBER})
_ARM: Form[Arm | None] = maybe(Form(_read_arm, _write_arm))
_PAIRS = record(
    Pairs,
    {"fulfilled": MOMENTS, "unfulfilled": MOMENTS, "difference": MOMENTS},
    _pairs,
)
OUTCOMES = record(Outcomes, {"fulfilled": _ARM, "unfulfilled": _ARM, "pairs": _PAIRS})


Strata: TypeAlias = tuple[tuple[str, Outcomes], ...]
"""The outcomes of each stratum by its name; "" for those of none."""


def joined(*parts: Strata) -> Strata:
    """Return strata as one, those of the same name added up, in the order of names."""
    found: dict[str, Outcomes] = {}
    for name, outcomes in chain.from_iterable(parts):
        found[name] = found.get(name, Outcomes()) + outcomes
    return tuple(sorted((pair for pair in found.items() if pair[1].n), key=itemgetter(0)))


STRATA = converted(mapping(OUTCOMES), lambda found: tuple(sorted(found.items())), dict)
