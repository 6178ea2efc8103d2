"""Cases for the policy: one that every rule lets pass, and what a test changes about it."""

import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any
from unicodedata import category

import attrs

from cxjourney.channels import (
    Approval,
    Contact,
    Content,
    Gift,
    History,
    Intent,
    Profile,
    Video,
    digest_of,
)
from cxjourney.channels.policy import Case, Limits, Policy, Verdict
from cxjourney.journey import Obligation
from cxjourney.vocabulary import (
    Channel,
    Event,
    EventKind,
    Lang,
    Phase,
    Purpose,
    Situation,
    Standing,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""A Monday."""
DAY = timedelta(days=1)
DIGEST = digest_of("Dear {{ name }}")
READ_TWICE = (Approval("bert", DIGEST), Approval("cleo", DIGEST))
LOYAL = Situation(Standing.ACTIVE, Phase.ADOPT, purchased=True)
PERSON = Profile(values={"name": "Mari"})


def content(channel: Channel = Channel.EMAIL, **changed: Any) -> Content:
    """Return a content that nobody has anything against."""
    gift = Gift(Decimal("9.99"), personal_note=True)
    parts: dict[str, Any] = {
        "id": "hello",
        "channel": channel,
        "author": "anne",
        "digest": DIGEST,
        "approvals": READ_TWICE,
        "variables": {"name"},
        "gift": gift if channel is Channel.GIFT else None,
        "video": Video(60) if channel is Channel.VIDEO else None,
    }
    return Content(**parts | changed)


def intent(
    purpose: Purpose = Purpose.INFORM, channel: Channel = Channel.EMAIL, **changed: Any
) -> Intent:
    """Return an intent to say hello."""
    parts: dict[str, Any] = {
        "customer": "c-1",
        "engagement": "",
        "play": "hello",
        "occurrence": "1:ADOPT:1",
        "cause": "e-1",
        "cycle": 1,
        "purpose": purpose,
        "channels": (channel,),
        "planned_at": NOON,
        "not_before": NOON,
        "content": "hello",
    }
    return Intent(**parts | changed)


def event(kind: EventKind, at: datetime = NOON - DAY, **payload: object) -> Event:
    """Return an event with an id of its own."""
    return Event(kind, at, f"{kind.name} {at.isoformat()} {payload}"[:200], payload)


def consent(channel: Channel, purpose: Purpose, at: datetime = NOON - 30 * DAY) -> Event:
    """Return the event that a consent was recorded."""
    return event(EventKind.CONSENT_GIVEN, at, channel=channel, purpose=purpose)


def withdrawal(channel: Channel, purpose: Purpose, at: datetime) -> Event:
    """Return the event that a consent was withdrawn."""
    return event(EventKind.CONSENT_WITHDRAWN, at, channel=channel, purpose=purpose)


def contact(
    at: datetime,
    channel: Channel = Channel.EMAIL,
    purpose: Purpose = Purpose.INFORM,
    *,
    certain: bool = True,
) -> Contact:
    """Return a contact that was made, or may have been."""
    return Contact(at, channel, purpose, certain=certain)


def case(
    channel: Channel = Channel.EMAIL,
    purpose: Purpose = Purpose.INFORM,
    *,
    events: Iterable[Event] = (),
    contacts: Iterable[Contact] = (),
    owed: Iterable[str] = (),
    due: datetime | None = None,
    **changed: Any,
) -> Case:
    """Return a case that every rule lets pass, but for what is changed about it."""
    told = sorted((consent(channel, purpose), *events), key=lambda one: (one.at, one.kind.rank))
    made = sorted(contacts, key=lambda one: one.at)
    debts = (Obligation(rule, NOON - DAY, NOON + DAY, "e-1", 1) for rule in owed)
    asked = Case(
        intent(purpose, channel, due=due),
        channel,
        NOON,
        LOYAL,
        tuple(debts),
        History(tuple(told), tuple(made)),
        PERSON,
        content(channel),
    )
    return attrs.evolve(asked, **changed)


def said(rule: str, about: Case, **limits: Any) -> Verdict | None:
    """Return what a rule of the standard policy says of a case; None where it does not apply."""
    verdicts = Policy(Limits(**limits)).judge(about)
    return next((one for one in verdicts if one.rule == rule), None)


def heard(rule: str, about: Case, **limits: Any) -> str | None:
    """Return what a rule says of a case, as ``RULING reason``; None where it does not apply."""
    verdict = said(rule, about, **limits)
    return None if verdict is None else f"{verdict.ruling.name} {verdict.reason}"


@cache
def texts(lang: Lang) -> dict[str, dict[str, str]]:
    """Return every text of a language, by table and key, as its file has it."""
    file = files("cxjourney.vocabulary") / "_texts" / f"{lang.value}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def text_of(table: str, key: str, lang: Lang) -> str:
    """Return what the catalogue says for a key, or nothing."""
    return texts(lang)[table].get(key, "")


def seen(text: str) -> bool:
    """Say whether anything of a text can be seen."""
    blank = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    hidden = ("Cc", "Cf", "Cn", "Cs")
    return any(
        category(one) not in hidden and not one.isspace() and one not in blank for one in text
    )


def has_texts(verdict: Verdict) -> bool:
    """Say whether the reason of a verdict has a text in every language."""
    return all(text_of("PolicyReason", verdict.reason, lang) for lang in Lang)
