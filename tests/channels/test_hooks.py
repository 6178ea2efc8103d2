"""The set of hooks: immutable, without rivals, the most narrowly meant one acts."""

from datetime import timedelta
from itertools import product

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxjourney.channels import (
    Deferred,
    Failed,
    History,
    Hook,
    HookContext,
    HookOutcome,
    HookSet,
    Registered,
    Sent,
)
from cxjourney.errors import InvalidError
from cxjourney.testing import check_hook, hook_contexts, outcomes
from cxjourney.vocabulary import Channel, Phase, Purpose
from tests.channels.policy_cases import LOYAL, NOON, PERSON, content, intent

LATER = NOON.replace(2100)
THEIRS = "Mari Maasikas"
CHANNELS = (Channel.EMAIL, Channel.TEXT)
SELL, THANK = Purpose.SELL, Purpose.THANK
ADMIT, ADOPT = Phase.ADMIT, Phase.ADOPT
PURPOSES = (SELL, THANK, Purpose.REMIND)
PHASES = (ADMIT, ADOPT)
PLACES: tuple[Phase | None, ...] = (*PHASES, None)


def sent(_: HookContext) -> HookOutcome:
    """Send all."""
    return Sent()


REGISTERED: st.SearchStrategy[Registered[Hook]] = st.builds(
    Registered,
    st.sampled_from(CHANNELS),
    st.just(sent),
    purposes=st.none() | st.sets(st.sampled_from(PURPOSES), min_size=1),
    phases=st.none() | st.sets(st.sampled_from(PHASES), min_size=1),
)


def meant(hook: Registered[Hook]) -> set[tuple[Channel, Purpose, Phase | None]]:
    """Return every intent of a small world that a hook is meant for."""
    return {
        (channel, purpose, phase)
        for channel, purpose, phase in product(CHANNELS, PURPOSES, PLACES)
        if hook.suits(channel, purpose, phase)
    }


def narrowness(hook: Registered[Hook]) -> int:
    """Count by how much a hook is restricted."""
    return sum(1 for meant_for in (hook.purposes, hook.phases) if meant_for is not None)


def test_rivals_are_refused_and_no_others() -> None:
    """Every pair: two are rivals where both suit an intent and neither is more narrowly meant."""
    every = [
        Registered[Hook](channel, sent, purposes=purposes, phases=phases)
        for channel, purposes, phases in product(
            CHANNELS,
            (None, *map(frozenset, ({SELL}, {THANK}, {SELL, THANK}))),
            (None, *map(frozenset, ({ADMIT}, {ADOPT}, {ADMIT, ADOPT}))),
        )
    ]
    for one, other in product(every, repeat=2):
        if meant(one) & meant(other) and narrowness(one) == narrowness(other):
            with pytest.raises(InvalidError, match=r"hooks: a second one for (EMAIL|TEXT)"):
                HookSet([one, other])
        else:
            assert tuple(HookSet([one, other])) == (one, other)


@pytest.mark.no_cover
@given(st.lists(REGISTERED, max_size=5))
def test_the_most_narrowly_meant_acts(hooks: list[Registered[Hook]]) -> None:
    """Of the hooks that suit an intent just one is the most narrowly meant, and it is found."""
    chosen: HookSet[Hook] = HookSet()
    for hook in hooks:
        try:
            chosen = HookSet((*chosen, hook))
        except InvalidError:
            continue
    for wanted in product(CHANNELS, PURPOSES, PLACES):
        suitable = [hook for hook in chosen if wanted in meant(hook)]
        found = chosen.find(*wanted)
        assert (found is None) is (not suitable)
        if found is not None:
            assert [one for one in suitable if narrowness(one) >= narrowness(found)] == [found]
            assert found == HookSet(reversed(chosen.hooks)).find(*wanted)


def test_a_hook_for_phases_is_not_for_other_places() -> None:
    """Who is silent or lost is in no phase, and a hook for a phase does not reach them."""
    hooks = HookSet[Hook]().on(Channel.EMAIL, sent, phases=[Phase.ADOPT])
    assert hooks.find(Channel.EMAIL, Purpose.THANK, None) is None
    assert hooks.find(Channel.EMAIL, Purpose.THANK, Phase.ADOPT) is not None


def test_a_set_is_not_changed_by_adding() -> None:
    """``on`` gives a new set; the old one, and what it was made of, stay as they were."""
    given_hooks = [Registered[Hook](Channel.EMAIL, sent)]
    before = HookSet(given_hooks)
    after = before.on(
        Channel.TEXT, sent, idempotent=True, timeout=timedelta(seconds=9), purposes={Purpose.REMIND}
    )
    given_hooks.clear()
    assert len(before.hooks) == 1
    assert after.hooks == (
        *before.hooks,
        Registered[Hook](
            Channel.TEXT,
            sent,
            idempotent=True,
            timeout=timedelta(seconds=9),
            purposes=frozenset({Purpose.REMIND}),
        ),
    )
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        before.hooks = ()  # type: ignore[misc]


def test_a_set_holds_registered_hooks_only() -> None:
    """A bare function is refused: nobody knows what it is for."""
    with pytest.raises(InvalidError, match="hooks: function; expected only Registered"):
        HookSet([sent])  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def context() -> HookContext:
    """Return what a hook for e-mail is told."""
    return HookContext(intent(), Channel.EMAIL, LOYAL, History(), PERSON, content(), 1, NOON, None)


def test_a_context_has_one_key_for_every_attempt(context: HookContext) -> None:
    """The key is the intent's, whichever attempt it is."""
    again = attrs.evolve(context, attempt=context.attempt + 1)
    assert again.key == context.key == context.intent.key


@pytest.mark.no_cover
@settings(max_examples=5)
@given(hook_contexts(), hook_contexts(channel=Channel.FACE_TO_FACE))
def test_drawn_contexts_belong_together(any_one: HookContext, asked: HookContext) -> None:
    """A drawn context is of the channel asked for, and its content is the one of its intent."""
    assert asked.channel is Channel.FACE_TO_FACE
    for one in (any_one, asked):
        assert one.content is None or one.content.id == one.intent.content


@pytest.mark.no_cover
@given(outcomes(), st.sampled_from(Channel), st.booleans())
def test_a_hook_that_keeps_the_contract_is_passed(
    context: HookContext, said: HookOutcome, channel: Channel, idempotent: bool
) -> None:
    """Whatever it says, a hook passes that answers, puts off ahead, and notes where it must."""
    if isinstance(said, Deferred):
        said = Deferred(LATER)
    if isinstance(said, Sent):
        said = Sent(said.receipt, "it was unclear what the deposit is for")
    hook = Registered[Hook](channel, lambda _: said, idempotent)
    assert check_hook(hook, attrs.evolve(context, channel=channel)) == said


def broken(hook: Hook, context: HookContext, *, idempotent: bool = False) -> str:
    """Return what a hook is told that does not keep the contract."""
    with pytest.raises(AssertionError) as caught:
        check_hook(Registered(context.channel, hook, idempotent), context)
    return str(caught.value)


def test_a_hook_must_not_raise(context: HookContext) -> None:
    """A hook that raises is told so, by the class of the error."""

    def hook(_: HookContext) -> HookOutcome:
        raise ConnectionError(THEIRS)

    assert broken(hook, context) == "the hook raised ConnectionError"


def test_a_hook_must_say_what_came_of_it(context: HookContext) -> None:
    """A hook that returns nothing is told so."""
    said = broken(lambda _: None, context)  # type: ignore[arg-type]
    assert said == "the hook returned a NoneType, no outcome"


def test_a_hook_must_put_off_to_a_moment_to_come(context: HookContext) -> None:
    """To put off to now would be to ask for ever."""
    assert "past" in broken(lambda context: Deferred(context.now), context)


@pytest.mark.parametrize("note", ["", " \n"])
def test_a_contact_face_to_face_needs_a_note(context: HookContext, note: str) -> None:
    """F01: what was unclear to the customer has to be noted, were it that nothing was."""
    met = attrs.evolve(context, channel=Channel.FACE_TO_FACE)
    assert broken(lambda _: Sent(note=note), met) == "a contact face to face has no note"


def test_an_idempotent_hook_must_say_the_same_again(context: HookContext) -> None:
    """A hook that takes its own second call for a fault would send a dead letter."""

    def hook(context: HookContext) -> HookOutcome:
        return Sent() if context.attempt == first else Failed("sent_already")

    first = context.attempt
    assert broken(hook, context, idempotent=True) == "the same key again gave Failed after Sent"
    check_hook(Registered(context.channel, hook), context)


def test_an_idempotent_hook_must_act_once(context: HookContext) -> None:
    """A hook declared idempotent that sends a second letter is found out."""
    tray: list[str] = []

    def hook(context: HookContext) -> HookOutcome:
        tray.append(context.key)
        return Sent()

    def honouring(context: HookContext) -> HookOutcome:
        return Sent() if context.key in tray else hook(context)

    mail = context.channel
    with pytest.raises(AssertionError, match="the same key again had an effect again"):
        check_hook(Registered(mail, hook, idempotent=True), context, effects=lambda: len(tray))
    tray.clear()
    check_hook(Registered(mail, honouring, idempotent=True), context, effects=lambda: len(tray))
    assert tray == [context.key]
