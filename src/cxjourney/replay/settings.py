"""The chart that a mapping asks for: options and windows."""

from collections.abc import Mapping
from datetime import timedelta

import attrs

from cxjourney.chart import Chart, Confirmation, Feedback, RepeatPurchase
from cxjourney.charts import standard_chart
from cxjourney.phases import Phase
from cxjourney.replay.figures import DAY
from cxjourney.replay.tables import Table

__all__ = ["read_chart"]

NEVER = "never"
LONGEST_DAYS = 36_500
WINDOW = f"a number of days from 0 to {LONGEST_DAYS:,}, or {NEVER!r}"
PHASES = {phase.name.lower(): phase for phase in Phase}


def read_chart(settings: Table) -> Chart:
    """Return the chart of a mapping.

    Raises:
        MappingError: when an option or a window is not of its form.
    """
    settings.check_keys(
        ("feedback", "repeat_purchase", "confirmation", "silence", "advocacy_quiet")
    )
    chart = standard_chart(
        feedback=settings.choice("feedback", Feedback.REQUIRED),
        repeat_purchase=settings.choice("repeat_purchase", RepeatPurchase.LOYALTY),
        confirmation=settings.choice("confirmation", Confirmation.REQUIRED),
    )
    silence = settings.table("silence", PHASES)
    windows = {PHASES[name]: _window(silence, name) for name in silence.entries}
    quiet = chart.advocacy_quiet
    if "advocacy_quiet" in settings:
        quiet = _window(settings, "advocacy_quiet")
    return _with_windows(chart, {**chart.silence, **windows}, quiet)


def _window(table: Table, key: str) -> timedelta | None:
    if table.entries[key] == NEVER:
        return None
    days = table.number(key, WINDOW)
    if not 0 < days <= LONGEST_DAYS:
        raise table.fault(key, f"{days} days", WINDOW)
    return timedelta(days=float(days))


def _with_windows(
    chart: Chart, silence: Mapping[Phase, timedelta | None], quiet: timedelta | None
) -> Chart:
    """Return the chart with these windows; its key then names those that differ."""
    changed = [
        f"{phase.name.lower()}={_days(window)}"
        for phase, window in silence.items()
        if window != chart.silence[phase]
    ]
    if quiet != chart.advocacy_quiet:
        changed.append(f"advocacy_quiet={_days(quiet)}")
    if not changed:
        return chart
    key = f"{chart.key}[silence:{','.join(changed)}]"
    return attrs.evolve(chart, key=key, silence=silence, advocacy_quiet=quiet)


def _days(window: timedelta | None) -> str:
    return NEVER if window is None else f"{window / DAY:.10g}"
