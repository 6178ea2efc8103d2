"""People who are made up: the same ones everywhere, plausible, and of every kind."""

from collections import Counter
from datetime import UTC, timedelta
from functools import cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.channels import Profile
from cxjourney.errors import InvalidError
from cxjourney.journey import Journey
from cxjourney.rehearsal import Person, generate_people
from cxjourney.vocabulary import EventKind, Lang, Nature, Phase, Standing
from tests.rehearsal.books import START

DIGEST = "a85734b8f597126b"
"""The digest of the first forty people of seed 7."""


@cache
def crowd() -> tuple[Person, ...]:
    """Return so many people that whatever may happen happens to some."""
    return generate_people(300, seed=1, start=START)


def facts(profile: Profile) -> list[str]:
    """Tell every field of a profile but the values, which are a mapping."""
    return [
        f"{field.name}={getattr(profile, field.name)}"
        for field in attrs.fields(Profile)
        if field.name != "values"
    ]


def told(people: tuple[Person, ...]) -> str:
    """Tell all that there is to know of people."""
    return "\n".join(
        f"{one.customer} {one.engagement} {facts(one.profile)} {dict(one.profile.values)} "
        + " ".join(f"{cue.after} {cue.kind.name} {dict(cue.payload)}" for cue in one.script)
        for one in people
    )


def test_people_are_the_same_everywhere() -> None:
    """The people of a seed are pinned, so that no platform, process or version has others."""
    people = generate_people(40, seed=7, start=START)
    assert sha256(told(people).encode()).hexdigest()[:16] == DIGEST


@settings(max_examples=10)
@given(st.integers(), st.integers(1, 6), st.integers(0, 6))
def test_more_people_begin_with_the_same_ones(seed: int, count: int, more: int) -> None:
    """Making up more people changes none of those before."""
    few = generate_people(count, seed=seed, start=START)
    many = generate_people(count + more, seed=seed, start=START)
    assert many[:count] == few
    assert len(many) == count + more


def test_seeds_and_starts_matter_by_value_only() -> None:
    """Another seed makes up others; the same start in another zone makes up the same."""
    assert generate_people(5, seed=1, start=START) != generate_people(5, seed=2, start=START)
    there = START.astimezone(ZoneInfo("Asia/Tokyo"))
    assert generate_people(5, seed=1, start=there) == generate_people(5, seed=1, start=START)


@pytest.mark.no_cover
def test_all_that_customers_do_happens() -> None:
    """Every kind of customer fact happens to somebody, and every phase and standing is reached."""
    kinds = {cue.kind for one in crowd() for cue in one.script}
    assert {kind for kind in EventKind.builtin() if kind.nature is Nature.CUSTOMER} <= kinds
    places: Counter[object] = Counter()
    for one in crowd():
        journey = Journey(one.customer, one.engagement)
        for event in sorted(one.events(START), key=lambda event: (event.at, event.kind.rank)):
            step = journey.record(event)
            places.update([step.after.place])
            places.update(earlier.after.place for earlier in step.elapsed)
        journey.advance(START + timedelta(days=200))
        places[journey.place] += 1
    assert set(places) >= {*list(Phase)[:7], Standing.LAPSED, Standing.LOST}


@pytest.mark.no_cover
def test_people_differ() -> None:
    """Zones are equally frequent; languages, segments and names differ; some are not known."""
    profiles = [one.profile for one in crowd()]
    assert {profile.lang for profile in profiles} == set(Lang)
    assert {profile.segment for profile in profiles} == {None, "key_account", "mid_size"}
    zones = Counter(profile.zone for profile in profiles)
    assert 0 < zones.pop(None) < 30
    assert len(zones) == 4
    assert all(55 < count < 85 for count in zones.values())
    assert {"name" in profile.known for profile in profiles} == {True, False}


@pytest.mark.no_cover
def test_every_tenth_is_a_second_engagement() -> None:
    """One in ten is another engagement of the customer before, with the same profile."""
    for number, one in enumerate(crowd(), start=1):
        if number % 10:
            assert (one.customer, one.engagement) == (f"person-{number}", "")
        else:
            before = crowd()[number - 2]
            assert (one.customer, one.engagement) == (before.customer, "second")
            assert one.profile == before.profile


@pytest.mark.no_cover
def test_people_are_awake() -> None:
    """What people do, they do by day; nothing happens before the start."""
    for one in crowd():
        for event in one.events(START):
            assert event.at >= START
            assert 7 <= event.at.astimezone(one.profile.zone or UTC).hour <= 23


@pytest.mark.parametrize(
    ("count", "seed", "what"),
    [(0, 1, "count"), (-1, 1, "count"), (True, 1, "count"), (1.0, 1, "count"), (1, "1", "seed")],
)
def test_other_numbers_are_refused(count: Any, seed: Any, what: str) -> None:
    """Count and seed are whole numbers, and there is somebody."""
    with pytest.raises(InvalidError) as raised:
        generate_people(count, seed=seed, start=START)
    assert raised.value.where == what
