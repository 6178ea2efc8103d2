"""A wish and its kind: whether customers say it, and whether fulfilling it adds value (SPEC 8)."""

from enum import Enum, unique
from typing import Literal, overload

import attrs

from cxjourney.errors import CxJourneyError
from cxjourney.phases import Phase

__all__ = ["Wish", "WishError", "WishKind", "classify"]

MAX_NAME = 200


@attrs.define(slots=False, str=False)
class WishError(CxJourneyError, ValueError):
    """A wish, its evidence or a criterion for it is not of the form that was asked for.

    Attributes:
        field: which part was at fault.
        found: what stood there, by type or value, never a customer's own words.
        expected: what would have been right.
    """

    field: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.field} is {self.found}; expected {self.expected}"


@unique
class WishKind(Enum):
    """The four kinds of wishes (SPEC 8; Shaw, Dibeehi and Walden 2010).

    The value of a member is its two facts: customers say it, fulfilling it adds value.
    """

    SUBCONSCIOUS = (False, True)
    CONSCIOUS = (True, True)
    INVISIBLE = (False, False)
    DECEPTION = (True, False)

    @property
    def stated(self) -> bool:
        """Whether customers say it."""
        return self.value[0]

    @property
    def adds_value(self) -> bool:
        """Whether fulfilling it adds value."""
        return self.value[1]


@overload
def classify(stated: bool, adds_value: bool) -> WishKind: ...
@overload
def classify(stated: None, adds_value: bool | None) -> frozenset[WishKind]: ...
@overload
def classify(stated: bool | None, adds_value: None) -> frozenset[WishKind]: ...
@overload
def classify(stated: bool | None, adds_value: bool | None) -> WishKind | frozenset[WishKind]: ...
def classify(stated: bool | None, adds_value: bool | None) -> WishKind | frozenset[WishKind]:
    """Return the kind of a wish, or every kind that it may still be (SPEC 8).

    Args:
        stated: whether customers say it; None where that is not known.
        adds_value: whether fulfilling it adds value; None where that is not known.

    Returns:
        The kind where both facts are known, else the set of candidates.

    Raises:
        WishError: a fact is neither a bool nor None.

    >>> classify(True, False)
    <WishKind.DECEPTION: (True, False)>
    >>> sorted(kind.name for kind in classify(None, True))
    ['CONSCIOUS', 'SUBCONSCIOUS']
    """
    _check_fact("stated", stated)
    _check_fact("adds_value", adds_value)
    if stated is None or adds_value is None:
        return _candidates(stated, adds_value)
    return WishKind((stated, adds_value))


def _candidates(stated: bool | None, adds_value: bool | None) -> frozenset[WishKind]:
    return frozenset(
        kind
        for kind in WishKind
        if stated in {None, kind.stated} and adds_value in {None, kind.adds_value}
    )


def _check_fact(field: Literal["stated", "adds_value"], fact: object) -> None:
    if not (fact is None or isinstance(fact, bool)):
        raise WishError(field, f"a {type(fact).__name__}", "True, False or None (not known)")


def _is_name(_: object, __: "attrs.Attribute[str]", about: object) -> None:
    if not isinstance(about, str):
        raise WishError("about", f"a {type(about).__name__}", "a str")
    if not about.strip() or len(about) > MAX_NAME:
        expected = f"a text that is not blank, up to {MAX_NAME} characters"
        raise WishError("about", f"a str of {len(about)} characters", expected)


def _is_phase(_: object, __: "attrs.Attribute[Phase | None]", phase: object) -> None:
    if phase is not None and not isinstance(phase, Phase):
        raise WishError("phase", f"a {type(phase).__name__}", "a Phase or None")


@attrs.frozen
class Wish:
    """Something that a customer may want, and what is known of it as fact.

    Attributes:
        about: what it is about, such as ``quiet seats``.
        phase: the phase of the journey that it belongs to, or None.
        stated: whether customers say it; None where that is not known.
        adds_value: whether fulfilling it adds value; None where that is not known.

    Raises:
        WishError: a field is not of its type, or ``about`` is blank or too long.
    """

    about: str = attrs.field(validator=_is_name)
    phase: Phase | None = attrs.field(default=None, validator=_is_phase)
    stated: bool | None = None
    adds_value: bool | None = None

    def __attrs_post_init__(self) -> None:
        _check_fact("stated", self.stated)
        _check_fact("adds_value", self.adds_value)

    @property
    def kind(self) -> WishKind | None:
        """The wish's kind where both facts are known, else None."""
        found = classify(self.stated, self.adds_value)
        return found if isinstance(found, WishKind) else None

    @property
    def candidates(self) -> frozenset[WishKind]:
        """Every kind that it may still be."""
        return _candidates(self.stated, self.adds_value)
