"""What is asked of a survey's table: which column is the outcome, which are the wishes'."""

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

import attrs
from attrs.validators import deep_iterable, optional

from cxjourney.errors import InvalidError
from cxjourney.shown import quoted
from cxjourney.vocabulary._checks import (
    MANY,
    a,
    a_column,
    all_of,
    check_number,
    check_several,
    must,
)
from cxjourney.wishes.reading.items import Item
from cxjourney.wishes.reading.sheet import Use
from cxjourney.wishes.statements.forms import StatementForm

__all__ = ["Asked"]

PAIR = 2


def _as_items(items: Iterable[Item]) -> tuple[Item, ...]:
    check_several("Asked.items", items, "several items, such as a list of them")
    return tuple(items)


def _as_controls(controls: Iterable[str]) -> tuple[str, ...]:
    check_several("Asked.controls", controls, "several names of columns, such as a list of them")
    return tuple(controls)


def _is_range(
    instance: object, field: "attrs.Attribute[tuple[float, float]]", bounds: object
) -> None:
    pair = isinstance(bounds, Sequence) and not isinstance(bounds, str) and len(bounds) == PAIR
    must(pair, instance, field.name, bounds, "two numbers, such as (1, 5)")
    where = f"{type(instance).__name__}.{field.name}"
    low, high = (
        check_number(where, bound, -MANY, MANY) for bound in cast("Sequence[object]", bounds)
    )
    if low >= high:
        raise InvalidError(where, f"({low:g}, {high:g})", "the least before the most")


@attrs.frozen
class Asked:
    """What is asked of the table of a survey.

    Attributes:
        outcome: the column of the outcome.
        items: the wishes and their columns.
        statements: the form of the statements.
        respondent: the column that says whose a row is; None where every row is of a respondent of
            its own.
        weight: the column of weights; None where every row counts alike.
        controls: the columns of further causes of the outcome.
        rating_range: the least and the most that a rating of fulfilment may be; None for any.

    Raises:
        InvalidError: a field is not of its type.
    """

    outcome: str = attrs.field(validator=a_column)
    items: tuple[Item, ...] = attrs.field(converter=_as_items, validator=all_of(Item))
    statements: StatementForm = attrs.field(validator=a(StatementForm))
    respondent: str | None = attrs.field(default=None, validator=optional(a_column))
    weight: str | None = attrs.field(default=None, validator=optional(a_column))
    controls: tuple[str, ...] = attrs.field(
        default=(), converter=_as_controls, validator=deep_iterable(a_column)
    )
    rating_range: tuple[float, float] | None = attrs.field(
        default=None, validator=optional(_is_range)
    )

    @property
    def uses(self) -> tuple[Use, ...]:
        """Every column that is asked for, and what for."""
        return tuple(self._uses())

    def _uses(self) -> Iterator[Use]:
        yield Use(self.outcome, "the outcome")
        if self.respondent is not None:
            yield Use(self.respondent, "the respondent")
        if self.weight is not None:
            yield Use(self.weight, "the weight")
        for control in self.controls:
            yield Use(control, "a control")
        for item in self.items:
            if item.rating is not None:
                yield Use(item.rating, f"the rating of {quoted(item.wish.about)}")
        yield from self.statements.columns(self.items)
