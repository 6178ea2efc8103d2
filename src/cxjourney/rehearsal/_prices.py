"""What contacts cost: the user's prices, and what a rehearsal comes to by them."""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Any, Self

import attrs

from cxjourney.channels._content import CURRENCY
from cxjourney.errors import InvalidError
from cxjourney.rehearsal._lines import Line
from cxjourney.vocabulary import Channel, Lang
from cxjourney.vocabulary._checks import as_mapping, describe, must, told
from cxjourney.vocabulary._results import Worded, as_dict
from cxjourney.vocabulary._terminal import Showable, brief
from cxjourney.vocabulary._texts import money, number, word

NOTHING = Decimal(0)
A_PRICE = "a finite Decimal from 0, such as Decimal('0.05')"
KEYS = ("currency", "inside", "channels", "rows")
CHANNELS = {channel.value: channel for channel in Channel}
"""The channels by the names that a file of prices gives them."""


def _fits(price: object) -> bool:
    return isinstance(price, Decimal) and price.is_finite() and price >= 0


def _a_price(instance: object, field: "attrs.Attribute[Any]", price: object) -> None:
    must(price is None or _fits(price), instance, field.name, price, A_PRICE, told)


def _priced(of: type) -> Any:  # noqa: ANN401 - a validator
    def check(instance: object, field: "attrs.Attribute[Any]", given: Any) -> None:  # noqa: ANN401
        if not isinstance(given, Mapping) or not all(isinstance(one, of) for one in given):
            expected = f"a mapping of {'channels' if of is Channel else 'ids of rows'} to prices"
            must(False, instance, field.name, given, expected)  # noqa: FBT003 - it does not fit
        for price in given.values():
            must(_fits(price), instance, field.name, price, A_PRICE, told)

    return check


def _a_currency(instance: object, field: "attrs.Attribute[Any]", given: object) -> None:
    fits = given is None or (isinstance(given, str) and CURRENCY.fullmatch(given) is not None)
    must(fits, instance, field.name, given, "three capital letters of ISO 4217, or None")


@attrs.frozen
class Prices(Showable):
    """What one contact costs, by channel; the prices are yours, none is known here.

    Attributes:
        channels: the price of one contact through each channel. One without a price is counted
            as such, not as free.
        rows: the price of one contact of a row of the playbook, by its id, where it is another
            than that of its channel; such as a gift of its own.
        inside: the price of one task inside the company; None leaves tasks out.
        currency: three letters of ISO 4217; None for a unit of your own, which is not named.

    Raises:
        InvalidError: when a field is not of its form.
    """

    channels: Mapping[Channel, Decimal] = attrs.field(
        factory=dict, converter=as_mapping, validator=_priced(Channel), hash=False
    )
    rows: Mapping[str, Decimal] = attrs.field(
        factory=dict, converter=as_mapping, validator=_priced(str), hash=False
    )
    inside: Decimal | None = attrs.field(default=None, validator=_a_price)
    currency: str | None = attrs.field(default=None, validator=_a_currency)

    __repr__ = brief

    def of(self, line: Line) -> Decimal | None:
        """Return what a contact costs, or None where it has no price."""
        general = self.inside if line.internal else self.channels.get(line.channel)
        return self.rows.get(line.play, general)

    @classmethod
    def read(cls, path: str | PathLike[str]) -> Self:
        """Read prices from a file of TOML.

        It may have ``currency`` and ``inside``, and the tables ``[channels]``, by the names of the
        channels such as ``email``, and ``[rows]``, by the ids of rows of the playbook.

        Args:
            path: the file.

        Raises:
            InvalidError: it cannot be read, or holds something else.
        """
        where = Path(path).name
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
            document = tomllib.loads(text, parse_float=Decimal)
        except OSError as error:
            found = (error.strerror or "cannot be read").lower()
            raise InvalidError(where, found, "prices in TOML") from None
        except ValueError as error:  # the bytes are no UTF-8, or the text no TOML
            place = str(error).rpartition(" (")[2].rstrip(")")
            at = "not UTF-8" if isinstance(error, UnicodeDecodeError) else f"no TOML {place}"
            raise InvalidError(where, at, "prices in TOML") from None
        unknown = [key for key in document if key not in KEYS]
        if unknown:
            found = f"{len(unknown)} key(s) that mean nothing"
            raise InvalidError(where, found, f"only {', '.join(KEYS)}")
        try:
            return cls(
                channels={
                    _channel(key): _decimal(price)
                    for key, price in _table(document, "channels").items()
                },
                rows={key: _decimal(price) for key, price in _table(document, "rows").items()},
                inside=_decimal(document.get("inside")),
                currency=document.get("currency"),
            )
        except InvalidError as error:
            raise attrs.evolve(error, where=f"{where}, {error.where}") from None


def _table(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = document.get(key, {})
    if not isinstance(found, Mapping):
        raise InvalidError(key, describe(found), f"a table of prices, [{key}]")
    return found


def _channel(key: str) -> Channel:
    if key not in CHANNELS:
        raise InvalidError("channels", "no name of a channel", f"one of {', '.join(CHANNELS)}")
    return CHANNELS[key]


def _decimal(value: Any) -> Any:  # noqa: ANN401 - whatever TOML may hold
    """Return a whole number as a Decimal; a validator refuses what is none."""
    return Decimal(value) if type(value) is int else value


@attrs.frozen
class CostRow(Showable):
    """What the contacts through one channel cost.

    Attributes:
        channel: the channel; None for tasks inside the company.
        contacts: how many were made.
        unpriced: how many of these have no price.
        amount: what the others cost.
    """

    channel: Channel | None
    contacts: int
    unpriced: int
    amount: Decimal


@attrs.frozen(repr=False)
class Costs(Worded):
    """What a rehearsal would cost.

    Attributes:
        rows: the cost by channel, tasks inside the company last; all six channels are there, the
            tasks where they have a price.
        currency: three letters of ISO 4217; None where the prices name none.
    """

    rows: tuple[CostRow, ...]
    currency: str | None = None

    @property
    def total(self) -> Decimal:
        """The sum of the rows."""
        return sum((row.amount for row in self.rows), NOTHING)

    @property
    def unpriced(self) -> int:
        """How many contacts have no price, and are not in the sum."""
        return sum(row.unpriced for row in self.rows)

    def __repr__(self) -> str:
        return f"<Costs of {sum(row.contacts for row in self.rows)} contacts>"

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return the sum in words, and how many contacts have no price."""
        told = f"{word('in_all', lang)}: {money(self.total, lang, self.currency)}"
        missing = f"; {word('unpriced', lang)}: {number(self.unpriced, lang)}"
        return told + missing if self.unpriced else told

    def to_dict(self) -> dict[str, Any]:
        """Return the costs as plain values that JSON can hold; sums as texts."""
        return {**as_dict(self), "total": str(self.total), "unpriced": self.unpriced}


def costs_of(sent: Iterable[Line], prices: Prices) -> Costs:
    """Return what contacts that were made cost."""
    contacts: Counter[Channel | None] = Counter()
    unpriced: Counter[Channel | None] = Counter()
    amounts: defaultdict[Channel | None, Decimal] = defaultdict(Decimal)
    priced_inside = prices.inside is not None
    for line in sent:
        channel = None if line.internal else line.channel
        price = prices.of(line)
        contacts[channel] += 1
        if price is None:
            unpriced[channel] += 1
        else:
            amounts[channel] += price
            priced_inside = priced_inside or line.internal
    shown = (*Channel, None) if priced_inside else tuple(Channel)
    rows = (CostRow(one, contacts[one], unpriced[one], amounts[one]) for one in shown)
    return Costs(tuple(rows), prices.currency)
