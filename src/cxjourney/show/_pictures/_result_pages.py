"""Tables of what moved and why, of a playbook, of a policy, and of a chart explored."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from cxjourney.channels.policy import Policy
from cxjourney.chart import Chart, Effect, Exploration, GuardSeen
from cxjourney.chart._model import PLACES
from cxjourney.errors import shown
from cxjourney.journey import Step
from cxjourney.playbook import Entered, NearlyDue, Opened, Play, Playbook, RowSent
from cxjourney.show._table import Page, Table
from cxjourney.vocabulary import Lang, Wait, name
from cxjourney.vocabulary._sources import cited
from cxjourney.vocabulary._terminal import parts_of
from cxjourney.vocabulary._texts import deed, duty, need, number, policy_rule, say, word, words

LONGEST, LONGEST_SOURCE = 80, 200
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def step_page(step: Step, lang: Lang) -> Page:
    """Return what moved, and what each row asked for."""
    asked = list(_asked(step, lang))
    table = Table(
        headings=words(lang, "rule", "from_place", "to_place", "conditions"),
        sides="<<<<",
        rows=[
            (
                move.row,
                name(move.source, lang),
                name(move.target, lang),
                "; ".join(told for row, told in asked if row == move.row) or "-",
            )
            for move in step.moves
        ],
    )
    return Page((table,) if step.moves else (), lang)


def _asked(step: Step, lang: Lang) -> Iterator[tuple[str, str]]:
    """Yield what each row asked for, and whether it was so."""
    seen: dict[GuardSeen, None] = dict.fromkeys(step.guards)
    for guard in seen:
        mark = "\N{CHECK MARK}" if guard.passed else "\N{MULTIPLICATION X}"
        yield guard.row, f"{mark} {need(guard.guard, lang)}"


def playbook_page(book: Playbook, lang: Lang) -> Page:
    """Return the rows of a playbook, in the order in which they are written."""
    segments = any(play.segment for play in book.plays)
    heads = ["play", "when", "purpose", "channel", "after", "source"]
    table = Table(
        f"{book.key} v{book.version}",
        words(lang, *heads, *(["segment"] if segments else [])),
        "<" * (len(heads) + segments),
        [_play_row(play, lang, segments=segments) for play in book.plays],
    )
    return Page((table,), lang)


def _play_row(play: Play, lang: Lang, *, segments: bool) -> Iterator[str]:
    yield shown(deed(play.id, lang), LONGEST)
    yield _occasion(play, lang)
    yield name(play.purpose, lang)
    inside = word("internal", lang)
    yield inside if play.internal else ", ".join(name(one, lang) for one in play.channels) or "-"
    yield _span(play.after, lang)
    yield shown(cited(play.source), LONGEST_SOURCE)
    if segments:
        yield shown(play.segment or "-", LONGEST)


def _occasion(play: Play, lang: Lang) -> str:
    on = play.on
    if isinstance(on, Entered):
        return name(on.place, lang)
    if isinstance(on, Opened):
        return f"{word('duty', lang)}: {duty(on.rule, lang)}"
    if isinstance(on, NearlyDue):
        before = _span(on.before, lang)
        return f"{word('due_at', lang)}: {duty(on.rule, lang)} (\N{MINUS SIGN}{before})"
    if isinstance(on, RowSent):
        return f"{word('play', lang)}: {shown(deed(on.row, lang), LONGEST)}"
    return f"{word('wish', lang)}: {name(on.kind, lang)}"


def _span(span: timedelta | Wait, lang: Lang) -> str:
    if isinstance(span, Wait):
        return span.explain(lang)
    if not span:
        return "-"
    if span % DAY:
        hours = number(span / HOUR, lang, ",g")
        return f"{hours} h"
    return say("wait_day" if span == DAY else "wait_days", lang, count=number(span // DAY, lang))


def policy_rules_page(policy: Policy, lang: Lang) -> Page:
    """Return the rules of a policy in the order of asking, and its figures."""
    rules = Table(
        f"{policy.key} v{policy.version}",
        words(lang, "rule", "about", "channel", "source"),
        "<<<<",
        [
            (
                shown(rule.id, LONGEST),
                policy_rule(rule.id, lang),
                word("all_channels", lang)
                if rule.channels is None
                else ", ".join(sorted(name(one, lang) for one in rule.channels)),
                shown(cited(rule.source), LONGEST_SOURCE),
            )
            for rule in policy.rules
        ],
    )
    figures = Table(
        headings=words(lang, "field", "holds"), sides="<<", rows=parts_of(policy.limits)
    )
    return Page((rules, figures), lang)


def exploration_page(found: Exploration, lang: Lang) -> Page:
    """Return how many situations of each place there are, and what events do in them."""
    situations = Counter(one.place for one in found.situations)
    effects = Counter((one.before.place, one.effect) for one in found.pairs())
    kinds = [one for one in Effect if any((place, one) in effects for place in PLACES)]
    table = Table(
        _chart_title(found.chart),
        (*words(lang, "stands_there", "situations"), *(name(one, lang) for one in kinds)),
        "<>" + ">" * len(kinds),
        [
            (
                name(place, lang),
                number(situations[place], lang),
                *(number(effects[place, one], lang) for one in kinds),
            )
            for place in PLACES
            if place in situations
        ],
    )
    return Page((table,), lang)


def _chart_title(chart: Chart) -> str:
    return shown(f"{chart.key} v{chart.version}", LONGEST)
