"""How ``from_type`` draws each public type of the library."""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta
from decimal import Decimal
from email.headerregistry import Address
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
from hypothesis import strategies as st

from cxjourney import channels
from cxjourney.channels import (
    AsyncHook,
    Contact,
    Content,
    History,
    Hook,
    HookContext,
    HookOutcome,
    HookSet,
    Intent,
    Profile,
    Registered,
)
from cxjourney.channels.policy import Policy, Window
from cxjourney.chart import Chart
from cxjourney.dispatch import AsyncDispatcher, Dispatcher, DispatchError, RunReport
from cxjourney.dispatch.hooks import Webhook
from cxjourney.dispatch.hooks._safely import LEAST_SECRET, Renderer
from cxjourney.dispatch.journal import AsyncJournal, InThread, Journal, MemoryJournal, Secret
from cxjourney.errors import MissingExtraError
from cxjourney.journey import Journey, Migration, Step
from cxjourney.playbook import Playbook, standard_playbook
from cxjourney.replay import Condition
from cxjourney.testing import _contacts
from cxjourney.testing._event_draws import charts, event_kinds, events, times
from cxjourney.testing._journeys import event_sequences, journey_from, journeys, situations
from cxjourney.testing._wish_draws import evidence, wishes
from cxjourney.vocabulary import Channel, Event, EventKind, Phase, Situation, Wait
from cxjourney.vocabulary._lazy import load
from cxjourney.wishes import Evidence, Wish

ROOMS = """
    channels channels.policy chart dispatch dispatch.hooks dispatch.journal errors journey playbook
    rehearsal replay show vocabulary wishes
"""
TEXTS = st.text("abcäõ1", min_size=1, max_size=8)
OPENINGS = st.integers(0, 23).map(time)
PLAIN: Mapping[object, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(1, 3),
    float: st.floats(0.5, 0.9),
    Decimal: st.decimals(1, 9, places=2),
    datetime: times(),
    timedelta: st.integers(1, 40).map(timedelta),
    Enum: st.sampled_from(Phase),
    Path: TEXTS.map(Path),
    Address: st.just(Address("shop", "shop", "shop.example")),
    Renderer: st.deferred(lambda: st.from_type(channels.JinjaRenderer)),
    object: TEXTS,
    Any: TEXTS,
}
"""Small values, aware times and short texts, which nearly every class takes."""


def _hooks() -> st.SearchStrategy[Hook]:
    """Draw hooks that say one outcome, whatever they are told."""

    def saying(outcome: HookOutcome) -> Hook:
        return lambda _: outcome

    return _contacts.outcomes().map(saying)


def _async_hooks() -> st.SearchStrategy[AsyncHook]:
    def saying(outcome: HookOutcome) -> AsyncHook:
        async def hook(_: HookContext) -> HookOutcome:
            return outcome

        return hook

    return _contacts.outcomes().map(saying)


REGISTERED = st.builds(
    Registered, st.sampled_from(Channel), st.deferred(_hooks), idempotent=st.booleans()
)
ASYNC_JOURNALS = st.builds(MemoryJournal).map(InThread)


def _dispatchers(cls: type[Any], journal: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = {"playbook": st.from_type(Playbook), "policy": st.from_type(Policy)}
    clock = times().map(lambda now: lambda: now)
    return st.builds(cls, journal, **parts, hooks=st.builds(HookSet), clock=clock)


def _webhooks() -> st.SearchStrategy[Webhook]:
    load("httpx")  # here, for while it is imported it asks for chance, which no draw may
    secrets = st.binary(min_size=LEAST_SECRET, max_size=20)
    return st.builds(Webhook, st.just("https://shop.example/hook"), secrets)


def _dispatch_error(report: RunReport) -> DispatchError:
    error = DispatchError("drawn", [ValueError("drawn")])
    error.report = report
    return error


OWN: Mapping[object, Callable[[], st.SearchStrategy[Any]]] = {
    EventKind: event_kinds,
    Event: events,
    Situation: situations,
    Journey: journeys,
    Step: lambda: event_sequences(min_size=1).map(lambda one: journey_from(one).history[-1]),
    Chart: charts,
    Wish: wishes,
    Evidence: evidence,
    Intent: _contacts.intents,
    Content: _contacts.contents,
    Contact: _contacts.contacts,
    History: _contacts.histories,
    Profile: _contacts.profiles,
    HookContext: _contacts.hook_contexts,
    Hook: _hooks,
    AsyncHook: _async_hooks,
    Registered: lambda: REGISTERED,
    HookSet: lambda: st.lists(REGISTERED, max_size=1).map(HookSet),
    Policy: lambda: st.builds(Policy),
    Playbook: lambda: st.builds(standard_playbook),
    Secret: lambda: st.builds(Secret, st.binary(min_size=16, max_size=20)),
    MemoryJournal: lambda: st.builds(MemoryJournal),
    Journal: lambda: st.builds(MemoryJournal),
    AsyncJournal: lambda: ASYNC_JOURNALS,
    InThread: lambda: ASYNC_JOURNALS,
    Dispatcher: lambda: _dispatchers(Dispatcher, st.builds(MemoryJournal)),
    AsyncDispatcher: lambda: _dispatchers(AsyncDispatcher, ASYNC_JOURNALS),
    Migration: lambda: charts().map(
        lambda one: Migration(one, attrs.evolve(one, version=one.version + 1))
    ),
    Webhook: _webhooks,
    Window: lambda: st.builds(Window, st.builds(Wait, at=OPENINGS), OPENINGS),
    Wait: lambda: st.builds(Wait, days=st.integers(1, 3)),
    DispatchError: lambda: st.from_type(RunReport).map(_dispatch_error),
    Condition: lambda: st.builds(
        Condition, TEXTS, st.tuples(st.tuples(st.just("equals"), TEXTS | st.booleans()))
    ),
}


def _tasks(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Draw tasks of a MaxDiff: of some wishes two are chosen."""
    shown = st.lists(TEXTS, min_size=3, max_size=4, unique=True)
    return st.tuples(st.integers(1, 3), shown, st.randoms(use_true_random=False)).map(
        lambda one: cls(one[0], one[1], *one[2].sample(one[1], 2))
    )


def _comparisons(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Draw comparisons, with a figure for each map."""
    change = get_args(get_type_hints(cls)["differences"])[0]
    shares = st.floats(0.5, 0.9)

    def of_maps(names: tuple[str, ...]) -> st.SearchStrategy[Any]:
        figures = st.tuples(*(st.none() | shares for _ in names))
        changes = st.lists(st.builds(change, TEXTS, figures=figures, p=shares), max_size=2)
        return st.builds(cls, st.just(names), changes.map(tuple))

    return st.lists(TEXTS, min_size=2, max_size=3, unique=True).map(tuple).flatmap(of_maps)


OF_SURVEYS: Mapping[str, Callable[[type[Any]], st.SearchStrategy[Any]]] = {
    "MaxDiffTask": _tasks,
    "Comparison": _comparisons,
}
"""Those whose parts must fit together, by name, for they load the packages of ``survey``."""


def register_all() -> None:
    """Register each public class at once, for a Hypothesis that looks up none late."""
    for room in ROOMS.split():
        face = import_module(f"cxjourney.{room}")
        for name in [one for one in dir(face) if not one.startswith("_")]:
            with suppress(MissingExtraError):
                made = strategy_of(thing := getattr(face, name))
                if made is not None:
                    st.register_type_strategy(thing, _giving(made))


def _giving(made: st.SearchStrategy[Any]) -> Callable[[type[Any]], st.SearchStrategy[Any]]:
    """Return a function that gives a strategy: Hypothesis does not look into it before its turn."""
    return lambda _: made


@cache
def strategy_of(thing: Any) -> st.SearchStrategy[Any] | None:  # noqa: ANN401 - any type
    """Return how a type of the library is drawn, or None to leave it to Hypothesis."""
    made = OWN.get(thing) or OWN.get(get_origin(thing))
    if made is not None:
        return made()
    of_survey = OF_SURVEYS.get(getattr(thing, "__name__", ""))
    if of_survey is not None:
        return of_survey(thing)
    if not inspect.isclass(thing) or issubclass(thing, Enum):
        return None
    if issubclass(thing, BaseExceptionGroup):
        (fault,) = (
            part for base in thing.__dict__.get("__orig_bases__", ()) for part in get_args(base)
        )
        return st.builds(thing, TEXTS, st.lists(st.from_type(fault), min_size=1, max_size=2))
    if attrs.has(thing) or hasattr(thing, "_fields"):
        return st.deferred(lambda: _built(thing))
    return None


def _built(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Build a class from values that fit its fields, or else what its ``__init__`` says."""
    hints = get_type_hints(cls)
    if attrs.has(cls):
        # attrs makes the method in a module of its own, in which the class is not known
        known = vars(import_module(cls.__module__))
        hints = {**get_type_hints(cls.__init__, known), **hints}
    needed = {
        name: fitting(hints.get(name, Any))
        for name, one in inspect.signature(cls).parameters.items()
        if one.default is one.empty and one.kind not in {one.VAR_POSITIONAL, one.VAR_KEYWORD}
    }
    return st.builds(cls, **needed)


def fitting(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any annotation
    """Return small values that fit an annotation."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint in PLAIN:
        return PLAIN[hint]
    if origin in {Union, UnionType}:
        return st.one_of(list(map(fitting, parts)))
    if origin is tuple and parts[-1] is not ...:
        return st.tuples(*map(fitting, parts))
    if origin in {tuple, list, Sequence, Iterable, Collection}:
        some = st.lists(fitting(parts[0]), min_size=1, max_size=2)
        return some.map(list if origin is list else tuple)
    if origin in {Mapping, dict}:
        return st.dictionaries(*map(fitting, parts), max_size=2)
    return st.from_type(hint)
