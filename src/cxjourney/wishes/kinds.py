"""A wish and its kind: whether customers say it, and whether fulfilling it adds value (SPEC 8)."""

from enum import Enum, unique
from typing import overload

import attrs

from cxjourney.phases import Phase
from cxjourney.vocabulary._checks import a, a_name, check_type

__all__ = ["Wish", "WishKind", "classify"]


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
        InvalidError: a fact is neither a bool nor None.

    >>> classify(True, False)
    <WishKind.DECEPTION: (True, False)>
    >>> sorted(kind.name for kind in classify(None, True))
    ['CONSCIOUS', 'SUBCONSCIOUS']
    """
    for field, fact in (("stated", stated), ("adds_value", adds_value)):
        if fact is not None:
            check_type(field, fact, bool, "True, False or None (not known)")
    if stated is None or adds_value is None:
        return _candidates(stated, adds_value)
    return WishKind((stated, adds_value))


def _candidates(stated: bool | None, adds_value: bool | None) -> frozenset[WishKind]:
    return frozenset(
        kind
        for kind in WishKind
        if stated in {None, kind.stated} and adds_value in {None, kind.adds_value}
    )


@attrs.frozen
class Wish:
    """Something that a customer may want, and what is known of it as fact.

    Attributes:
        about: what it is about, such as ``quiet seats``.
        phase: the phase of the journey that it belongs to, or None.
        stated: whether customers say it; None where that is not known.
        adds_value: whether fulfilling it adds value; None where that is not known.

    Raises:
        InvalidError: a field is not of its type, or ``about`` is blank or too long.
    """

    about: str = attrs.field(validator=a_name)
    phase: Phase | None = attrs.field(default=None, validator=a(Phase, optional=True))
    stated: bool | None = attrs.field(default=None, validator=a(bool, optional=True))
    adds_value: bool | None = attrs.field(default=None, validator=a(bool, optional=True))

    @property
    def kind(self) -> WishKind | None:
        """The wish's kind where both facts are known, else None."""
        found = classify(self.stated, self.adds_value)
        return found if isinstance(found, WishKind) else None

    @property
    def candidates(self) -> frozenset[WishKind]:
        """Every kind that it may still be."""
        return _candidates(self.stated, self.adds_value)
