"""What a journal lists for people: what waits, is still owed, is dead, is overdue."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from cxjourney.channels.policy._rules import STANDARD_RULES
from cxjourney.cli._shared import told
from cxjourney.dispatch._by_hand import BROKEN, REDRIVEN
from cxjourney.dispatch._calling import HANGING, TIMED_OUT
from cxjourney.dispatch._driving import NO_OUTCOME, NOT_AWAITED, NOTE_MISSING
from cxjourney.dispatch._judging._asking import LEFT
from cxjourney.dispatch._settling import CRASHED, DEFERRED
from cxjourney.dispatch.journal import Duty, Journal, OutboxItem, State, Trouble
from cxjourney.dispatch.journal._records import RAISED
from cxjourney.errors import shown
from cxjourney.playbook._planning import Moot
from cxjourney.show._table import Page, Table
from cxjourney.vocabulary import Lang, name
from cxjourney.vocabulary._results import as_dict
from cxjourney.vocabulary._texts import deed, duty, moment, word, words

MOOT = frozenset(one.value for one in Moot)
OURS = (
    MOOT
    | {one.id for one in STANDARD_RULES}
    | LEFT
    | {
        BROKEN,
        CRASHED,
        DEFERRED,
        HANGING,
        NOTE_MISSING,
        NOT_AWAITED,
        NO_OUTCOME,
        REDRIVEN,
        TIMED_OUT,
    }
)
"""The reasons that are the library's own; a hook's may quote a customer."""
HIDDEN = "..."
LONGEST_DEED = 60

Found = tuple[list[Any], bool]
"""So many as were asked for, and whether there are more."""


def listed(list_: str, journal: Journal, now: datetime, most: int) -> Found:
    """Return what a list of a journal holds, and whether there is more of it than that."""
    found = list(islice(_LISTS[list_](journal, now), most + 1))
    return found[:most], len(found) > most


def _in_states(states: Iterable[State], journal: Journal, _: datetime) -> Iterable[OutboxItem]:
    wanted = tuple(states)
    return _paged(lambda last: journal.outbox(wanted, after=_place(last)))


def _still_owed(journal: Journal, _: datetime) -> Iterable[OutboxItem]:
    return _paged(lambda last: journal.still_owed(after=_place(last)))


def _overdue(journal: Journal, now: datetime) -> Iterable[Duty]:
    return _paged(lambda last: journal.overdue(now, after=last))


def _troubles(journal: Journal, _: datetime) -> Iterable[Trouble]:
    return _paged(lambda last: journal.troubles(after="" if last is None else last.customer))


def _place(last: OutboxItem | None) -> tuple[str, int] | None:
    return None if last is None else (last.intent.customer, last.number)


def _paged(ask: Callable[[Any], Sequence[Any]]) -> Iterable[Any]:
    page = ask(None)
    while page:
        yield from page
        page = ask(page[-1])


WAITING, OWED, DEAD, OVERDUE = "waiting", "owed", "dead", "overdue"
TROUBLES = "troubles"
_LISTS: dict[str, Callable[[Journal, datetime], Iterable[Any]]] = {
    WAITING: partial(_in_states, [one for one in State if one.waits]),
    OWED: _still_owed,
    DEAD: partial(_in_states, [one for one in State if one.is_dead_letter]),
    OVERDUE: _overdue,
    TROUBLES: _troubles,
}


def as_json(one: OutboxItem | Duty | Trouble, *, show_values: bool) -> dict[str, Any]:
    """Return an entry of a list as plain values; whom it is about is None unless it may be told."""
    told: dict[str, Any]
    if isinstance(one, Trouble):
        told = as_dict(one)
        who = {"customer": told.pop("customer")}
    elif isinstance(one, Duty):
        owed = one.obligation
        told = {
            "rule": owed.rule,
            "due": owed.due.isoformat(),
            "opened_at": owed.opened_at.isoformat(),
        }
        who = {"customer": one.customer, "engagement": one.engagement, "key": owed.key}
    else:
        plain, intent = one.to_dict(), one.intent
        told = {
            "key": one.key,
            "play": intent.play,
            "purpose": intent.purpose.name,
            "due": plain["intent"]["due"],
            "reason": _reason(one, show_values=show_values),
        }
        told |= {
            part: plain[part]
            for part in (
                *("channel", "state", "next_at", "settled_at", "attempts", "failures"),
                *("playbook", "policy", "chart"),
            )
        }
        who = {"customer": intent.customer, "engagement": intent.engagement}
        who["approved_by"] = plain["approved_by"]
    return told | (who if show_values else dict.fromkeys(who))


def _reason(one: OutboxItem, *, show_values: bool) -> str:
    rules = {verdict.rule for _, verdict in one.said}
    known = one.reason in OURS | rules | {""} or one.reason.startswith(f"{RAISED}_")
    return one.reason if known or show_values else HIDDEN


def as_text(list_: str, found: Found, now: datetime, lang: Lang, *, show_values: bool) -> str:
    """Return a list as a text."""
    entries, more = found
    who = words(lang, "who", "engagement") if show_values else ()
    if list_ == TROUBLES:
        who = who[:1]
        headings = (*words(lang, "handle", "failures", "error", "when"), *who)
        rows = [_trouble_row(one, lang, show_values=show_values) for one in entries]
        sides = "<><<"
    elif list_ == OVERDUE:
        headings = (*words(lang, "duty", "due_at", "days_late"), *who)
        rows = [_duty_row(one, now, lang, show_values=show_values) for one in entries]
        sides = "<<>"
    else:
        headings = (
            *words(lang, "key", "play", "channel", "stands_there", "when", "tried", "why"),
            *who,
        )
        rows = [_intent_row(one, lang, show_values=show_values) for one in entries]
        sides = "<<<<<><"
    notes = [] if rows else [word("nothing", lang)]
    if more:
        notes.append(word("more_entries", lang))
    title = word(list_, lang)
    table = Table(
        f"{title[0].upper()}{title[1:]}: {len(rows)}{'+' if more else ''}",
        headings if rows else (),
        sides + "<" * len(who),
        rows,
        notes=notes,
    )
    return told(Page((table,), lang))


def _intent_row(one: OutboxItem, lang: Lang, *, show_values: bool) -> tuple[str, ...]:
    at = one.next_at or one.settled_at
    told = (
        one.key,
        shown(deed(one.intent.play, lang), LONGEST_DEED),
        name(one.channel, lang),
        name(one.state, lang),
        "" if at is None else moment(at, lang),
        str(one.attempts),
        _why(one, lang, show_values=show_values),
    )
    return (*told, one.intent.customer, one.intent.engagement) if show_values else told


def _why(one: OutboxItem, lang: Lang, *, show_values: bool) -> str:
    """Return in words why an intent stands as it does, as far as it may be told."""
    told = _reason(one, show_values=show_values) == one.reason
    return one.why(lang) if told else HIDDEN


def _trouble_row(one: Trouble, lang: Lang, *, show_values: bool) -> tuple[str, ...]:
    at = "" if one.until is None else moment(one.until, lang)
    told = one.handle, str(one.failures), one.error, at
    return (*told, one.customer) if show_values else told


def _duty_row(one: Duty, now: datetime, lang: Lang, *, show_values: bool) -> tuple[str, ...]:
    owed = one.obligation
    told = duty(owed.rule, lang), moment(owed.due, lang), str((now - owed.due).days)
    return (*told, one.customer, one.engagement) if show_values else told
