"""The people of a rehearsal: who they are, and what happens to them on which day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from random import Random
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import attrs

from cxjourney.channels import Profile
from cxjourney.errors import InvalidError
from cxjourney.playbook._standard_playbook import USUAL_CHANNELS
from cxjourney.vocabulary import Channel, Event, EventKind, Lang, Smiley
from cxjourney.vocabulary._checks import (
    MAX_ID,
    a,
    all_of,
    an_id,
    as_mapping,
    as_tuple,
    check_time,
    check_whole,
    must,
    told,
)
from cxjourney.vocabulary._events import EMPTY
from cxjourney.vocabulary._terminal import Showable, brief

Option = TypeVar("Option")


class Dice:
    """Draws by a seed, the same in every process, on every platform and version of Python.

    Python promises that of ``random()`` alone, so nothing else of a generator is used.

    Args:
        seed: any text; the same text gives the same draws.
    """

    def __init__(self, seed: str) -> None:
        self._draw = Random(seed).random  # noqa: S311 - to make people up, not to keep secrets

    def chance(self, probability: float) -> bool:
        """Return True with a probability."""
        return self._draw() < probability

    def between(self, low: int, high: int) -> int:
        """Return one of the whole numbers from ``low`` to ``high``, all equally likely."""
        return low + int(self._draw() * (high - low + 1))

    def one_of(self, options: Sequence[Option]) -> Option:
        """Return one of the options, all equally likely."""
        return options[self.between(0, len(options) - 1)]


MOST_DAYS = 36_525
"""The longest time that a rehearsal may take: a hundred years."""

Payload = Mapping[str, object]


def so_long(time: float | timedelta, what: str) -> timedelta:
    """Return a number of days, or a timedelta, as a timedelta from 0 to a hundred years.

    Raises:
        InvalidError: when it is none; names ``what``.
    """
    span = time if isinstance(time, timedelta) else None
    if type(time) in {int, float} and 0 <= time <= MOST_DAYS:  # type: ignore[operator]  # a number
        span = timedelta(days=time)  # type: ignore[arg-type]  # as above
    if span is None or not timedelta() <= span <= timedelta(days=MOST_DAYS):
        found = str(time) if isinstance(time, timedelta) else told(time)
        expected = f"a timedelta or a number of days, from 0 to {MOST_DAYS:,}"
        raise InvalidError(what, found, expected)
    return span


def _after(time: float | timedelta) -> timedelta:
    return so_long(time, "Cue.after")


@attrs.frozen
class Cue(Showable):
    """One thing that happens to a person, and when.

    Attributes:
        after: how long after the rehearsal's start: a timedelta, or a number of days.
        kind: what happens.
        payload: the fields of the kind; hidden in the repr. Where the kind wants a moment, a
            timedelta stands for a moment so long after this cue.

    Raises:
        InvalidError: when ``after`` is not of its form.
        InvalidError: when ``kind`` is not an EventKind.
    """

    after: timedelta = attrs.field(converter=_after)
    kind: EventKind = attrs.field(validator=a(EventKind))
    payload: Payload = attrs.field(default=EMPTY, converter=as_mapping, repr=False, hash=False)

    __repr__ = brief

    def event(self, start: datetime, zone: tzinfo | None, id: str) -> Event:
        """Return the event that it gives in a rehearsal.

        Args:
            start: when the rehearsal starts.
            zone: the time zone in which it happens; None for that of ``start``.
            id: the event's id.

        Raises:
            MalformedEventError: when the payload is not of the kind's form.
        """
        at = check_time(start, "rehearsal.start") + self.after
        payload = {
            name: at + value if isinstance(value, timedelta) else value
            for name, value in self.payload.items()
        }
        return Event(self.kind, at.astimezone(zone or at.tzinfo), id, payload)


def _by_time(script: Iterable[Cue]) -> Any:  # noqa: ANN401 - cues, or what was given
    kept = as_tuple(script)
    if isinstance(kept, tuple) and all(isinstance(cue, Cue) for cue in kept):
        return tuple(sorted(kept, key=lambda cue: cue.after))
    return kept


@attrs.frozen
class Person(Showable):
    """Somebody who walks through a rehearsal.

    Attributes:
        customer: the customer's id; hidden in the repr.
        engagement: the engagement's id, or empty; hidden in the repr.
        profile: what the company's files say of the customer.
        script: what happens, by time.

    Raises:
        InvalidError: when a field is not of its form.
    """

    customer: str = attrs.field(repr=False, validator=an_id)
    engagement: str = attrs.field(default="", repr=False, validator=a(str))
    profile: Profile = attrs.field(factory=Profile, validator=a(Profile))
    script: tuple[Cue, ...] = attrs.field(default=(), converter=_by_time, validator=all_of(Cue))

    __repr__ = brief

    def __attrs_post_init__(self) -> None:
        must(len(self.engagement) <= MAX_ID, self, "engagement", self.engagement, "a short text")

    def events(self, start: datetime) -> tuple[Event, ...]:
        """Return the events of the script, in the customer's time zone; ids are their numbers.

        Raises:
            MalformedEventError: when a payload is not of its kind's form.
            NaiveTimeError: when ``start`` has no time zone.
        """
        zone = self.profile.zone
        return tuple(
            cue.event(start, zone, f"cue {number}")
            for number, cue in enumerate(self.script, start=1)
        )


K = EventKind
A_MINUTE, AN_HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MORNING, NIGHT = 7, 22
WELCOME = {
    Channel.FACE_TO_FACE: 0.9,
    Channel.EMAIL: 0.9,
    Channel.POST: 0.8,
    Channel.TEXT: 0.6,
    Channel.VIDEO: 0.5,
    Channel.GIFT: 0.7,
}
"""How many let the company use each channel, for the purposes that it is usual for."""


@attrs.define
class Life:
    """What happened to one person so far.

    Attributes:
        dice: what decides.
        start: when the rehearsal starts.
        now: where the person's life stands, in their time zone.
        cues: what happened.
    """

    dice: Dice
    start: datetime
    now: datetime
    cues: list[Cue] = attrs.field(factory=list)

    def wait(self, least: int, most: int) -> None:
        """Let some days pass, to an hour at which people are awake."""
        day = self.now.date() + self.dice.between(least, most) * A_DAY
        hour, minute = self.dice.between(MORNING, NIGHT - 1), self.dice.between(0, 59)
        then = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.now.tzinfo)
        self.now = max(then, self.now + AN_HOUR)

    def does(self, kind: EventKind, payload: Mapping[str, object] | None = None) -> None:
        """Let something happen now, and a minute pass."""
        self.cues.append(Cue(self.now - self.start, kind, payload or {}))
        self.now += A_MINUTE


def live(dice: Dice, start: datetime, zone: tzinfo) -> tuple[Cue, ...]:
    """Make up what happens to one person in the hundred days from ``start``, or soon after.

    The chances and the times are plausible guesses; nobody measured them.

    Args:
        dice: what decides.
        start: when the rehearsal starts, in UTC.
        zone: the person's time zone.
    """
    life = Life(dice, start, start.astimezone(zone))
    life.wait(0, 30)
    _meet(life)
    if _choose(life):
        _receive(life)
        if _use(life) and _judge(life):
            _stay(life)
    if dice.chance(0.2):
        _withdraw_consent(life)
    return tuple(life.cues)


def _meet(life: Life) -> None:
    dice = life.dice
    for channel, share in WELCOME.items():
        if dice.chance(share):
            _consents(life, K.CONSENT_GIVEN, channel)
    life.does(K.CONTACTED, {"source": dice.one_of(("web site", "shop", "a friend"))})
    _asks(life, 0.4)


def _choose(life: Life) -> bool:
    """Let the person make up their mind; return whether they buy, and stand by it."""
    dice = life.dice
    if dice.chance(0.8):
        life.wait(0, 7)
        life.does(K.NEED_ADMITTED)
    if dice.chance(0.4):
        life.does(K.GOAL_SET, {"goal": "to get it done"})
    if dice.chance(0.15):
        life.does(K.ABANDONED, {"step": "payment", "reason": "price"})
    if dice.chance(0.25):
        life.wait(0, 3)
        life.does(K.DOUBTED)
    if dice.chance(0.2):
        if dice.chance(0.5):
            life.does(K.DECLINED, {"reason": "price"})
        return False
    life.wait(0, 5)
    life.does(K.PURCHASED, {"amount": Decimal(dice.between(10, 500)), "currency": "EUR"})
    if dice.chance(0.08):
        life.wait(1, 5)
        life.does(K.WITHDREW)
        return False
    return True


def _receive(life: Life) -> None:
    if life.dice.chance(0.3):
        promise = {"what": "the day of delivery", "due": 5 * A_DAY}
        life.does(K.PROMISED, promise)
    life.wait(1, 8)
    life.does(K.DELIVERED)


def _use(life: Life) -> bool:
    """Let the person use what they bought; return whether they do not go silent."""
    dice = life.dice
    for _ in range(dice.between(0, 3)):
        life.wait(1, 10)
        life.does(K.USED_AGAIN)
    _asks(life, 0.3)
    if dice.chance(0.15):
        life.does(K.COMPLAINED)
        _recovers(life)
    if dice.chance(0.1):
        life.wait(40, 60)
        life.does(K.RETURNED)
    return dice.chance(0.85)


def _judge(life: Life) -> bool:
    """Let the person see what came of it and say so; return whether they stay."""
    dice = life.dice
    life.wait(3, 20)
    good = dice.chance(0.75)
    life.does(K.RESULT_ACHIEVED if good else K.RESULT_POOR)
    if not good:
        _recovers(life)
        if dice.chance(0.4):
            life.does(K.LEFT, {"reason": "poor result"})
            return False
    life.wait(0, 4)
    if dice.chance(0.6):
        face = dice.one_of((Smiley.BORED, Smiley.HAPPY) if good else tuple(Smiley))
        life.does(K.FEEDBACK_CAPTURED, {"smiley": face, "nps": dice.between(6 if good else 0, 10)})
    elif dice.chance(0.3):
        life.does(K.FEEDBACK_DECLINED)
    return True


def _stay(life: Life) -> None:
    dice = life.dice
    if dice.chance(0.6):
        life.wait(2, 20)
        life.does(dice.one_of((K.LOYALTY_SHOWN, K.PURCHASED)))
    for _ in range(dice.between(-1, 2)):
        life.wait(5, 20)
        life.does(K.REFERRED)
    if dice.chance(0.1):
        life.wait(3, 20)
        life.does(dice.one_of((K.COMPLAINED, K.LEFT)))


def _asks(life: Life, share: float) -> None:
    if life.dice.chance(share):
        life.wait(0, 2)
        life.does(K.ASKED, {"question": "How does it work?"})


def _recovers(life: Life) -> None:
    """Let the company solve the problem, or not."""
    if life.dice.chance(0.7):
        life.wait(1, 9)
        life.does(K.RECOVERED)


def _withdraw_consent(life: Life) -> None:
    """Let the person withdraw their consent, for one channel, at some moment of their story."""
    dice = life.dice
    channel = dice.one_of(tuple(Channel))
    life.now = (life.start + dice.one_of(life.cues).after).astimezone(life.now.tzinfo)
    life.wait(1, 10)
    _consents(life, K.CONSENT_WITHDRAWN, channel)


def _consents(life: Life, kind: EventKind, channel: Channel) -> None:
    """Let the person give or withdraw consent to all that a channel is usual for, at once."""
    for purpose, channels in USUAL_CHANNELS.items():
        if channel in channels:
            payload = {"channel": channel, "purpose": purpose}
            life.cues.append(Cue(life.now - life.start, kind, payload))
    life.now += A_MINUTE


HOMES = (
    ("Europe/Tallinn", Lang.ET),
    ("Europe/Helsinki", Lang.FI),
    ("Europe/London", Lang.EN),
    ("America/New_York", Lang.EN),
)
SEGMENTS = ("key_account", "mid_size")
EVERY = 10
"""Every tenth person is a second engagement of the customer before."""


MOST = 1_000_000
"""More people take hours to make up, and more memory than most machines have."""


def generate_people(count: int, *, seed: int, start: datetime) -> tuple[Person, ...]:
    """Make people up whose journeys take about a hundred days from ``start``.

    They meet the company, ask, doubt, buy or do not, use what they bought, get a good or a poor
    result, complain, stay, recommend, fall silent and leave; they live in several time zones,
    speak three languages and belong to segments; some withdraw their consent. Of one in ten the
    name is not known, of some the time zone. Every tenth is a second engagement of the customer
    before. The first people of a seed are the same however many are made up, on every platform.

    Args:
        count: how many, from 1 to 1,000,000.
        seed: which ones.
        start: when the rehearsal starts.

    Raises:
        InvalidError: when ``count`` is not a whole number from 1 to 1,000,000, or ``seed`` no
            whole number.
        NaiveTimeError: when ``start`` has no time zone.
        ZoneInfoNotFoundError: where the system has no time zones of its own, such as Windows, and
            the package ``tzdata`` is missing.
    """
    check_whole("count", count, 1, MOST)
    check_whole("seed", seed)
    begin = check_time(start, "rehearsal.start").astimezone(UTC)
    return tuple(_person(number, seed, begin) for number in range(1, count + 1))


def _person(number: int, seed: int, start: datetime) -> Person:
    second = number % EVERY == 0
    owner = number - 1 if second else number
    profile = _profile(owner, Dice(f"{seed} who {owner}"))
    script = live(Dice(f"{seed} life {number}"), start, profile.zone or UTC)
    return Person(f"person-{owner}", "second" if second else "", profile, script)


def _profile(number: int, dice: Dice) -> Profile:
    zone, lang = dice.one_of(HOMES)
    return Profile(
        zone=ZoneInfo(zone) if dice.chance(0.95) else None,
        lang=lang,
        segment=dice.one_of(SEGMENTS) if dice.chance(0.1) else None,
        values={"name": f"Person {number}" if dice.chance(0.9) else ""},
    )
