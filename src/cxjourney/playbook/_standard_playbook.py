"""The standard playbook: useful on the first day, and meant to be overridden (SPEC 2, 5, 6, 8).

No row sells: a relationship that price alone leads does not last (002).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

import attrs

from cxjourney.channels.policy._limits import LETTER_TAKES, REFERRAL_GAP
from cxjourney.chart import Chart, DueBy, standard_chart
from cxjourney.chart._duties import STANDARD_OBLIGATIONS
from cxjourney.playbook._playbook import Playbook
from cxjourney.playbook._plays import Entered, NearlyDue, Opened, Play, Wished
from cxjourney.vocabulary import Channel, EventKind, Phase, Purpose
from cxjourney.vocabulary._checks import check_type
from cxjourney.wishes import WishKind

FACE_TO_FACE, EMAIL, POST, TEXT, VIDEO, GIFT = Channel
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

USUAL_CHANNELS: Mapping[Purpose, tuple[Channel, ...]] = {
    Purpose.INFORM: (EMAIL, FACE_TO_FACE),
    Purpose.REMIND: (TEXT, EMAIL, FACE_TO_FACE),
    Purpose.CONFIRM: (EMAIL, TEXT, FACE_TO_FACE),
    Purpose.ANSWER: (EMAIL, TEXT, FACE_TO_FACE),
    Purpose.SOLVE: (POST, EMAIL, FACE_TO_FACE),
    Purpose.APOLOGISE: (POST, EMAIL, FACE_TO_FACE),
    Purpose.THANK: (POST, EMAIL, FACE_TO_FACE),
    Purpose.CONGRATULATE: (POST, EMAIL, FACE_TO_FACE),
    Purpose.AFFIRM: (EMAIL, VIDEO, FACE_TO_FACE),
    Purpose.ONBOARD: (VIDEO, EMAIL, FACE_TO_FACE),
    Purpose.ASK_FEEDBACK: (EMAIL, TEXT, FACE_TO_FACE),
    Purpose.ASK_REFERRAL: (EMAIL, FACE_TO_FACE),
    Purpose.LOYALTY: (POST, GIFT, EMAIL, FACE_TO_FACE),
    Purpose.SELL: (EMAIL, FACE_TO_FACE),
    Purpose.GIFT: (GIFT, FACE_TO_FACE),
}
"""The channels for each purpose, the wanted one first; a person comes last, who needs no template.

A letter comes first where SPEC P02 prefers one.
"""

KEY_ACCOUNT = "key_account"
"""The segment of customers who are served by a person (002)."""
MID_SIZE = "mid_size"
"""The segment of mid-size firms: a person meets them where companies go away (000, 002)."""
BY_A_PERSON: Mapping[str, tuple[str, ...]] = {
    KEY_ACCOUNT: (
        *("answer", "acknowledge", "affirm_decision", "be_there", "check_in"),
        *("ask_feedback", "thank_referral", "confirm_loyalty", "wish_conscious"),
    ),
    MID_SIZE: ("acknowledge", "be_there", "check_in"),
}
"""The rows in which a person comes first, by segment."""

RULES = {rule.id: rule for rule in STANDARD_OBLIGATIONS}
WHILE_OWED = timedelta(days=30)
"""How long a contact is worth making while it is still owed: late is better than never."""


def standard_playbook(
    key: str = "standard", version: int = 1, *, chart: Chart | None = None
) -> Playbook:
    """Return the playbook for all eight phases, for silence and loss, and for wishes.

    It suits many customers; rows for ``KEY_ACCOUNT`` and ``MID_SIZE`` put a person first. Contents
    go by the ids of the rows; until a ``Library`` has them, a person is asked to act.

    Args:
        key: the playbook's name.
        version: its version.
        chart: the chart that journeys follow, the standard one when None. Rows for obligations
            that it does not have are left out.
    """
    if chart is not None:
        check_type("standard_playbook.chart", chart, Chart)
    followed = standard_chart() if chart is None else chart
    known = {rule.id for rule in followed.obligations}
    rows = (*_at_any_time(), *_before_use(), *_in_use(), *_as_a_friend(), *_for_wishes())
    general = [
        play
        for play in rows
        if not isinstance(play.on, Opened | NearlyDue) or play.on.rule in known
    ]
    plays = [*general, *_personal(general)]
    return Playbook(key, version, tuple(plays), chart=followed)


def _personal(general: Iterable[Play]) -> Iterator[Play]:
    """Yield the rows of the segments: the general ones, with a person before other channels."""
    rows = {play.id: play for play in general}
    for segment, ids in BY_A_PERSON.items():
        for play in (rows[id] for id in ids if id in rows):
            channels = dict.fromkeys((FACE_TO_FACE, *play.channels))
            yield attrs.evolve(play, segment=segment, channels=tuple(channels), source="002")


def _contact(
    rule: str,
    purpose: Purpose,
    tells: EventKind = EventKind.FULFILLED,
    *,
    after: timedelta = timedelta(),
) -> Play:
    """Return the row that does what is owed under a rule through the usual channels, once owed."""
    on, owed = Opened(rule), RULES[rule]
    time = owed.due if owed.due_by is not DueBy.DAY_END and isinstance(owed.due, timedelta) else DAY
    usual = USUAL_CHANNELS[purpose]
    channels = tuple(one for one in usual if one is not POST or time >= LETTER_TAKES)
    row = Play(rule, on, purpose, channels, rule, owed.source, after=after, tells=tells)
    return attrs.evolve(row, lasts=WHILE_OWED)


def _task(rule: str, purpose: Purpose, tells: EventKind | None = None) -> Play:
    """Return the row that has a person meet the customer about what is owed under a rule."""
    source = RULES[rule].source
    on, channels = Opened(rule), (FACE_TO_FACE,)
    return Play(rule, on, purpose, channels, source=source, lasts=WHILE_OWED, tells=tells)


def _chore(rule: str, tells: EventKind | None = None) -> Play:
    """Return the row that has a person do inside the company what is owed under a rule."""
    return attrs.evolve(_task(rule, Purpose.CONFIRM, tells), internal=True)


def _reminder(rule: str, before: timedelta, id: str = "") -> Play:
    """Return the row that reminds a person of what is nearly due under a rule."""
    on, name = NearlyDue(rule, before), id or f"{rule}_due"
    return Play(name, on, Purpose.REMIND, (FACE_TO_FACE,), lasts=WHILE_OWED, internal=True)


def _at_any_time() -> Iterator[Play]:
    yield _contact("answer", Purpose.ANSWER, EventKind.ANSWERED)
    yield _reminder("answer", 2 * DAY)
    yield _contact("acknowledge", Purpose.ANSWER)
    yield _reminder("acknowledge", 4 * HOUR)
    yield _task("solve", Purpose.SOLVE)
    yield _reminder("solve", 2 * DAY)
    # Only whoever talks to the customer knows whether the doubt is gone, and records it.
    yield _task("reassure", Purpose.AFFIRM)
    yield _reminder("reassure", 12 * HOUR)
    yield _task("follow_up", Purpose.SOLVE, EventKind.FULFILLED)
    yield _reminder("follow_up", 12 * HOUR)
    yield _contact("thank_promoter", Purpose.THANK)
    # Whoever made the promise knows of it; a person is told in time to keep it.
    yield _reminder("keep_promise", 2 * DAY, "keep_promise")
    yield _chore("route_feedback", EventKind.FULFILLED)


def _before_use() -> Iterator[Play]:
    yield Play(
        "welcome",
        Entered(Phase.ASSESS),
        Purpose.INFORM,
        USUAL_CHANNELS[Purpose.INFORM],
        "welcome",
        "000: companies promise too much and answer late",
        lasts=3 * DAY,
    )
    yield _contact("share_joy", Purpose.CONGRATULATE)
    yield _chore("record_goal")
    yield _contact("affirm_decision", Purpose.AFFIRM)
    yield _chore("hand_over", EventKind.FULFILLED)


def _in_use() -> Iterator[Play]:
    yield _contact("be_there", Purpose.ONBOARD)
    yield _chore("compare_delivery")
    # It is owed again as soon as it was met, so it waits until it is nearly due.
    soon = NearlyDue("check_in", 2 * DAY)
    yield attrs.evolve(_contact("check_in", Purpose.ONBOARD), on=soon)
    asked = EventKind.FEEDBACK_ASKED
    yield _contact("ask_feedback", Purpose.ASK_FEEDBACK, asked, after=HOUR / 2)
    # Asking is a row of its own; this one is for the customers who were asked and said nothing.
    yield _reminder("record_feedback", 2 * DAY, "record_feedback")
    # Only a person sees whether the result is to be celebrated or to be made up for.
    yield _task("celebrate_or_recover", Purpose.LOYALTY, EventKind.FULFILLED)


def _as_a_friend() -> Iterator[Play]:
    yield _contact("confirm_loyalty", Purpose.LOYALTY, EventKind.LOYALTY_CONFIRMED)
    yield _reminder("confirm_loyalty", 3 * DAY)
    yield _contact("thank_referral", Purpose.THANK)
    yield Play(
        "ask_referral",
        Entered(Phase.ADVOCATE),
        Purpose.ASK_REFERRAL,
        USUAL_CHANNELS[Purpose.ASK_REFERRAL],
        "ask_referral",
        "002, Coleman; 90 days is a default",
        after=REFERRAL_GAP,
        lasts=WHILE_OWED,
    )
    personal = (POST, FACE_TO_FACE)
    yield attrs.evolve(_contact("personal_contact", Purpose.INFORM), channels=personal)
    yield _reminder("personal_contact", 2 * DAY)
    yield _chore("record_loss")


def _for_wishes() -> Iterator[Play]:
    """Yield what is done about wishes of each kind; nothing is spent on an invisible one."""
    source = "001; Shaw, Dibeehi and Walden 2010"
    unasked, nothing = (FACE_TO_FACE,), ()
    for kind, purpose, channels in (
        (WishKind.SUBCONSCIOUS, Purpose.LOYALTY, unasked),
        (WishKind.CONSCIOUS, Purpose.INFORM, USUAL_CHANNELS[Purpose.INFORM]),
        (WishKind.DECEPTION, Purpose.ANSWER, USUAL_CHANNELS[Purpose.ANSWER]),
        (WishKind.INVISIBLE, Purpose.INFORM, nothing),
    ):
        id = f"wish_{kind.name.lower()}"
        content = id if len(channels) > 1 else None
        yield Play(id, Wished(kind), purpose, channels, content, source)
