"""One made-up life with the company: it meets, buys, uses, complains, recommends, or goes."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

import attrs

from cxjourney.contact import Channel, Smiley
from cxjourney.events import EventKind
from cxjourney.playbook.standard import USUAL_CHANNELS
from cxjourney.rehearsal.dice import Dice
from cxjourney.rehearsal.people import Cue

__all__ = ["live"]

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
