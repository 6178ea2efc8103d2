"""How ``from_type`` draws each public type of the library, and which it does not draw."""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from types import MappingProxyType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from hypothesis import strategies as st

from _cxjourney_hypothesis import register_types
from cxjourney.channels import (
    Contact,
    Content,
    History,
    HookContext,
    HookSet,
    Intent,
    Profile,
    Registered,
)
from cxjourney.channels.policy import Policy
from cxjourney.chart import Chart
from cxjourney.dispatch import DispatchError, RunReport
from cxjourney.dispatch.journal import InThread, MemoryJournal
from cxjourney.journey import Journey, Migration
from cxjourney.playbook import Playbook, standard_playbook
from cxjourney.replay import Condition
from cxjourney.testing._contacts import (
    contacts,
    contents,
    histories,
    hook_contexts,
    intents,
    profiles,
)
from cxjourney.testing._event_draws import event_kinds, events, times
from cxjourney.testing._journeys import charts, journeys, situations
from cxjourney.testing._wish_draws import evidence, wishes
from cxjourney.vocabulary import Event, EventKind, Situation
from cxjourney.wishes import Evidence, Wish

__all__ = ["NOT_DRAWN", "register_types", "strategy_of"]

NOT_DRAWN: Mapping[str, str] = MappingProxyType(
    {
        "AsyncDispatcher": "it acts: it needs a journal and hooks of your own",
        "AsyncHook": "a protocol: it is a function of your own",
        "AsyncJournal": "a protocol: AsyncMemoryJournal and AsyncSqlJournal are drawn or made",
        "AsyncSqlJournal": "it is a database's: make it with an engine of your own",
        "Dispatcher": "it acts: it needs a journal and hooks of your own",
        "Dispatching": "the base of the dispatchers, of which there is no instance",
        "Hook": "a protocol: it is a function of your own",
        "Journal": "a protocol: MemoryJournal is drawn, and SqlJournal is made",
        "SqlJournal": "it is a database's: make it with an engine of your own",
    }
)
"""The public classes that ``from_type`` does not draw, by name, and why."""

TEXTS = st.text("abcäõ1", min_size=1, max_size=8)
PLAIN: Mapping[object, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(1, 3),
    float: st.floats(0.5, 0.9),
    Decimal: st.decimals(1, 9, places=2),
    datetime: times(),
    timedelta: st.integers(1, 40).map(timedelta),
    object: TEXTS,
    Any: TEXTS,
}
"""Small values, aware times and short texts, which nearly every class takes."""


def _registered() -> st.SearchStrategy[Any]:
    return hook_contexts().map(lambda one: Registered(one.channel, _deaf, idempotent=True))


def _deaf(_: HookContext) -> None:
    """Take what a hook is told, for a drawn hook."""


def _dispatch_error(report: RunReport) -> DispatchError:
    error = DispatchError("drawn", [ValueError("drawn")])
    error.report = report
    return error


OWN: Mapping[object, Callable[[], st.SearchStrategy[Any]]] = {
    EventKind: event_kinds,
    Event: events,
    Situation: situations,
    Journey: journeys,
    Chart: charts,
    Wish: wishes,
    Evidence: evidence,
    Intent: intents,
    Content: contents,
    Contact: contacts,
    History: histories,
    Profile: profiles,
    HookContext: hook_contexts,
    Registered: _registered,
    HookSet: lambda: st.lists(_registered(), max_size=1).map(HookSet),
    Policy: lambda: st.builds(Policy),
    Playbook: lambda: st.builds(standard_playbook),
    InThread: lambda: st.builds(MemoryJournal).map(InThread),
    Migration: lambda: charts().map(lambda one: Migration(one, attrs.evolve(one, version=2))),
    DispatchError: lambda: st.from_type(RunReport).map(_dispatch_error),
    Condition: lambda: st.builds(
        Condition, TEXTS, st.tuples(st.tuples(st.just("equals"), TEXTS | st.booleans()))
    ),
}


@cache
def strategy_of(thing: Any) -> st.SearchStrategy[Any] | None:  # noqa: ANN401 - any type
    """Return how a type of the library is drawn, or None to leave it to Hypothesis."""
    made = OWN.get(thing) or OWN.get(get_origin(thing))
    if made is not None:
        return made()
    if not inspect.isclass(thing) or issubclass(thing, Enum):
        return None
    if issubclass(thing, BaseExceptionGroup):
        (fault,) = (
            part for base in thing.__dict__.get("__orig_bases__", ()) for part in get_args(base)
        )
        return st.builds(thing, TEXTS, st.lists(st.from_type(fault), min_size=1, max_size=2))
    if (attrs.has(thing) or hasattr(thing, "_fields")) and not issubclass(thing, BaseException):
        return st.deferred(lambda: _built(thing))
    return None


def _built(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Build a class from values that fit its fields, or else what its ``__init__`` says."""
    hints = get_type_hints(cls)
    if attrs.has(cls):
        hints = {**get_type_hints(cls.__init__), **hints}
    needed = {
        name: fitting(hints.get(name, Any))
        for name, one in inspect.signature(cls).parameters.items()
        if one.default is one.empty and one.kind not in {one.VAR_POSITIONAL, one.VAR_KEYWORD}
    }
    return st.builds(cls, **needed)


def fitting(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401, PLR0911 - any annotation
    """Return small values that fit an annotation."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint in PLAIN:
        return PLAIN[hint]
    if isinstance(hint, TypeVar):
        return TEXTS
    if origin in {Union, UnionType}:
        return st.one_of(
            fitting(part) for part in sorted(parts, key=lambda one: one is not type(None))
        )
    if origin is Literal:
        return st.sampled_from(parts)
    if origin is tuple and parts[-1] is not ...:
        return st.tuples(*map(fitting, parts))
    if origin in {tuple, list, Sequence, Iterable, Collection}:
        return st.lists(fitting(parts[0]), max_size=2).map(list if origin is list else tuple)
    if origin in {frozenset, set}:
        return st.frozensets(fitting(parts[0]), max_size=2)
    if origin in {Mapping, dict}:
        return st.dictionaries(*map(fitting, parts), max_size=2)
    return st.from_type(hint)
