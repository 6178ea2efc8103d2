"""Consents: all that a customer said of consent, and what of it holds (SPEC C01, C10)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Any

import attrs

from cxjourney.channels._content import covers
from cxjourney.errors import shown
from cxjourney.vocabulary import Channel, Event, EventKind, Lang, Purpose, name
from cxjourney.vocabulary._results import Worded, as_dict
from cxjourney.vocabulary._texts import moment, say, word
from cxjourney.vocabulary._wait import Span, later_by

WORDS = frozenset({EventKind.CONSENT_GIVEN, EventKind.CONSENT_WITHDRAWN})
EVIDENCE = ("source", "actor", "method", "wording", "version")


@attrs.frozen(repr=False)
class ConsentRow(Worded):
    """One word on consent, and whether it holds.

    Attributes:
        at: when it was said.
        given: whether consent was given, or taken back.
        channel: the channel that it is about; None for all.
        purpose: the purpose that it is about; None for all.
        holds: whether it holds: no later word takes the place of all of it, and it has not expired.
        until: when it expires, or is too old; None for never.
        engagement: the engagement in which it was recorded.
        event: the id of the event.
        source: where it was given; None where that is not known, and so the others.
        actor: who recorded it.
        method: how it was given.
        wording: the digest of what the customer read.
        version: the version of that.
    """

    at: datetime
    given: bool
    channel: Channel | None
    purpose: Purpose | None
    holds: bool
    until: datetime | None
    engagement: str
    event: str
    source: str | None = None
    actor: str | None = None
    method: str | None = None
    wording: str | None = None
    version: str | None = None

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return what was said, of what, whether it holds, and what shows it, in one line."""
        about = [
            word("all_channels", lang) if self.channel is None else name(self.channel, lang),
            word("all_purposes", lang) if self.purpose is None else name(self.purpose, lang),
        ]
        kind = EventKind.CONSENT_GIVEN if self.given else EventKind.CONSENT_WITHDRAWN
        parts = [f"{moment(self.at, lang)}: {name(kind, lang)} ({', '.join(about)})"]
        parts.append(word("consent_holds" if self.holds else "consent_over", lang))
        if self.until is not None:
            parts.append(say("consent_until", lang, at=moment(self.until, lang)))
        known = ((one, getattr(self, one)) for one in EVIDENCE)
        parts += [f"{word(one, lang)}: {shown(value)}" for one, value in known if value]
        return "; ".join(parts)

    def __repr__(self) -> str:
        said = "given" if self.given else "withdrawn"
        holds = "holds" if self.holds else "over"
        return f"<ConsentRow: {said} at {self.at.isoformat()}, {holds}>"


@attrs.frozen(repr=False)
class Consents(Worded):
    """All that a customer said of consent, oldest first.

    Attributes:
        rows: what was said, each with what shows it, and whether it holds.
    """

    rows: tuple[ConsentRow, ...] = ()

    @classmethod
    def of(
        cls,
        told: Iterable[tuple[str, Event]],
        now: datetime,
        lasts: Span | None = None,
        zone: tzinfo | None = None,
    ) -> "Consents":
        """Return what events say of consent.

        Args:
            told: events, each with the engagement in which it was recorded.
            now: the moment.
            lasts: how long a consent holds at most; None for ever.
            zone: the zone of the customer's clock.
        """
        words = [one for one in told if one[1].kind in WORDS]
        words.sort(key=lambda one: (one[1].at, one[1].kind.rank))
        rows = (
            _row(*one, now, _until(one[1], lasts, zone), [later for _, later in words[place + 1 :]])
            for place, one in enumerate(words)
        )
        return cls(tuple(rows))

    def to_rows(self) -> list[dict[str, Any]]:
        """Return what was said as plain dicts with the same keys, for any frame."""
        return [one.to_dict() for one in self.rows]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values that JSON can hold."""
        return as_dict(self)

    def explain(self, lang: Lang = Lang.EN) -> str:
        """Return what was said, one line each; that nothing was where nothing was."""
        return "\n".join(self._lines(lang)) or word("no_consents", lang)

    def _lines(self, lang: Lang) -> Iterator[str]:
        return (one.explain(lang) for one in self.rows)

    def __repr__(self) -> str:
        holding = sum(one.holds for one in self.rows)
        return f"<Consents: {len(self.rows)} words, {holding} hold>"


def _until(one: Event, lasts: Span | None, zone: tzinfo | None) -> datetime | None:
    if one.kind is not EventKind.CONSENT_GIVEN:
        return None
    expires, old = one.payload.get("expires"), lasts and later_by(one.at, lasts, zone)
    moments = [at for at in (expires, old) if isinstance(at, datetime)]
    return min(moments, default=None)


def _row(
    engagement: str, one: Event, now: datetime, until: datetime | None, later: Iterable[Event]
) -> ConsentRow:
    said = one.payload
    channel, purpose = said.get("channel"), said.get("purpose")
    about = (
        channel if isinstance(channel, Channel) else None,
        purpose if isinstance(purpose, Purpose) else None,
    )
    given = one.kind is EventKind.CONSENT_GIVEN
    replaced = any(covers(other, *about) for other in later if other.at <= now or not _gives(other))
    over = (until is not None and until <= now) or (given and one.at > now)
    shows = [str(said[field]) if field in said else None for field in EVIDENCE]
    holds = not (replaced or over)
    return ConsentRow(one.at, given, *about, holds, until, engagement, one.id, *shows)


def _gives(one: Event) -> bool:
    return one.kind is EventKind.CONSENT_GIVEN
