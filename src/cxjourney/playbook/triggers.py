"""What a row of the playbook answers to: a place entered, an obligation, or a wish."""

from datetime import timedelta
from typing import Any

import attrs

from cxjourney.phases import Phase, Place, Standing
from cxjourney.vocabulary._checks import a, an_id, must
from cxjourney.wishes.kinds import WishKind

__all__ = ["Entered", "NearlyDue", "Opened", "Trigger", "Wished"]


def _a_place(instance: object, field: "attrs.Attribute[Any]", value: object) -> None:
    must(isinstance(value, Phase | Standing), instance, field.name, value, "a Phase or Standing")


@attrs.frozen
class Entered:
    """The customer came to a phase, or fell silent, or was lost.

    Attributes:
        place: the phase or standing.

    Raises:
        InvalidError: when it is neither.
    """

    place: Place = attrs.field(validator=_a_place)


@attrs.frozen
class Opened:
    """The company began to owe something.

    Attributes:
        rule: the id of the chart's rule, such as ``answer``.

    Raises:
        InvalidError: when it is not of its form.
    """

    rule: str = attrs.field(validator=an_id)


@attrs.frozen
class NearlyDue:
    """Something that the company owes is nearly due, and not done.

    Attributes:
        rule: the id of the chart's rule.
        before: how long before it is due; where it is due sooner than that, as soon as it is owed.

    Raises:
        InvalidError: when a field is not of its form.
    """

    rule: str = attrs.field(validator=an_id)
    before: timedelta = attrs.field(validator=a(timedelta))


@attrs.frozen
class Wished:
    """The customer came to the phase to which a wish of some kind belongs.

    Attributes:
        kind: the kind of the wish.

    Raises:
        InvalidError: when it is no kind of wish.
    """

    kind: WishKind = attrs.field(validator=a(WishKind))


Trigger = Entered | Opened | NearlyDue | Wished
"""What a row of the playbook answers to."""
