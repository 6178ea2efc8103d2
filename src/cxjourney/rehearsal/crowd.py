"""Making people up for a rehearsal: who they are, and what their journeys are like."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cxjourney.channels.profile import Profile
from cxjourney.errors import InvalidError
from cxjourney.rehearsal.dice import Dice
from cxjourney.rehearsal.life import live
from cxjourney.rehearsal.people import Person
from cxjourney.texts import Lang
from cxjourney.vocabulary._checks import check_time, describe

__all__ = ["generate_people"]

HOMES = (
    ("Europe/Tallinn", Lang.ET),
    ("Europe/Helsinki", Lang.FI),
    ("Europe/London", Lang.EN),
    ("America/New_York", Lang.EN),
)
SEGMENTS = ("key_account", "mid_size")
EVERY = 10
"""Every tenth person is a second engagement of the customer before."""


def generate_people(count: int, *, seed: int, start: datetime) -> tuple[Person, ...]:
    """Make people up whose journeys take about a hundred days from ``start``.

    They meet the company, ask, doubt, buy or do not, use what they bought, get a good or a poor
    result, complain, stay, recommend, fall silent and leave; they live in several time zones,
    speak three languages and belong to segments; some withdraw their consent. Of one in ten the
    name is not known, of some the time zone. Every tenth is a second engagement of the customer
    before. The first people of a seed are the same however many are made up, on every platform.

    Args:
        count: how many, from 1.
        seed: which ones.
        start: when the rehearsal starts.

    Raises:
        InvalidError: when ``count`` is not a whole number from 1, or ``seed`` no whole number.
        NaiveTimeError: when ``start`` has no time zone.
        ZoneInfoNotFoundError: where the system has no time zones of its own, such as Windows, and
            the package ``tzdata`` is missing.
    """
    _check_whole(count, "count")
    _check_whole(seed, "seed")
    if count < 1:
        raise InvalidError("count", str(count), "a whole number from 1")
    begin = check_time(start, "rehearsal.start").astimezone(UTC)
    return tuple(_person(number, seed, begin) for number in range(1, count + 1))


def _check_whole(number: object, what: str) -> None:
    if type(number) is not int:
        raise InvalidError(what, describe(number), "a whole number")


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
