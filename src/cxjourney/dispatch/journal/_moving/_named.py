"""Customers who are asked about under an older id."""

from collections.abc import Collection, Mapping
from typing import Any

from cxjourney.dispatch.journal._records import Erasure, EventName
from cxjourney.dispatch.journal._records_stored import load_value
from cxjourney.vocabulary._forms import TEXT, Form, mapping

_NAMED: Form[Mapping[str, Any]] = mapping(TEXT)


def read_named(data: str) -> dict[str, str]:
    """Return the names that engagements have now, by those that they had under an alias."""
    return dict(_NAMED.decode(load_value(data, "cx_alias.data"), "cx_alias.data"))


def alias_in(parts: Mapping[tuple[str, str], list[Any]]) -> tuple[str, dict[str, str]] | None:
    """Return a customer's id of now, and the new names of engagements; None where it is the same.

    Args:
        parts: what was read of a customer.
    """
    for (part, now), rows in parts.items():
        if part == "alias":
            return now, read_named(rows[0][1])
    return None


def renamed(event: EventName | None, named: Mapping[str, str]) -> EventName | None:
    """Return the name of an event under the engagement's new name."""
    return event and (named.get(event[0], event[0]), event[1])


def latest_of(erasure: Erasure | None, others: Collection[Erasure]) -> Erasure | None:
    """Return what several erasures come to."""
    return Erasure.latest(*others, *([] if erasure is None else [erasure]))
