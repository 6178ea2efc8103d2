"""The report of a replay in words: where journeys stand, what is owed, and what each line gave."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

import attrs

from cxjourney.errors import shown
from cxjourney.replay import Fate, Report
from cxjourney.replay._figures import DAY
from cxjourney.replay._reporting._figure_rows import FunnelRow, StayRow
from cxjourney.show._layout._headlines import replay_headlines
from cxjourney.show._table import Page, Table, joined
from cxjourney.vocabulary import ExitReason, Lang, Phase, Place, Standing, name
from cxjourney.vocabulary._texts import duty, figure, moment, number, say, word, words

WIDTH = 80
MOST_ROWS = 20
LONGEST_NAME = 40
UNSEEN = " *"

EFFECTS = ("moved", "stayed", "held", "noted", "turned_down", "repeated")
"""The words for what became of events, in the order of the fields of ``EventRow``."""
RARE = ("taken_back", "conflicting")
"""The words for what became of few of them, which follow; told only where there are some."""


def report_page(report: Report, lang: Lang) -> Page:
    """Return the report of a replay: ASCII in English but for names.

    Kinds of events, options and activities go by the names that the mapping and the log give them.
    """
    first = (_places(report, lang), _funnel(report, lang))
    details = (
        Table(notes=_head(report, lang)),
        Table(notes=_chart(report, lang)),
        *first,
        _ends(report, lang),
        _stays(report, lang),
        _owed(report, lang),
        _comings(report, lang),
        _events(report, lang),
        Table(_title("by_line", lang), notes=_activities(report, lang)),
        Table(_title("balance", lang), notes=_balance(report, lang)),
    )
    tables = (attrs.evolve(one, detail=one not in first, lang=lang) for one in details)
    headlines = tuple(replay_headlines(report, lang))
    return Page(tuple(tables), lang, width=WIDTH, indent="  ", headlines=headlines)


def _title(key: str, lang: Lang) -> str:
    return word(key, lang).upper()


def _place(place: Place, lang: Lang) -> str:
    return name(place, lang).upper()


def _head(report: Report, lang: Lang) -> Iterator[str]:
    log, mapping = (joined([shown(one)], "") for one in (report.log, report.mapping))
    yield say("replay_of", lang, log=log, mapping=mapping)
    yield _read_as(report, lang)
    as_of = "as_of_asked" if report.as_of_given else "as_of_last"
    yield say(as_of, lang, at=moment(report.as_of, lang))
    if report.first is not None and report.last is not None:
        first, last = moment(report.first, lang), moment(report.last, lang)
        yield say("log_span", lang, first=first, last=last)
    journeys, customers, without = words(lang, "journeys", "customers", "without_event")
    all_journeys, everybody = _counts((report.journeys, report.customers), lang)
    counts = f"{journeys.capitalize()}: {all_journeys}; {customers}: {everybody}"
    yield counts + (f", {without}: {number(report.without, lang)}" if report.without else "")
    if report.twice:
        yield f"{word('local_twice', lang)}: {number(report.twice, lang)}"
    if report.how.midnights:
        yield word("only_midnights", lang)


def _read_as(report: Report, lang: Lang) -> str:
    read = report.how.read_as
    parts = {"encoding": read.encoding, "delimiter": read.delimiter and repr(read.delimiter)}
    form = joined([read.format.value.upper(), *filter(None, parts.values())], ", ")
    if not read.detected:
        return say("read_as", lang, form=form)
    return say(
        "read_found", lang, form=form, found=joined([parts[one] for one in read.detected], ", ")
    )


def _chart(report: Report, lang: Lang) -> Iterator[str]:
    chart, options = report.chart, report.chart.options
    key = shown(chart.key.partition("[")[0])
    yield say("chart", lang, key=key, version=chart.version)
    names = [field.name for field in attrs.fields(type(options))]
    switches = (f"{one} {getattr(options, one).value}" for one in names)
    yield f"  {word('options', lang)}: {joined(switches, ', ')}"
    silence = chart.silence.items()
    windows = (f"{_place(phase, lang)} {_window(window, lang)}" for phase, window in silence)
    yield f"  {word('silent_after', lang)}: {joined(windows, ', ')}"
    yield f"  {word('quiet_after', lang)}: {_window(chart.advocacy_quiet, lang)}"


def _window(window: timedelta | None, lang: Lang) -> str:
    return say("never", lang) if window is None else f"{window / DAY:g}"


def _places(report: Report, lang: Lang) -> Table:
    places: dict[str, Place] = {one.name: one for one in (*Phase, *Standing)}
    rows = [attrs.astuple(row) for row in report.places]
    sums = [sum(row[index] for row in rows) for index in range(1, 5)]
    active, lapsed, lost = (
        name(one, lang) for one in (Standing.ACTIVE, Standing.LAPSED, Standing.LOST)
    )
    everybody = (word("all", lang), *_counts((*sums, report.customers - report.without), lang))
    return Table(
        _title("by_place", lang),
        ("", active, lapsed, lost, *words(lang, "journeys", "customers")),
        "<>>>>>",
        [
            *((_place(places[one], lang), *_counts(numbers, lang)) for one, *numbers in rows),
            everybody,
        ],
        notes=_exits(report, lang),
    )


def _exits(report: Report, lang: Lang) -> Iterator[str]:
    for row in report.exits:
        if row.journeys and row.reason is not ExitReason.ERASURE:
            silent = row.reason is ExitReason.SILENCE
            what = name(Standing.LAPSED if silent else Standing.LOST, lang)
            note = f"; {_ours(row.our_silence, lang)}" if silent else ""
            yield f"{what}: {number(row.journeys, lang)} ({name(row.reason, lang)}){note}"


def _ours(journeys: int | None, lang: Lang) -> str:
    if journeys is None:
        return word("cannot_tell_owing", lang)
    return say("while_owing", lang, journeys=number(journeys, lang))


def _funnel(report: Report, lang: Lang) -> Table:
    unseen = not all(row.observable for row in report.funnel)
    return Table(
        _title("by_reach", lang),
        ("", *words(lang, "reached", "implied", "of_before", "interval")),
        "<>>>>",
        [_reached(row, lang) for row in report.funnel],
        notes=words(lang, "reach_note", *(["unreachable"] if unseen else ())),
    )


def _reached(row: FunnelRow, lang: Lang) -> tuple[str, ...]:
    share, told = row.share, ("-", "-")
    if share is not None and row.observable:
        value, low, high = (
            number(one, lang, ".1%") for one in (share.value, share.low, share.high)
        )
        told = value, f"{low} - {high}"
    place = _place(row.phase, lang) + ("" if row.observable else UNSEEN)
    return place, *_counts((row.reached, row.implied), lang), *told


def _ends(report: Report, lang: Lang) -> Table:
    silent, lost = (name(one, lang) for one in (Standing.LAPSED, Standing.LOST))
    return Table(
        _title("by_end", lang),
        ("", word("going_on", lang), silent, lost, figure("not_observable", lang)),
        "<>>>>",
        [
            (
                _place(row.phase, lang),
                *_counts((row.under_way, row.silent, row.left, row.not_observable), lang),
            )
            for row in report.funnel
        ],
    )


def _stays(report: Report, lang: Lang) -> Table:
    quarter, most = number(0.25, lang, ".0%"), number(0.75, lang, ".0%")
    ended, going_on, median, interval = words(lang, "ended", "going_on", "median", "interval")
    return Table(
        _title("by_stay", lang),
        ("", ended, name(Standing.LAPSED, lang), going_on, quarter, median, interval, most),
        "<" + ">" * 7,
        [_stay(row, lang) for row in report.stays],
        notes=words(lang, "stay_note"),
    )


def _stay(row: StayRow, lang: Lang) -> tuple[str, ...]:
    found = row.lasting
    told = ("-",) * 4
    if found is not None:
        quarter, median, low, high, most = (
            "-" if one is None else number(one, lang, ",.1f")
            for one in (found.quarter, found.median, found.low, found.high, found.three_quarters)
        )
        between = f"{low} - {high}" if found.high is not None else f">= {low}"
        told = quarter, median, "-" if found.low is None else between, most
    return _place(row.phase, lang), *_counts((row.ended, row.silent, row.going_on), lang), *told


def _owed(report: Report, lang: Lang) -> Table:
    used = [row for row in report.owed if any(attrs.astuple(row)[1:-1])]
    unseen = any(not row.observable for row in used)
    return Table(
        _title("by_duty", lang),
        (
            *words(lang, "duty", "open", "overdue", "by_days", "on_time", "late", "dropped"),
            figure("not_observable", lang),
        ),
        "<>>>>>>>",
        [
            (
                duty(row.rule, lang),
                *_counts((row.open, row.overdue), lang),
                number(row.longest, lang, ",.1f") if row.overdue else "-",
                *_counts((row.on_time, row.late, row.dropped, row.not_observable), lang),
            )
            for row in used
        ],
        notes=words(lang, "duty_note", *(["unseen"] if unseen else ())),
    )


def _comings(report: Report, lang: Lang) -> Table:
    found = report.comings
    numbers = ((cycle, number(count, lang)) for cycle, count in found.cycles.items())
    cycles = (say("in_cycle", lang, journeys=count, cycle=cycle) for cycle, count in numbers)
    keys = ("lapses", "returned", "repurchased", "won_back", "referrals", "referrers")
    listed = f"{word('journeys', lang)}: {joined(cycles, ', ')}"
    return Table(
        _title("by_coming", lang),
        ("", word("times", lang)),
        "<>",
        [(word(key, lang), number(getattr(found, key), lang)) for key in keys],
        notes=(listed,) if found.cycles else (),
    )


def _events(report: Report, lang: Lang) -> Table:
    rows = [attrs.astuple(row) for row in (*report.events, report.all_events)]
    rare = (
        f"{what}: {number(count, lang)}"
        for count, what in zip(rows[-1][-len(RARE) :], words(lang, *RARE), strict=True)
        if count
    )
    kinds = [*(row.kind for row in report.events), word("all", lang)]
    timers = ", ".join(f"{number(count, lang)} {kind}" for kind, count in report.timers.items())
    return Table(
        _title("by_event", lang),
        ("", *words(lang, "made", *EFFECTS)),
        "<" + ">" * 7,
        [
            (kind, *_counts(numbers[: len(EFFECTS) + 1], lang))
            for kind, (_, *numbers) in zip(kinds, rows, strict=True)
        ],
        notes=(*rare, f"{word('by_clock', lang)}: {timers}"),
    )


def _activities(report: Report, lang: Lang) -> Iterator[str]:
    for fate in Fate:
        lines = number(report.lines.by_fate[fate], lang)
        yield say("lines_with", lang, fate=name(fate, lang), lines=lines)
        rows = list(report.with_fate(fate))
        most = max((len(number(row.count, lang)) for row in rows), default=0)
        for row in rows[:MOST_ROWS]:
            activity = shown(row.name, LONGEST_NAME) or word("blank", lang)
            reason = f": {shown(row.reason)}" if row.reason else ""
            count, line = number(row.count, lang).rjust(most), number(row.first_line, lang)
            where = say("from_line", lang, count=count, line=line)
            yield f"  {where}  {shown(f'{activity}{reason}', WIDTH - len(where) - 4)}"
        if len(rows) > MOST_ROWS:
            yield f"  {say('other_activities', lang, count=number(len(rows) - MOST_ROWS, lang))}"
    if report.absent:
        names = joined((shown(one, LONGEST_NAME) for one in report.absent), ", ")
        yield f"{word('absent', lang)}: {names}"


def _balance(report: Report, lang: Lang) -> Iterator[str]:
    lines, (_, made, *numbers) = report.lines, attrs.astuple(report.all_events)
    fates = [f"{number(count, lang)} {name(fate, lang)}" for fate, count in lines.by_fate.items()]
    if lines.later:
        fates.append(f"{number(lines.later, lang)} {word('later', lang)}")
    yield f"{say('lines_read', lang, lines=number(lines.read, lang))} = {joined(fates, ' + ')}"
    told = zip(numbers, words(lang, *EFFECTS, *RARE), strict=True)
    effects = joined(
        (
            f"{number(count, lang)} {what}"
            for place, (count, what) in enumerate(told)
            if count or place < len(EFFECTS)
        ),
        " + ",
    )
    if lines.later_events:
        effects += f"; {number(lines.later_events, lang)} {word('later', lang)}"
    yield f"{say('events_made', lang, events=number(made, lang))} = {effects}"
    yield word("adds_up" if report.add_up else "adds_not_up", lang)


def _counts(numbers: Iterable[int], lang: Lang) -> tuple[str, ...]:
    return tuple(number(one, lang) for one in numbers)
