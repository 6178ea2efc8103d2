"""Open intents as a database is asked for them: the quiet ones may be left out; see ``Rest``."""

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, literal_column, null, select

from cxjourney.dispatch.journal._cells._column_kinds import AnyText, bare_moment, read_moment
from cxjourney.dispatch.journal._owing import SOME, Rest
from cxjourney.dispatch.journal._schema import outbox

Parts = defaultdict[tuple[str, str], list[tuple[Any, Any, Any]]]
"""What was read of a customer, by part and engagement: numbers, data and moments."""
STANDINGS = 8
"""How many standings there are: they are told with the number of those who stand so."""

CUSTOMER = bindparam("customer", type_=AnyText)
ZERO: ColumnElement[int] = literal_column("0")


def a_word(word: str) -> ColumnElement[str]:
    return literal_column(f"'{word}'")


INTENT = select(a_word("intent"), a_word(""), outbox.c.number, outbox.c.data, null()).where(
    outbox.c.customer == CUSTOMER
)
_QUIET = outbox.c.quiet.is_not(None)
STILL_OPEN = (
    INTENT.where(outbox.c.open.is_not(False), outbox.c.quiet.is_(None)),
    INTENT.where(_QUIET),
)
"""What a dispatcher needs to go on: what is not quiet, and what is."""
_SOME_QUIET = select(ZERO).where(outbox.c.customer == CUSTOMER, _QUIET).limit(SOME + 1).subquery()
_COUNT = select(func.count()).select_from(_SOME_QUIET).scalar_subquery()
_FEW = (
    select(outbox.c.number, outbox.c.data)
    .where(outbox.c.customer == CUSTOMER, _QUIET)
    .limit(case((_COUNT > SOME, 0), else_=SOME))
    .subquery()
)
_IF_FEW = select(a_word("intent"), a_word(""), _FEW.c.number, _FEW.c.data, null())
_REST = (
    select(
        *(a_word("rest"), outbox.c.quiet, outbox.c.standing + STANDINGS * func.count(), null()),
        bare_moment(func.min(outbox.c.next_at)),
    )
    .where(outbox.c.customer == CUSTOMER, _QUIET)
    .group_by(outbox.c.quiet, outbox.c.standing)
)
WAITING = (STILL_OPEN[0], _IF_FEW, _REST)
"""The same where the quiet ones are few; where they are many, what is told of them."""


def rest_in(parts: Parts) -> Rest | None:
    """Return what is told of quiet intents where they are many."""
    told = [(quiet, *one) for (part, quiet), of in parts.items() if part == "rest" for one in of]
    if sum(number // STANDINGS for _, number, _, _ in told) <= SOME:
        return None
    rows = [
        (quiet, number % STANDINGS, moment)
        for quiet, number, _, at in told
        if (moment := read_moment(at, "cx_outbox.next_at")) is not None
    ]
    return Rest(tuple(sorted(rows)))
