"""What a result comes to in two to four sentences, which a terminal tells first."""

from collections.abc import Iterator
from operator import attrgetter

from cxjourney.errors import shown
from cxjourney.replay import Fate, Report
from cxjourney.vocabulary import Lang, name
from cxjourney.vocabulary._texts import number, say, to_do
from cxjourney.wishes import WishKind, WishMap

DAY = 10
"""So long is a date in ISO 8601."""
MOST_WISHES = 4
LONGEST_WISH = 24
STANDS = attrgetter("active", "lapsed", "lost")
TO_CHANGE = (WishKind.SUBCONSCIOUS, WishKind.DECEPTION, WishKind.INVISIBLE)
"""The kinds of wishes about which a company would do other than now, the most urgent first."""


def replay_headlines(report: Report, lang: Lang) -> Iterator[str]:
    """Yield what a replay comes to."""
    if report.first is not None and report.last is not None:
        yield say(
            "head_log",
            lang,
            journeys=number(report.journeys, lang),
            customers=number(report.customers, lang),
            first=report.first.isoformat()[:DAY],
            last=report.last.isoformat()[:DAY],
        )
    furthest = [row for row in report.funnel if row.reached]
    if furthest:
        reached = number(furthest[-1].reached, lang)
        phase = name(furthest[-1].phase, lang)
        of = number(report.journeys, lang)
        yield say("head_reach", lang, phase=phase, reached=reached, journeys=of)
    stand = (sum(counts) for counts in zip(*map(STANDS, report.places), strict=True))
    active, silent, lost = (number(count, lang) for count in stand)
    yield say("head_stand", lang, active=active, silent=silent, lost=lost)
    yield from _at_fault(report, lang)


def _at_fault(report: Report, lang: Lang) -> Iterator[str]:
    """Yield what most needs somebody to look at it: lines that count for nothing, or being late."""
    read, unmapped = report.lines.read, report.lines.by_fate[Fate.UNMAPPED]
    overdue = sum(row.overdue for row in report.owed)
    if unmapped:
        lines = number(unmapped, lang)
        yield say("head_unmapped", lang, lines=lines, read=number(read, lang))
    elif overdue:
        owed = sum(row.open for row in report.owed)
        yield say("head_late", lang, overdue=number(overdue, lang), open=number(owed, lang))


def wishes_headlines(wish_map: WishMap, lang: Lang) -> Iterator[str]:
    """Yield what a survey says to do otherwise than now."""
    kinds = [finding.classification.decision for finding in wish_map.findings]
    decided = number(sum(kind is not None for kind in kinds), lang)
    rows, of = number(wish_map.rows, lang), number(len(kinds), lang)
    yield say("head_decided", lang, decided=decided, wishes=of, rows=rows)
    for kind in TO_CHANGE:
        about = [
            shown(finding.classification.wish.about, LONGEST_WISH)
            for finding in wish_map.findings
            if finding.classification.decision is kind
        ]
        more = len(about) - MOST_WISHES
        names = ", ".join(about[:MOST_WISHES]) + (f" (+{number(more, lang)})" if more > 0 else "")
        if about:
            deed = to_do(kind.name, lang)
            yield say("head_deed", lang, deed=deed[0].upper() + deed[1:], names=names)
