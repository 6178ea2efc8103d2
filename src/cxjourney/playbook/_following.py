"""What counts from another intent: rows that wait until a row was sent (SPEC 7)."""

from datetime import datetime, tzinfo

from cxjourney.channels import Intent
from cxjourney.journey import Journey
from cxjourney.playbook._planning import AFTER, STAMP, AtHand, Naming, intent_for, plainly
from cxjourney.playbook._playbook import Playbook


def following(
    playbook: Playbook,
    journey: Journey,
    sent: Intent,
    at: datetime,
    segment: str | None,
    naming: Naming | None = None,
    zone: tzinfo | None = None,
) -> tuple[Intent, ...]:
    """Return the intents that count from another one, which was sent.

    Args:
        playbook: what calls for which intents.
        journey: the journey, which was told of it.
        sent: the intent that was sent.
        at: when.
        segment: the customer's segment; None for the rows of everybody.
        naming: gives intents their keys; without a secret where None.
        zone: the zone of the customer's clock; the UTC offset of ``at`` where None.
    """
    rows = playbook.resolved(segment)
    row, at_hand = rows.named.get(sent.play), AtHand(journey, naming or plainly(journey), zone)
    stamp, found = f"{STAMP}{at.isoformat()}", list[Intent]()
    cause = f"{AFTER}{sent.key}{stamp}"
    for play, on in () if row is None else rows.sent.get(row.id, ()):
        if on.owed is None:
            place, wish, name = sent.place, sent.wish, sent.occurrence
            if sent.cause.startswith(AFTER):
                name = name.rpartition(STAMP)[0]
            name = f"{name}{stamp}"
            found.append(
                intent_for(play, at_hand, at, name, cause, sent.cycle, place=place, wish=wish)
            )
            continue
        owed = [one for one in journey.owed if one.rule == on.owed]
        same = [one for one in owed if one.event == sent.cause]
        found += [
            intent_for(play, at_hand, at, f"{one.key}{stamp}", cause, one.cycle, owed=one)
            for one in same or owed
        ]
    return tuple(found)


def follows(intent: Intent, sent: Intent) -> bool:
    """Say whether an intent counts from another one."""
    return intent.cause.startswith(f"{AFTER}{sent.key}{STAMP}")
