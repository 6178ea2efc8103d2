"""A measure as a table: its figures, then how to read them."""

from collections.abc import Mapping

from cxjourney.measures import Measure
from cxjourney.measures._stays import SILENT
from cxjourney.measures._voices import NOT_TOLD
from cxjourney.show._table import Page, Table
from cxjourney.vocabulary import ExitReason, Lang, Phase, Smiley, Standing, name
from cxjourney.vocabulary._texts import about_measure, duty, figure, number

WIDTH = 100


def measure_page(measure: Measure, lang: Lang) -> Page:
    """Return a measure as a page: one table, and under it how to read it."""
    keys = [*measure.rows[0]] if measure.rows else []
    sides = "".join("<" if _is_word(measure, key) else ">" for key in keys)
    words = measure.words(lang)
    interval = (f"{figure('interval', lang)}: {words.interval}",) if words.interval else ()
    table = Table(
        figure(measure.name, lang).upper(),
        tuple(_heading(key, lang) for key in keys),
        sides,
        [tuple(_cell(row[key], key, lang) for key in keys) for row in measure.rows],
        notes=(
            words.definition,
            f"{figure('unit', lang)}: {words.unit}",
            f"{figure('source', lang)}: {measure.source}",
            *interval,
            *words.notes,
        ),
    )
    return Page((table,), lang, width=WIDTH, indent="  ")


def _heading(key: str, lang: Lang) -> str:
    """Return the heading of a column, such as ``median_low`` or ``at_risk_30``."""
    of, _, end = key.rpartition("_")
    if end.isdigit():
        return f"{figure(of, lang)} {end}"
    if of and end in {"low", "high"}:
        return f"{figure(of, lang)}, {figure(end, lang)}"
    return figure(key, lang)


def _is_word(measure: Measure, key: str) -> bool:
    return isinstance(measure.rows[0][key], (str, Mapping))


def _cell(value: object, key: str, lang: Lang) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return figure("yes" if value else "no", lang)
    if isinstance(value, int):
        return number(value, lang)
    if isinstance(value, float):
        return number(value, lang, ".3f" if key in SHARES else ".1f")
    if isinstance(value, Mapping):
        return ", ".join(f"{_said(one, key, lang)} {count}" for one, count in value.items()) or "-"
    return _said(str(value), key, lang)


def _said(value: str, key: str, lang: Lang) -> str:
    """Return a word of the library as the language has it, and a word of the log as it stands."""
    if key in {"rule", "overdue_by_rule"}:
        return duty(value, lang)
    if key in {"phase", "to", "what"}:
        place, _, reason = value.partition(" (")
        if place == SILENT:
            return figure(place, lang)
        why = f" ({name(ExitReason[reason[:-1].upper()], lang)})" if reason else ""
        return name(PLACES[place.upper()], lang) + why
    if key == "smiley":
        return name(Smiley[value.upper()], lang)
    if key == "weekday":
        return about_measure("Weekday", value.upper(), lang)
    return figure("not_told", lang) if value == NOT_TOLD else value


PLACES: Mapping[str, Phase | Standing] = {**Standing.__members__, **Phase.__members__}
SHARES = frozenset(("share", "low", "high"))
"""Columns with figures from 0 to 1, for the most part."""
