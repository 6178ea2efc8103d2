"""The typed methods of a journey: one for every kind of event that the library brings."""

from abc import abstractmethod
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from cxjourney.errors import BusyError, MalformedEventError
from cxjourney.journey._runs._obligation import Obligation
from cxjourney.journey._step import Step
from cxjourney.vocabulary import Channel, Event, EventKind, Phase, Purpose, Smiley, Touchpoint
from cxjourney.vocabulary._checks import describe

K = EventKind


class Recording(TypedDict, total=False):
    """How an event is recorded; every verb takes these as keyword arguments.

    Attributes:
        id: the event's own id; without one the journey numbers it.
        expected: record only if the journey is at this sequence number still.
    """

    id: str
    expected: int


class _Records:
    """What the verbs need of a journey."""

    __slots__ = ()

    @abstractmethod
    def record(self, event: Event, *, expected: int | None = None) -> Step:
        """Record an event and return what it did."""

    @abstractmethod
    def _next_id(self, kind: EventKind, at: object) -> str:
        """Return an id that no event of the journey has, and none of another system's will."""

    def _say(
        self, kind: EventKind, at: datetime, recording: Recording, /, **payload: object
    ) -> Step:
        unknown = recording.keys() - Recording.__annotations__.keys()
        if unknown:
            raise TypeError(f"{kind.name}() has no argument {', '.join(sorted(unknown))}")
        name = recording.get("id")
        event = Event(kind, at, self._next_id(kind, at) if name is None else name, payload)
        step = self.record(event, expected=recording.get("expected"))
        if name is None and step.event is not event:
            raise BusyError  # another thread took the same number, and was first
        return step


def _key(kind: EventKind, obligation: object) -> str:
    if isinstance(obligation, Obligation):
        return obligation.key
    raise MalformedEventError(f"{kind.name}.obligation", describe(obligation), "an Obligation")


class CustomerFacts(_Records):
    """What a customer did; facts are never refused (SPEC 4.1)."""

    __slots__ = ()

    def contacted(
        self, *, at: datetime, source: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record that the customer got in touch (T01, T25)."""
        return self._say(K.CONTACTED, at, recording, source=source)

    def need_admitted(
        self, *, at: datetime, need: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record that the customer admitted a need (T02)."""
        return self._say(K.NEED_ADMITTED, at, recording, need=need)

    def goal_set(self, goal: str, *, at: datetime, **recording: Unpack[Recording]) -> Step:
        """Record what success would be for the customer; meets ``record_goal``."""
        return self._say(K.GOAL_SET, at, recording, goal=goal)

    def asked(self, question: str, *, at: datetime, **recording: Unpack[Recording]) -> Step:
        """Record a question; the company then owes an answer (SPEC 5)."""
        return self._say(K.ASKED, at, recording, question=question)

    def abandoned(
        self, step: str, reason: str, *, at: datetime, **recording: Unpack[Recording]
    ) -> Step:
        """Record at which step, and why, the customer broke off a purchase (T21)."""
        return self._say(K.ABANDONED, at, recording, step=step, reason=reason)

    def doubted(
        self, *, at: datetime, about: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record a doubt (T04, T06)."""
        return self._say(K.DOUBTED, at, recording, about=about)

    def purchased(
        self,
        *,
        at: datetime,
        amount: Decimal | None = None,
        currency: str | None = None,
        item: str | None = None,
        **recording: Unpack[Recording],
    ) -> Step:
        """Record a purchase; the first of a cycle is the customer's day 1 (T03, T05, T14)."""
        return self._say(K.PURCHASED, at, recording, amount=amount, currency=currency, item=item)

    def used_again(
        self, *, at: datetime, what: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record use; before ACTIVATE it counts as delivered (T08)."""
        return self._say(K.USED_AGAIN, at, recording, what=what)

    def result_achieved(
        self, *, at: datetime, result: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record that the customer has the expected result (T09)."""
        return self._say(K.RESULT_ACHIEVED, at, recording, result=result)

    def result_poor(
        self, *, at: datetime, result: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record that the result was poor (T06a, T10, T17)."""
        return self._say(K.RESULT_POOR, at, recording, result=result)

    def complained(
        self, *, at: datetime, about: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record a complaint; the company owes an acknowledgement and a solution (T12, T17)."""
        return self._say(K.COMPLAINED, at, recording, about=about)

    def feedback_captured(
        self,
        *,
        at: datetime,
        text: str | None = None,
        nps: int | None = None,
        smiley: Smiley | None = None,
        topic: str | None = None,
        **recording: Unpack[Recording],
    ) -> Step:
        """Record feedback: free text, 0 to 10, or a smiley, and what it is about (T11)."""
        return self._say(
            K.FEEDBACK_CAPTURED, at, recording, text=text, nps=nps, smiley=smiley, topic=topic
        )

    def feedback_declined(
        self, *, at: datetime, reason: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record that the customer was asked for feedback and gave none (T11b)."""
        return self._say(K.FEEDBACK_DECLINED, at, recording, reason=reason)

    def loyalty_shown(
        self, *, at: datetime, how: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record that the customer stays by choice (T14)."""
        return self._say(K.LOYALTY_SHOWN, at, recording, how=how)

    def referred(
        self, *, at: datetime, whom: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record a recommendation to somebody else; the company owes thanks (T15)."""
        return self._say(K.REFERRED, at, recording, whom=whom)

    def returned(self, *, at: datetime, **recording: Unpack[Recording]) -> Step:
        """Record that a silent customer is back (T20)."""
        return self._say(K.RETURNED, at, recording)

    def declined(
        self, *, at: datetime, reason: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record that the customer decided not to buy (T22)."""
        return self._say(K.DECLINED, at, recording, reason=reason)

    def withdrew(
        self, *, at: datetime, reason: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record that the customer withdrew from the purchase (T22, T23)."""
        return self._say(K.WITHDREW, at, recording, reason=reason)

    def left(
        self, *, at: datetime, reason: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record that the customer left (T22, T24)."""
        return self._say(K.LEFT, at, recording, reason=reason)


class CompanyFacts(_Records):
    """What the company did."""

    __slots__ = ()

    def touched(
        self,
        touchpoint: Touchpoint,
        *,
        at: datetime,
        channel: Channel | None = None,
        **recording: Unpack[Recording],
    ) -> Step:
        """Record a contact at a touchpoint; meets check-ins and the like (SPEC 5)."""
        return self._say(K.TOUCHED, at, recording, touchpoint=touchpoint, channel=channel)

    def consent_given(
        self,
        *,
        at: datetime,
        channel: Channel | None = None,
        purpose: Purpose | None = None,
        source: str | None = None,
        actor: str | None = None,
        method: str | None = None,
        wording: str | None = None,
        version: str | None = None,
        expires: datetime | None = None,
        **recording: Unpack[Recording],
    ) -> Step:
        """Record consent to a channel for a purpose; without one of them, to all of them.

        What shows that it was given: ``source``, where, such as a form; ``actor``, who recorded it;
        ``method``, how, such as double opt-in; ``wording`` and ``version``, the digest of what the
        customer read, and its version; ``expires``, until when it holds.
        """
        told = {
            "channel": channel,
            "purpose": purpose,
            "source": source,
            "actor": actor,
            "method": method,
            "wording": wording,
            "version": version,
            "expires": expires,
        }
        return self._say(K.CONSENT_GIVEN, at, recording, **told)

    def undeliverable(
        self,
        channel: Channel,
        *,
        at: datetime,
        reason: str | None = None,
        **recording: Unpack[Recording],
    ) -> Step:
        """Something sent through a channel came back; ``reason`` says why (SPEC D01)."""
        return self._say(K.UNDELIVERABLE, at, recording, channel=channel, reason=reason)

    def deliverable(
        self, channel: Channel, *, at: datetime, **recording: Unpack[Recording]
    ) -> Step:
        """A channel reaches the customer again, for what was wrong is mended (SPEC D01)."""
        return self._say(K.DELIVERABLE, at, recording, channel=channel)

    def consent_withdrawn(
        self,
        *,
        at: datetime,
        channel: Channel | None = None,
        purpose: Purpose | None = None,
        source: str | None = None,
        actor: str | None = None,
        method: str | None = None,
        **recording: Unpack[Recording],
    ) -> Step:
        """Record that consent was taken back: STOP, "no more mail", "no more from you".

        Without a channel it means all channels, without a purpose all purposes, those to come too.
        See ``consent_given`` for the others.
        """
        told = {
            "channel": channel,
            "purpose": purpose,
            "source": source,
            "actor": actor,
            "method": method,
        }
        return self._say(K.CONSENT_WITHDRAWN, at, recording, **told)

    def recommendation(self, what: str, *, at: datetime, **recording: Unpack[Recording]) -> Step:
        """Record what the company recommended to the customer."""
        return self._say(K.RECOMMENDATION, at, recording, what=what)

    def promised(
        self, what: str, due: datetime, *, at: datetime, **recording: Unpack[Recording]
    ) -> Step:
        """Record a promise and when it is due; the company owes its keeping (SPEC 5)."""
        return self._say(K.PROMISED, at, recording, what=what, due=due)

    def reassured(
        self, *, at: datetime, how: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record that a doubt was answered (T06b)."""
        return self._say(K.REASSURED, at, recording, how=how)

    def delivered(
        self, *, at: datetime, what: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record a delivery; held until there is a purchase (T07)."""
        return self._say(K.DELIVERED, at, recording, what=what)

    def recovered(
        self, *, at: datetime, how: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record that a complaint or poor result was solved (T13)."""
        return self._say(K.RECOVERED, at, recording, how=how)

    def feedback_asked(
        self, *, at: datetime, question: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record that the company asked for feedback (T11c)."""
        return self._say(K.FEEDBACK_ASKED, at, recording, question=question)

    def loyalty_confirmed(
        self, *, at: datetime, how: str | None = None, **recording: Unpack[Recording]
    ) -> Step:
        """Record that the company confirmed the customer's loyalty (T15a)."""
        return self._say(K.LOYALTY_CONFIRMED, at, recording, how=how)

    def answered(
        self,
        *,
        at: datetime,
        answer: str | None = None,
        obligation: Obligation | None = None,
        **recording: Unpack[Recording],
    ) -> Step:
        """Record an answer: to the oldest open question, or the one that ``obligation`` names."""
        key = None if obligation is None else _key(K.ANSWERED, obligation)
        return self._say(K.ANSWERED, at, recording, answer=answer, obligation=key)

    def fulfilled(
        self,
        obligation: Obligation,
        *,
        at: datetime,
        note: str | None = None,
        **recording: Unpack[Recording],
    ) -> Step:
        """Record that the company did what it owed; meets any obligation (SPEC 5)."""
        key = _key(K.FULFILLED, obligation)
        return self._say(K.FULFILLED, at, recording, obligation=key, note=note)


class Timers(_Records):
    """What the clock made true; a journey fires its own timers, these record another clock's."""

    __slots__ = ()

    def lapsed(self, *, at: datetime, **recording: Unpack[Recording]) -> Step:
        """Record that the customer went silent (T19, T22)."""
        return self._say(K.LAPSED, at, recording)

    def advocacy_quiet(self, *, at: datetime, **recording: Unpack[Recording]) -> Step:
        """Record that an advocate stopped recommending (T18)."""
        return self._say(K.ADVOCACY_QUIET, at, recording)


class Orders(_Records):
    """What the company orders, whatever events say."""

    __slots__ = ()

    def moved(
        self,
        to: Phase,
        *,
        at: datetime,
        actor: str,
        reason: str,
        force: bool = False,
        **recording: Unpack[Recording],
    ) -> Step:
        """Move the journey by order; ``force`` passes the guards and marks it for good (T29).

        Raises:
            RefusedError: when the guards of the phase do not pass; nothing changes.
        """
        return self._say(
            K.MOVED, at, recording, to=to, actor=actor, reason=reason, force=force or None
        )

    def retracted(
        self,
        event: str,
        *,
        at: datetime,
        actor: str,
        reason: str,
        **recording: Unpack[Recording],
    ) -> Step:
        """Take back an event that should not have been recorded (T30).

        The journey is where it would be without it, the history keeps both. What happened after all
        is recorded anew, under an id of its own. Once more it is only noted.

        Args:
            event: the event's id.
            at: when it was taken back.
            actor: who says so.
            reason: why.
            recording: see ``Recording``.

        Raises:
            RefusedError: when there is no such event, or it is an erasure or a retraction.
        """
        return self._say(K.RETRACTED, at, recording, event=event, actor=actor, reason=reason)

    def erased(self, *, at: datetime, **recording: Unpack[Recording]) -> Step:
        """Forget the customer: identity, ids and payloads go, counts stay; final (T28)."""
        return self._say(K.ERASED, at, recording)
