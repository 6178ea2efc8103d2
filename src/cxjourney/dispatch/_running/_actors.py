"""Who does something by hand: a name that is kept, so that it can be accounted for."""

import re

from cxjourney.errors import InvalidError
from cxjourney.vocabulary._checks import A_NAME, describe, is_name

CUSTOMER = "customer"
"""What is kept instead of an actor that names the customer who is erased."""


def check_actor(where: str, actor: str | None) -> None:
    """Refuse an actor that is no name.

    Raises:
        InvalidError: when it is none.
    """
    if actor is not None and not is_name(actor):
        raise InvalidError(f"{where}.actor", describe(actor), f"{A_NAME}, or None")


def without_customer(actor: str | None, customer: str) -> str | None:
    """Return who erases a customer, or ``CUSTOMER`` where the customer's own id stands in it."""
    if actor is None:
        return None
    id = re.escape(customer.strip().casefold())
    names = re.search(rf"(?<!\w){id}(?!\w)", actor.casefold()) is not None
    return CUSTOMER if names else actor
