"""Ids change, and two turn out to be one person: nothing is sent twice for it (SPEC 4.1)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import attrs

from cxjourney.dispatch._driving import Ask, Flow, dossier
from cxjourney.dispatch._running._actors import check_actor
from cxjourney.dispatch.journal import Dossier, JourneyRecord, Transfer
from cxjourney.dispatch.journal._moving._origin import Moved, Origin, origin_in
from cxjourney.errors import InvalidError, SequenceError
from cxjourney.vocabulary._checks import MAX_ID, check_id

TRIES = 100
"""How often it is tried anew because somebody else wrote in between."""


def rename(old: str, new: str, moment: datetime, actor: str | None) -> Flow[bool]:
    """Let a customer go under another id from now on; say whether that was news.

    Raises:
        InvalidError: when nothing is kept under the old id, or another customer's under the new, or
            the actor is no name.
        MalformedEventError: when an id is not of its form.
        SequenceError: when others write all the time.
    """
    check_actor("rename", actor)
    check_id(old, "rename.customer")
    check_id(new, "rename.to")
    tries = TRIES
    while True:
        tries -= 1
        here = yield from _known(old, "rename.customer")
        there = yield from dossier(new, None)
        if here.customer == new:
            return False
        if _is_kept(there) and there.customer != here.customer:
            found, expected = "the id of another customer", "a free one; merge joins the two"
            raise InvalidError("rename.to", found, expected)
        names = {one.engagement: one.engagement for one in here.journeys}
        try:
            yield from _move(here, new, None, names, Moved(here.customer, moment, actor))
        except SequenceError:
            if not tries:
                raise
        else:
            return True


def merge(source: str, target: str, moment: datetime, actor: str | None) -> Flow[Mapping[str, str]]:
    """Join two customers who are one; return the new names of engagements, where they changed.

    Raises:
        InvalidError: when nothing is kept under one of the ids, or the actor is no name.
        MalformedEventError: when an id is not of its form.
        SequenceError: when others write all the time.
    """
    check_actor("merge", actor)
    check_id(source, "merge.customer")
    check_id(target, "merge.into")
    tries = TRIES
    while True:
        tries -= 1
        here = yield from _known(source, "merge.customer")
        there = yield from _known(target, "merge.into")
        if here.customer == there.customer:
            return {old: new for old, new in here.named.items() if old != new}
        names = free_names(
            [one.engagement for one in here.journeys], {one.engagement for one in there.journeys}
        )
        try:
            moved = Moved(here.customer, moment, actor)
            yield from _move(here, there.customer, there.revision, names, moved)
        except SequenceError:
            if not tries:
                raise
        else:
            return {old: new for old, new in names.items() if old != new}


def free_names(names: Collection[str], taken: Collection[str]) -> dict[str, str]:
    """Return a name for each engagement: its own, or with the first number that makes it free."""
    found: dict[str, str] = {}
    used = {*taken, *names}
    for name in sorted(names):
        new, number = name, 1
        while new in (taken if number == 1 else used):
            number += 1
            new = f"{name[: MAX_ID - 20]}#{number}"
        used.add(new)
        found[name] = new
    return found


def _is_kept(found: Dossier) -> bool:
    return bool(found.journeys or found.planned)


def _known(customer: str, where: str) -> Flow[Dossier]:
    """Ask for a customer's dossier.

    Raises:
        InvalidError: when nothing is kept of the customer.
    """
    found = yield from dossier(customer, None)
    if not _is_kept(found):
        raise InvalidError(where, "an id under which nothing is kept", "the id of a customer")
    return found


def _move(
    here: Dossier, target: str, expected: int | None, names: Mapping[str, str], moved: Moved
) -> Flow[None]:
    journeys = tuple(
        _moved(one, here, target, names[one.engagement], moved) for one in here.journeys
    )
    move = Transfer(here.customer, here.revision, target, expected, names, journeys, moved.at)
    yield Ask("move", (move,))


def _moved(
    kept: JourneyRecord, here: Dossier, customer: str, engagement: str, moved: Moved
) -> JourneyRecord:
    """Return a journey as it is kept from now on; its keys are made as before."""
    origin = origin_in(kept.snapshot) or Origin(here.customer, kept.engagement, here.seals)
    origin = attrs.evolve(origin, moves=(*origin.moves, moved))
    data = {**kept.data, "customer": customer, "engagement": engagement}
    snapshot: dict[str, Any] = {**(kept.snapshot or {}), "origin": origin.as_stored()}
    stands = snapshot.get("journey")
    if isinstance(stands, list):
        snapshot["journey"] = [customer, engagement, *stands[2:]]
    return attrs.evolve(kept, engagement=engagement, data=data, snapshot=snapshot, steps=())
