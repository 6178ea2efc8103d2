"""The chart of a mapping: the standard one with its options, or one's own, with its windows."""

from collections.abc import Iterable
from datetime import timedelta

import attrs

from cxjourney.chart import Chart, Confirmation, Feedback, RepeatPurchase, standard_chart
from cxjourney.replay._figures import DAY
from cxjourney.replay._values import TomlTable, meant, named
from cxjourney.vocabulary import Phase

OPTIONS = ("feedback", "repeat_purchase", "confirmation")
NEVER = "never"
LONGEST_DAYS = 36_500
WINDOW = f"a number of days from 0 to {LONGEST_DAYS:,}, or {NEVER!r}"
PHASES = {phase.name.lower(): phase for phase in Phase}


def read_chart(settings: TomlTable, charts: Iterable[Chart]) -> Chart:
    """Return the chart of a mapping; its key names the windows that differ from the chart's own.

    Args:
        settings: what the mapping says of it.
        charts: the charts that it may name.

    Raises:
        InvalidError: when an option or a window is not of its form, or no such chart was given.
    """
    settings.check_keys(("name", *OPTIONS, "silence", "advocacy_quiet"))
    chart = _named(settings, charts) if "name" in settings else _standard(settings)
    told = settings.table("silence", PHASES)
    silence = {**chart.silence, **{PHASES[name]: _window(told, name) for name in told.entries}}
    quiet = chart.advocacy_quiet
    if "advocacy_quiet" in settings:
        quiet = _window(settings, "advocacy_quiet")
    windows = {phase.name.lower(): window for phase, window in silence.items()}
    standard = [*chart.silence.values(), chart.advocacy_quiet]
    changed = [
        f"{name}={NEVER if window is None else f'{window / DAY:.10g}'}"
        for (name, window), usual in zip(
            {**windows, "advocacy_quiet": quiet}.items(), standard, strict=True
        )
        if window != usual
    ]
    if not changed:
        return chart
    key = f"{chart.key}[silence:{','.join(changed)}]"
    return attrs.evolve(chart, key=key, silence=silence, advocacy_quiet=quiet)


def _standard(settings: TomlTable) -> Chart:
    return standard_chart(
        feedback=settings.choice("feedback", Feedback.REQUIRED),
        repeat_purchase=settings.choice("repeat_purchase", RepeatPurchase.LOYALTY),
        confirmation=settings.choice("confirmation", Confirmation.REQUIRED),
    )


def _named(settings: TomlTable, charts: Iterable[Chart]) -> Chart:
    known = {chart.key: chart for chart in charts}
    key = settings.needed_text("name", "the key of a chart of your own")
    if key not in known:
        there = f"one of {', '.join(known)}" if known else "a chart, given with charts or --chart"
        raise settings.fault("name", f"an unknown chart {named(key)}{meant(key, known)}", there)
    for option in OPTIONS:
        if option in settings:
            raise settings.fault(option, "an option beside a chart's name", "the chart's own")
    return known[key]


def _window(table: TomlTable, key: str) -> timedelta | None:
    if table.entries[key] == NEVER:
        return None
    days = table.number(key, WINDOW)
    if not 0 < days <= LONGEST_DAYS:
        raise table.fault(key, f"{days} days", WINDOW)
    return timedelta(days=float(days))
