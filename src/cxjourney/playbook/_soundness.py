"""What can be said of a playbook by reading it: names, times, channels, moments, what is told."""

import keyword
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from cxjourney.channels.policy._limits import LOYAL, NEVER_BY_TEXT
from cxjourney.chart import Chart, ObligationRule
from cxjourney.chart._derive import LONGEST_ID, LONGEST_WINDOW
from cxjourney.errors import InvalidError
from cxjourney.playbook._plays import (
    Entered,
    NearlyDue,
    Opened,
    Play,
    PlayFaultKind,
    RowSent,
    Wished,
)
from cxjourney.vocabulary import Channel, EventKind, Nature, Phase, Purpose, Standing
from cxjourney.vocabulary._phases import Place
from cxjourney.wishes import Wish, WishKind

K = PlayFaultKind
Wishes = tuple[tuple[Wish, WishKind], ...]
RowFault = tuple[PlayFaultKind, str, str]
"""What is wrong with a row: kind, text, remedy."""

GIFT_PURPOSES = frozenset(
    {Purpose.GIFT, Purpose.THANK, Purpose.LOYALTY, Purpose.CONGRATULATE, Purpose.APOLOGISE}
)
NAMES_ITS_OBLIGATION = "obligation"


def play_faults(plays: tuple[Play, ...], wishes: Wishes, chart: Chart) -> Iterator[InvalidError]:
    """Yield what is wrong with the rows and wishes of a playbook for journeys on a chart."""
    yield from _clashes(plays)
    rules = {rule.id: rule for rule in chart.obligations}
    led_to = frozenset(row.to for row in chart.rows if row.to is not None)
    reached = led_to - {Standing.NEW, Standing.ACTIVE, Standing.ERASED}
    for play in plays:
        for kind, text, remedy in (
            *_name_faults(play),
            *_time_faults(play),
            *_channel_faults(play),
            *_trigger_faults(play, rules, reached),
            *_moment_faults(play, _places(play, wishes, rules)),
            *_told_faults(play, chart),
            *_loop_faults(play, rules),
        ):
            yield InvalidError(label(play.id, play.segment), text, remedy, kind)
    yield from _order_faults(plays)
    for text, remedy in _wish_faults(wishes, reached):
        yield InvalidError("wishes", text, remedy, K.BAD_WISH)


def label(id: str, segment: str | None) -> str:
    """Return what a row is called in faults and reports: its id, and its segment if any."""
    return id if segment is None else f"{id} [{segment}]"


def _clashes(plays: tuple[Play, ...]) -> Iterator[InvalidError]:
    for (id, segment), count in Counter((play.id, play.segment) for play in plays).items():
        if count > 1:
            text, remedy = f"{count} rows have this id", "give each row its own"
            yield InvalidError(label(id, segment), text, remedy, K.NAME_CLASH)
    ids = {play.id for play in plays}
    claims = Counter(name for id, name in {(play.id, name) for play in plays for name in play.was})
    for name, count in sorted(claims.items()):
        if name in ids:
            text, remedy = "a former id that a row has still", "leave it out of was"
            yield InvalidError(name, text, remedy, K.NAME_CLASH)
        elif count > 1:
            text, remedy = f"{count} rows say that this was their id", "say it of one"
            yield InvalidError(name, text, remedy, K.NAME_CLASH)


def _name_faults(play: Play) -> Iterator[RowFault]:
    for name in (play.id, *play.was):
        if not name.isidentifier() or keyword.iskeyword(name) or len(name) > LONGEST_ID:
            yield K.BAD_NAME, f"{name!r} is no plain identifier", "name it like 'thank_referral'"
    if play.segment is not None and play.segment != play.segment.strip():
        yield K.BAD_NAME, "its segment is padded or blank", "name it like 'key_account', or None"


def _time_faults(play: Play) -> Iterator[RowFault]:
    before = play.on.before if isinstance(play.on, NearlyDue) else None
    for name, time in (("lasts", play.lasts), ("after", play.after or None), ("before", before)):
        if isinstance(time, timedelta) and not timedelta() < time <= LONGEST_WINDOW:
            remedy = f"give a timedelta above zero and up to {LONGEST_WINDOW.days} days"
            yield K.BAD_TIME, f"{name} is {time!r}", remedy


def _channel_faults(play: Play) -> Iterator[RowFault]:
    channels, purpose = play.channels, play.purpose
    for channel, count in Counter(channels).items():
        if count > 1:
            yield K.BAD_CHANNEL, f"{channel.name} stands there {count} times", "name it once"
    if Channel.TEXT in channels and purpose in NEVER_BY_TEXT:
        yield K.BAD_CHANNEL, f"TEXT for {purpose.name} (X01)", "take another channel"
    if Channel.GIFT in channels and purpose not in GIFT_PURPOSES:
        fits = ", ".join(one.name for one in Purpose if one in GIFT_PURPOSES)
        yield K.BAD_CHANNEL, f"GIFT for {purpose.name}", f"give for {fits}, or take another channel"
    if play.internal and channels != (Channel.FACE_TO_FACE,):
        yield K.BAD_CHANNEL, "an internal task with other channels", "leave FACE_TO_FACE alone"
    wordy = [one.name for one in channels if one is not Channel.FACE_TO_FACE]
    if wordy and play.content is None:
        text = f"nothing is said through {', '.join(wordy)}"
        yield K.NO_CONTENT, text, "name a content, or leave FACE_TO_FACE alone"


def _order_faults(plays: tuple[Play, ...]) -> Iterator[InvalidError]:
    """Yield the rows that wait for a row that there is not, or in the end for themselves."""
    before = {play.id: play.on.row for play in plays if isinstance(play.on, RowSent)}
    ids = {play.id for play in plays}
    for play in plays:
        if not isinstance(play.on, RowSent):
            continue
        if play.on.row not in ids:
            text = f"there is no row {play.on.row!r} that could be sent"
            yield InvalidError(
                label(play.id, play.segment), text, "name a row of the playbook", K.UNKNOWN_ROW
            )
        seen, row = {play.id}, play.on.row
        while row not in seen and row in before:
            seen.add(row)
            row = before[row]
        if row == play.id:
            text = "it waits in the end for itself"
            remedy = "answer to something that happens first"
            yield InvalidError(label(play.id, play.segment), text, remedy, K.ENDLESS)


def _rule_of(play: Play) -> str | None:
    """Return the rule under which something must be owed for a row to be called for, or None."""
    match play.on:
        case Opened(rule) | NearlyDue(rule):
            return rule
        case RowSent(_, owed):
            return owed
        case _:
            return None


def _trigger_faults(
    play: Play, rules: dict[str, ObligationRule], reached: frozenset[Place]
) -> Iterator[RowFault]:
    rule = _rule_of(play)
    if rule is not None and rule not in rules:
        text = f"the chart has no obligation rule {rule!r}"
        yield K.UNKNOWN_RULE, text, f"name one of {', '.join(sorted(rules))}"
    if isinstance(play.on, Entered) and play.on.place not in reached:
        text = f"no row of the chart leads to {play.on.place.name}"
        yield K.UNKNOWN_PLACE, text, "name a phase, LAPSED or LOST"


def _places(play: Play, wishes: Wishes, rules: dict[str, ObligationRule]) -> frozenset[Place]:
    """Return the places where a row is sure to be called for, as far as reading shows."""
    on = play.on
    if isinstance(on, Entered):
        return frozenset({on.place})
    if isinstance(on, Wished):
        return frozenset(
            wish.phase for wish, kind in wishes if kind is on.kind and wish.phase is not None
        )
    rule = rules.get(_rule_of(play) or "")
    if rule is None:
        return frozenset()
    return frozenset((*rule.enters, *((Phase.AFFIRM,) if rule.at_purchase else ())))


def _moment_faults(play: Play, places: frozenset[Place]) -> Iterator[RowFault]:
    early = sorted(one.name for one in places - LOYAL)
    if play.purpose is Purpose.ASK_REFERRAL and early:
        text = f"asks for a recommendation in {', '.join(early)} (C03)"
        yield K.WRONG_MOMENT, text, "ask in ADOPT or ADVOCATE"
    gone = sorted(one.name for one in places if isinstance(one, Standing))
    if play.purpose is Purpose.SELL and gone:
        text = f"sells to a customer who is {', '.join(gone)} (SPEC 5: no selling)"
        yield K.WRONG_MOMENT, text, "take another purpose"


def _told_faults(play: Play, chart: Chart) -> Iterator[RowFault]:
    kind = play.tells
    if kind is None:
        return
    if kind not in chart.kinds:
        yield K.BAD_TELLS, f"the chart has no event kind {kind.name}", "tell a kind that it has"
        return
    if kind.nature is not Nature.COMPANY:
        text, remedy = f"{kind.name} is no fact of the company's", "tell what the company did"
        yield K.BAD_TELLS, text, remedy
    needed = [field.name for field in kind.fields if field.required]
    unknown = [name for name in needed if name != NAMES_ITS_OBLIGATION]
    if unknown:
        text = f"nothing fills in {', '.join(unknown)} of {kind.name}"
        yield K.BAD_TELLS, text, "tell a kind without required fields, such as FULFILLED"
    if NAMES_ITS_OBLIGATION in needed and _rule_of(play) is None:
        text = f"{kind.name} names an obligation, and none calls for this row"
        yield K.BAD_TELLS, text, "tell another kind, or answer to an obligation"


def _loop_faults(play: Play, rules: dict[str, ObligationRule]) -> Iterator[RowFault]:
    """Refuse a row whose sending would at once call for it again."""
    rule = rules.get(play.on.rule) if isinstance(play.on, Opened) else None
    if rule is None or play.tells is None:
        return
    if play.tells in rule.on:
        text = f"{play.tells.name} opens {rule.id} anew"
        yield K.ENDLESS, text, "tell another kind, or nothing"
    if rule.repeats is not None and _meets(play.tells, rule):
        text = f"{play.tells.name} meets {rule.id}, which is then owed again"
        yield K.ENDLESS, text, "answer to NearlyDue, so that it is sent when it is due again"


def _meets(kind: EventKind, rule: ObligationRule) -> bool:
    names_it = any(field.name == NAMES_ITS_OBLIGATION for field in kind.fields)
    return names_it or kind in rule.met_by


def _wish_faults(wishes: Wishes, reached: frozenset[Place]) -> Iterator[tuple[str, str]]:
    for wish, _ in wishes:
        if wish.phase is None:
            yield "one has no phase", "give it the phase that it belongs to"
        elif wish.phase not in reached:
            yield f"one is of {wish.phase.name}, which is never reached", "give another phase"
    for (_, phase), count in Counter((wish.about, wish.phase) for wish, _ in wishes).items():
        if count > 1:
            where = "no phase" if phase is None else phase.name
            yield f"{count} of {where} are about the same", "say once of what kind it is"
