"""The items of a survey: each a wish and the columns that tell of it."""

from collections.abc import Iterable, Mapping

import attrs
from attrs.validators import optional

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import a_column, check_several, check_type, describe
from cxjourney.vocabulary._terminal import Showable
from cxjourney.wishes._kinds import Wish, as_wish

COLUMNS = "the name of a wish's columns"


@attrs.frozen
class Item(Showable):
    """A wish and the columns of a survey that tell of it.

    Attributes:
        wish: the wish; a text is taken for what it is about.
        rating: the column that rates its fulfilment, blank where it was not used; None where
            nobody was asked.
        said: the column of the statements about it; None where nobody was asked.
        worst: with MaxDiff, the column that counts how often it was chosen as worst.

    Raises:
        InvalidError: the wish is not one, or a column is no name, or ``worst`` is without ``said``.

    >>> Item("quiet seats", rating="seats", said="say_seats").wish.about
    'quiet seats'
    """

    wish: Wish = attrs.field(converter=as_wish)
    rating: str | None = attrs.field(validator=optional(a_column), repr=describe)
    said: str | None = attrs.field(validator=optional(a_column), repr=describe)
    worst: str | None = attrs.field(default=None, validator=optional(a_column), repr=describe)

    def __attrs_post_init__(self) -> None:
        if self.worst is not None and self.said is None:
            expected = "the column that counts how often it was chosen as best"
            raise InvalidError("Item.said", "None", f"{expected}, for worst is given")


def items_by_prefix(
    names: Iterable[str] | Mapping[str, Wish | str],
    *,
    said: str | None,
    rating: str | None = "",
    worst: str | None = None,
) -> tuple[Item, ...]:
    """Return an item for each name, its columns being the name after a prefix.

    Args:
        names: the names that the columns have in common; a mapping says which wish each stands
            for, else the name itself is what the wish is about.
        said: the prefix of the columns of statements; None where there are none.
        rating: the prefix of the columns that rate fulfilment; None where there are none.
        worst: the prefix of the columns that count how often it was chosen as worst.

    Raises:
        InvalidError: a name is no text or an empty one, or all of them are one text.

    >>> for item in items_by_prefix({"ART": "art on the walls", "WIFI": "Wi-Fi"}, said="say_"):
    ...     print(item.wish.about, item.rating, item.said)
    art on the walls ART say_ART
    Wi-Fi WIFI say_WIFI
    """
    check_several("names", names, "several names, such as a list of them")
    pairs = names.items() if isinstance(names, Mapping) else [(name, name) for name in names]
    return tuple(
        Item(
            wish,
            rating=_after(rating, name),
            said=_after(said, name),
            worst=_after(worst, name),
        )
        for name, wish in pairs
    )


def _after(prefix: str | None, name: str) -> str | None:
    check_type("names", name, str, COLUMNS)
    if not name:
        raise InvalidError("names", describe(name), COLUMNS)
    return None if prefix is None else prefix + name
