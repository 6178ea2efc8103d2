"""The profile: what is known of a customer, and what is blank."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.channels import HookSet, Profile
from cxjourney.channels.policy import Policy
from cxjourney.dispatch import Dispatcher
from cxjourney.dispatch.journal import MemoryJournal
from cxjourney.playbook import standard_playbook
from cxjourney.testing import profiles
from tests.channels.policy_cases import seen


@given(profiles())
def test_blank_values_are_not_known(profile: Profile) -> None:
    """A value is known where anything of it can be seen."""
    for name, value in profile.values.items():
        assert (name in profile.known) is seen(value)
    assert profile.known <= profile.values.keys()


@given(st.dictionaries(st.text(), st.text()))
def test_values_are_copied_and_frozen(values: dict[str, str]) -> None:
    """What the caller does with his mapping later, or anybody with ours, changes nothing."""
    profile = Profile(values=values)
    kept = dict(values)
    values["added"] = "later"
    assert profile.values == kept
    with pytest.raises(TypeError):
        profile.values["added"] = "later"  # type: ignore[index]


def test_profiles_compare_by_value_and_can_be_hashed() -> None:
    """Equal profiles have the same hash; other values make another profile."""
    assert Profile(values={"name": "A"}) == Profile(values={"name": "A"})
    assert Profile(values={"name": "A"}) != Profile(values={"name": "B"})
    assert hash(Profile(values={"name": "A"})) == hash(Profile(values={"name": "A"}))


def test_of_nobody_nothing_is_known() -> None:
    """The profile for companies that have none has no zone, segment or value."""
    dispatcher = Dispatcher(
        MemoryJournal(),
        playbook=standard_playbook(),
        policy=Policy(),
        hooks=HookSet(),
        clock=lambda: datetime(2026, 1, 5, tzinfo=UTC),
    )
    known_of = dispatcher.settings.profiles
    assert known_of("c") == Profile()
    assert known_of("c").known == frozenset()
