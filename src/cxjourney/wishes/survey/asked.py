"""What is asked of the table of a survey: which of its columns are what."""

from collections.abc import Iterable, Iterator, Sequence

import attrs
from attrs.validators import deep_iterable, optional

from cxjourney.wishes.criteria import MANY, check_number
from cxjourney.wishes.kinds import WishError
from cxjourney.wishes.reading.faults import quoted
from cxjourney.wishes.reading.items import Item, is_column
from cxjourney.wishes.reading.sheet import Use
from cxjourney.wishes.statements.forms import StatementForm

__all__ = ["Asked"]

PAIR = 2


def _as_items(items: Iterable[Item]) -> tuple[Item, ...]:
    _check_several("items", items, "several items, such as a list of them")
    return tuple(items)


def _as_controls(controls: Iterable[str]) -> tuple[str, ...]:
    _check_several("controls", controls, "several names of columns, such as a list of them")
    return tuple(controls)


def _check_several(field: str, given: object, expected: str) -> None:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise WishError(field, f"a {type(given).__name__}", expected)


def _is_item(_: object, attribute: "attrs.Attribute[Item]", item: object) -> None:
    if not isinstance(item, Item):
        raise WishError(attribute.name, f"a {type(item).__name__}", "an Item")


def _is_form(_: object, attribute: "attrs.Attribute[StatementForm]", form: object) -> None:
    if not isinstance(form, StatementForm):
        expected = "a form of statements, such as YesNo()"
        raise WishError(attribute.name, f"a {type(form).__name__}", expected)


def _is_range(_: object, attribute: "attrs.Attribute[tuple[float, float]]", bounds: object) -> None:
    if not isinstance(bounds, Sequence) or isinstance(bounds, str) or len(bounds) != PAIR:
        raise WishError(attribute.name, f"a {type(bounds).__name__}", "two numbers, such as (1, 5)")
    low, high = (check_number(attribute.name, bound, -MANY, MANY) for bound in bounds)
    if low >= high:
        raise WishError(attribute.name, f"({low:g}, {high:g})", "the least before the most")


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
        WishError: a field is not of its type.
    """

    outcome: str = attrs.field(validator=is_column)
    items: tuple[Item, ...] = attrs.field(converter=_as_items, validator=deep_iterable(_is_item))
    statements: StatementForm = attrs.field(validator=_is_form)
    respondent: str | None = attrs.field(default=None, validator=optional(is_column))
    weight: str | None = attrs.field(default=None, validator=optional(is_column))
    controls: tuple[str, ...] = attrs.field(
        default=(), converter=_as_controls, validator=deep_iterable(is_column)
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
