"""Strategies for what goes through channels, and the contract that every hook keeps."""

from collections.abc import Callable

import attrs
from hypothesis import strategies as st

from cxjourney.channels import (
    Approval,
    Contact,
    Content,
    Deferred,
    Failed,
    Gift,
    GiftTrait,
    History,
    Hook,
    HookContext,
    HookOutcome,
    Intent,
    Pledge,
    Profile,
    Registered,
    Sent,
    Skipped,
    Unknown,
    Video,
    digest_of,
)
from cxjourney.testing._event_draws import ZONES, event_kinds, times
from cxjourney.testing._journeys import journeys, situations
from cxjourney.testing._laws import require
from cxjourney.vocabulary import Channel, Lang, Phase, Purpose, Standing

IDS = st.text(min_size=1, max_size=20)
TEXTS = st.text(max_size=20)
BLANKS = st.sampled_from(["", " ", "\n\t"])
NAMES = st.sampled_from(["name", "city", "item", "päev"])
PEOPLE = st.sampled_from(["anne", "bert", "cleo"])
CHANNELS = st.sampled_from(Channel)
PURPOSES = st.sampled_from(Purpose)
PLACES: tuple[Phase | Standing, ...] = (*Phase, *Standing)
AMOUNTS = st.decimals(0, 1_000, places=2)
GIFTS = st.builds(
    Gift,
    AMOUNTS,
    st.sampled_from(["EUR", "SEK"]),
    st.booleans(),
    st.frozensets(st.sampled_from(GiftTrait)),
)
PLEDGES = st.builds(Pledge, st.sampled_from(["delivery_days", "reply_hours"]), AMOUNTS)


def intents(*, channel: Channel | None = None) -> st.SearchStrategy[Intent]:
    """Draw intents.

    Args:
        channel: the channel that they want first; any when None.
    """
    first = () if channel is None else (channel,)
    return st.builds(
        Intent,
        IDS,
        st.just("") | IDS,
        play=IDS,
        occurrence=TEXTS,
        cause=IDS,
        cycle=st.integers(1, 3),
        purpose=PURPOSES,
        channels=st.lists(CHANNELS, min_size=1, max_size=3).map(
            lambda drawn: tuple(dict.fromkeys((*first, *drawn)))
        ),
        planned_at=times(),
        not_before=times(),
        content=st.none() | IDS,
        due=st.none() | times(),
        expires=st.none() | times(),
        obligation=st.none() | IDS,
        place=st.none() | st.sampled_from(PLACES),
        wish=st.none() | IDS,
        tells=st.none() | event_kinds().map(lambda kind: kind.name),
    )


@st.composite
def contents(  # noqa: D417 - Hypothesis gives ``draw``
    draw: st.DrawFn, *, id: str | None = None, channel: Channel | None = None
) -> Content:
    """Draw contents: approved by nobody, once or twice, by their author, or for an older text.

    Args:
        id: what they are called; anything when None.
        channel: the channel that they are written for; any when None.
    """
    through = draw(CHANNELS) if channel is None else channel
    digest = digest_of(draw(TEXTS))
    read = st.sampled_from([digest, digest_of("older")])
    return Content(
        draw(IDS) if id is None else id,
        through,
        draw(PEOPLE),
        digest,
        draw(st.lists(st.builds(Approval, PEOPLE, read), max_size=3)),
        draw(st.none() | st.sampled_from(Lang)),
        draw(st.frozensets(NAMES)),
        draw(st.frozensets(NAMES)),
        draw(st.lists(PLEDGES, max_size=2)),
        draw(GIFTS) if through is Channel.GIFT else None,
        Video(draw(st.integers(0, 300))) if through is Channel.VIDEO else None,
    )


def profiles() -> st.SearchStrategy[Profile]:
    """Draw profiles: some values missing, some blank, the zone often unknown."""
    return st.builds(
        Profile,
        st.none() | ZONES,
        st.sampled_from(Lang),
        st.none() | st.sampled_from(["key_account", "web"]),
        st.dictionaries(NAMES, TEXTS | BLANKS),
    )


def contacts() -> st.SearchStrategy[Contact]:
    """Draw contacts that were made, or may have been."""
    return st.builds(
        Contact, times(), CHANNELS, PURPOSES, TEXTS, st.none() | IDS, certain=st.booleans()
    )


def histories() -> st.SearchStrategy[History]:
    """Draw histories of customers with up to two journeys."""
    return st.builds(History.of, st.lists(journeys(), max_size=2), st.lists(contacts(), max_size=5))


def outcomes() -> st.SearchStrategy[HookOutcome]:
    """Draw outcomes of hooks, of all five kinds."""
    return st.one_of(
        st.builds(Sent, TEXTS, TEXTS),
        st.builds(Skipped, IDS),
        st.builds(Deferred, times()),
        st.builds(Failed, IDS, st.booleans()),
        st.builds(Unknown, IDS),
    )


@st.composite
def hook_contexts(  # noqa: D417 - as above
    draw: st.DrawFn, *, channel: Channel | None = None
) -> HookContext:
    """Draw what hooks are told, of a piece: the intent's channel, and a content by its id.

    Args:
        channel: the channel; any when None.
    """
    intent = draw(intents(channel=channel))
    through = intent.channels[0]
    content = None
    if intent.content is not None:
        content = draw(contents(id=intent.content, channel=through))
    return HookContext(
        intent,
        through,
        draw(situations()),
        draw(histories()),
        draw(profiles()),
        content,
        attempt=draw(st.integers(1, 3)),
        now=draw(times(earliest=intent.not_before)),
        timeout=None,
    )


def check_hook(
    hook: Registered[Hook],
    context: HookContext,
    *,
    effects: Callable[[], object] | None = None,
) -> HookOutcome:
    """Check that a hook keeps the contract of hooks, and return what it said.

    It returns an outcome and does not raise; it puts off to a later moment only; a contact face
    to face comes with a note (SPEC F01). Registered as idempotent, it is called once more with the
    same key: it says the same kind of outcome, and ``effects`` has not changed. To check an
    asynchronous hook, register a function that runs it to its end.

    Args:
        hook: the hook as it is registered.
        context: what it is told.
        effects: looks at what the hook does, such as how many letters lie in the tray; the results
            are compared.

    Raises:
        AssertionError: names what was broken.
    """
    said = _said(hook, context)
    if not hook.idempotent:
        return said
    before = effects and effects()
    again = _said(hook, attrs.evolve(context, attempt=context.attempt + 1))
    require(holds=before == (effects and effects()), law="the same key again had an effect again")
    require(
        holds=type(again) is type(said),
        law=f"the same key again gave {type(again).__name__} after {type(said).__name__}",
    )
    return said


def _said(hook: Registered[Hook], context: HookContext) -> HookOutcome:
    try:
        said: object = hook.hook(context)
    except Exception as error:
        raise AssertionError(f"the hook raised {type(error).__name__}") from error
    if not isinstance(said, Sent | Skipped | Deferred | Failed | Unknown):
        raise AssertionError(f"the hook returned a {type(said).__name__}, no outcome")  # noqa: TRY004
    if isinstance(said, Deferred):
        require(holds=said.until > context.now, law="the hook put off to a moment that is past")
    if isinstance(said, Sent) and context.channel is Channel.FACE_TO_FACE:
        require(holds=bool(said.note.strip()), law="a contact face to face has no note")
    return said
