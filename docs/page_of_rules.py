"""The page of the rules by id: obligations, policy, playbook and wishes, from the code."""
# ruff: noqa: INP001 - a script's helper, not a package

import ast
import inspect
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import Enum
from textwrap import dedent
from types import FunctionType

from page_parts import code, defaults, filled, length, table

from cxjourney import Channel, Lang, WishKind, standard_chart
from cxjourney.channels.policy import Limits, Policy, Rule
from cxjourney.chart import DueBy, Having, Lasts, ObligationRule
from cxjourney.journey._refolding._retracted import NOT_FINAL, ON_RECORD
from cxjourney.journey._refolding._retracted import ROW as RETRACTION
from cxjourney.playbook import (
    Entered,
    NearlyDue,
    Opened,
    Play,
    RowSent,
    Wished,
    standard_playbook,
)
from cxjourney.vocabulary._phases import Place
from cxjourney.vocabulary._sources import SOURCES
from cxjourney.vocabulary._texts import catalogue, deed, duty, policy_reason, policy_rule
from cxjourney.wishes import Criteria, advise

OPINIONS = ("deny", "defer", "warn", "allow")
"""The functions by which a rule's judge says what it says, the hardest first."""


def rules_page() -> str:
    """Return the page of the rules by id."""
    chart = standard_chart()
    rules = dict.fromkeys(row.rule for row in chart.rows)
    return filled(
        "rules.md",
        sources=table(("number", "subject"), SOURCES.items()),
        transitions=", ".join(rules),
        retraction=RETRACTION,
        retractable=table(
            ("condition", "true when"),
            ((f"`{one}`", catalogue(Lang.EN)["Guard"][one]) for one in (ON_RECORD, NOT_FINAL)),
        ),
        timers=table(
            ("phase", "silent for"),
            ((one.name, length(given)) for one, given in chart.silence.items() if given),
        ),
        advocacy=length(chart.advocacy_quiet),
        obligations=table(
            ("rule", "the company owes", "opened by", "due", "met by", "lasts", "source"),
            map(_obligation, chart.obligations),
        ),
        policy="\n".join(map(_rule, Policy().rules)),
        limits=defaults(Limits),
        plays=_plays(),
        segments=_segments(),
        kinds=table(
            ("kind", "customers say it", "adds value", "what to do"),
            (
                (kind.name, _yes(kind in STATED), _yes(kind in VALUABLE), advise(kind))
                for kind in WishKind
            ),
        ),
        criteria=defaults(Criteria),
    )


STATED = {WishKind.CONSCIOUS, WishKind.DECEPTION}
VALUABLE = {WishKind.CONSCIOUS, WishKind.SUBCONSCIOUS}
LASTS = {Lasts.UNTIL_MET: "until met", Lasts.CYCLE: "the cycle", Lasts.PLACE: "the place"}


def _yes(fact: bool) -> str:  # noqa: FBT001 - a fact of a wish
    return "yes" if fact else "no"


def _place(place: Place) -> str:
    return f"entering {place.name}"


def _obligation(rule: ObligationRule) -> tuple[str, ...]:
    said = f" with {' or '.join(map(_having, rule.having))}" if rule.having else ""
    opened = [*(f"`{kind.name}`{said}" for kind in rule.on), *map(_place, rule.enters)]
    opened += [f"`{rule.flag}` becoming true"] if rule.flag else []
    opened += ["the first purchase of the cycle"] if rule.at_purchase else []
    due = {
        DueBy.AFTER: length(rule.due) if rule.due else "at once",
        DueBy.DAY_END: "by the end of that day",
        DueBy.PROMISE: "when it was promised for",
    }[rule.due_by]
    due += f"; warned of after {length(rule.warn)}" if rule.warn else ""
    due += f"; again every {length(rule.repeats)}" if rule.repeats else ""
    met = code(kind.name for kind in rule.met_by) or "`fulfilled` only"
    met += " (the oldest one)" if rule.each else ""
    return (
        f"`{rule.id}`",
        duty(rule.id),
        ", ".join(opened),
        due,
        met,
        LASTS[rule.lasts],
        rule.source,
    )


def _having(one: Having) -> str:
    bounds = [f"from {one.low}"] if one.low is not None else []
    bounds += [f"up to {one.high}"] if one.high is not None else []
    names = sorted(value.name for value in one.among if isinstance(value, Enum))
    return " ".join([f"`{one.field}`", *bounds, *names])


def _rule(rule: Rule) -> str:
    channels = "all channels" if rule.channels is None else _channels(rule.channels)
    channels = "gifts, through any channel" if rule.gifts else channels
    inside = "" if rule.internal else ", contacts with the customer only"
    passes = " What it denies may pass." if rule.may_pass else ""
    lines = [f"### {rule.id}", "", f"{_capital(policy_rule(rule.id))}."]
    lines += [f"Asked for: {channels}{inside}. Source: {rule.source}.{passes}", ""]
    said = sorted(set(_said(rule.judge)), key=lambda one: (OPINIONS.index(one[0]), one[1]))
    if not said:
        raise LookupError(f"nothing is found that rule {rule.id} says")
    lines += [f"- {ruling}: {policy_reason(reason)} (`{reason}`)" for ruling, reason in said]
    return "\n".join(lines) + "\n"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _channels(channels: Iterable[Channel]) -> str:
    return ", ".join(channel.name for channel in Channel if channel in set(channels))


def _said(judge: FunctionType) -> Iterator[tuple[str, str]]:
    """Yield what the judge of a rule may say, and why: read from its source."""
    for call in _calls(judge):
        function = getattr(call.func, "id", "")
        if function in OPINIONS:
            yield from ((function, reason) for reason in _reasons(call.args[0], judge))
        elif (inner := _called(judge, function)) is not None:
            yield from _said(inner)


def _reasons(given: ast.expr, judge: FunctionType) -> Iterator[str]:
    """Yield every short name that a reason may be: written here, or found by a helper."""
    match given:
        case ast.Call(func=ast.Name(helper)):
            yield from _returned(judge.__globals__[helper])
        case ast.Name():  # found by a function inside the judge
            yield from _returned(judge)
        case _:
            yield from _written(given)


def _returned(function: FunctionType) -> Iterator[str]:
    """Yield the texts that a function, or one inside it, returns."""
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Return) and node.value is not None:
            yield from _written(node.value)


def _written(given: ast.expr) -> Iterator[str]:
    match given:
        case ast.Constant(str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _written(one)
            yield from _written(other)


def _calls(function: FunctionType) -> Iterator[ast.Call]:
    return (node for node in ast.walk(_tree(function)) if isinstance(node, ast.Call))


def _called(judge: FunctionType, function: str) -> FunctionType | None:
    found = judge.__globals__.get(function)
    ours = isinstance(found, FunctionType) and found.__module__ == judge.__module__
    return found if ours else None


def _tree(function: FunctionType) -> ast.Module:
    return ast.parse(dedent(inspect.getsource(function)))


def _plays() -> str:
    plays = [play for play in standard_playbook().plays if play.segment is None]
    heads = ("row", "what it does", "when", "purpose", "channels", "valid for", "source")
    return table(heads, map(_play, plays))


def _play(play: Play) -> tuple[str, ...]:
    channels = "inside the company" if play.internal else _in_order(play)
    after = f"; {length(play.after)} later" if play.after else ""
    when, lasts = _trigger(play) + after, length(play.lasts)
    return f"`{play.id}`", deed(play.id), when, play.purpose.name, channels, lasts, play.source


def _in_order(play: Play) -> str:
    return ", ".join(channel.name for channel in play.channels) or "nothing is done"


def _trigger(play: Play) -> str:
    match play.on:
        case Entered(place):
            return _place(place)
        case Opened(rule):
            return f"`{rule}` is owed"
        case NearlyDue(rule, before):
            return f"{length(before)} before `{rule}` is due"
        case RowSent(row, owed):
            return f"`{row}` was sent" + (f", and `{owed}` is owed" if owed else "")
        case Wished(kind):
            return f"a wish of the kind {kind.name}"


def _segments() -> str:
    segments: dict[str, list[str]] = defaultdict(list)
    for play in standard_playbook().plays:
        if play.segment is not None:
            segments[play.segment].append(play.id)
    return table(("segment", "rows"), ((f"`{one}`", code(ids)) for one, ids in segments.items()))
