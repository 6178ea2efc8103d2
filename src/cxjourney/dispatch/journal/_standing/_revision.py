"""Where customers stand as a database is asked for it: at which revision, and who holds them."""

from sqlalchemy import ColumnElement, Text, case, cast, null, select

from cxjourney.dispatch.journal._cells._column_kinds import is_no_time, read_moment
from cxjourney.dispatch.journal._records import Erasure
from cxjourney.dispatch.journal._records_stored import load
from cxjourney.dispatch.journal._schema import aliases, customers
from cxjourney.dispatch.journal._standing._waiting import CUSTOMER, ZERO, Parts, a_word
from cxjourney.vocabulary._forms import ID, Form, whole

ITSELF = "itself"
"""Stands where an engagement may, for what was erased of the whole customer."""
LOST_LEASE: ColumnElement[str | None] = case(
    (is_no_time(customers.c.lease), cast(customers.c.lease, Text))
)
"""Stands beside a claim of which nobody can read until when it holds."""
_STANDS = (
    select(a_word("revision"), a_word(""), customers.c.revision, null(), null()),
    select(a_word("claim"), a_word(""), customers.c.claim, LOST_LEASE, null()),
)
CUSTOMER_ROWS = (
    *(one.where(customers.c.customer == CUSTOMER) for one in _STANDS),
    select(a_word("alias"), aliases.c.customer, ZERO, aliases.c.data, null()).where(
        aliases.c.alias == CUSTOMER
    ),
)
"""Where the customer stands, or under which other id."""
_NUMBER: Form[int] = whole(1)


def stands(parts: Parts) -> tuple[int, int | None]:
    """Return a customer's revision and claim; of one who was erased, where the next begins.

    Raises:
        DecodeError: when the revision is none.
    """
    if ("revision", "") in parts:
        revision = _NUMBER.decode(parts["revision", ""][0][0], "cx_customer.revision")
        return revision, parts["claim", ""][0][0]
    erasure = Erasure.latest(*erasures_in(parts, ITSELF))
    return 0 if erasure is None else erasure.number, None


def check_row(customer: str, parts: Parts) -> None:
    """Check the row of a customer: the id, and until when somebody holds the customer.

    Raises:
        DecodeError: when it cannot be read.
    """
    for _, lost, _ in parts["claim", ""]:
        ID.decode(customer, "cx_customer.customer")
        read_moment(lost, "cx_customer.lease")


def erasures_in(parts: Parts, of: str) -> list[Erasure]:
    """Return what outlives erasures: of the whole customer, or of an engagement."""
    return [load(Erasure, data) for _, data, _ in parts["erased", of]]
