"""What a change of playbook means, in words and figures; no customer is named."""

from collections.abc import Iterator

from cxjourney.playbook import Affected
from cxjourney.show._table import Page, Table
from cxjourney.vocabulary import Lang
from cxjourney.vocabulary._texts import catalogue, deed, duty


def affected_page(report: Affected, lang: Lang) -> Page:
    """Return which rows differ, and how many intents and obligations are affected."""
    return Page((Table(notes=_lines(report, lang)),), lang)


def _lines(report: Affected, lang: Lang) -> Iterator[str]:
    words = catalogue(lang)["Affected"]
    added = [one.name for one in report.rows if one.before is None]
    removed = [one.name for one in report.rows if one.after is None]
    changed = [
        f"{one.name}: {'/'.join(one.fields)}" for one in report.rows if one.before and one.after
    ]
    yield f"{words['customers']}: {report.looked_at}"
    if report.unread:
        yield f"{words['unread']}: {len(report.unread)}"
    yield f"{words['affected']}: {len(report.customers)}"
    for key, rows in (("added", added), ("removed", removed), ("changed", changed)):
        yield f"{words[key]}: {len(rows)}{_in_brackets(rows)}"
    for key, tally in report.tallies.items():
        tell = duty if key in {"opened", "dropped"} else deed
        told = [f"{tell(id, lang)}: {count}" for id, count in tally.items()]
        yield f"{words[key]}: {sum(tally.values())}{_in_brackets(told)}"


def _in_brackets(parts: list[str]) -> str:
    return f" ({'; '.join(parts)})" if parts else ""
