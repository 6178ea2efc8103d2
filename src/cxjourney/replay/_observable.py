"""What a log could show at all: which phases, and which obligations, by its mapping."""

from collections.abc import Iterable, Mapping

import attrs

from cxjourney.chart import Chart, JourneyMachine, Options, standard_chart
from cxjourney.replay._mapping import LogMapping
from cxjourney.replay._mapping_rules import MappingRule
from cxjourney.vocabulary import EventKind, Phase, Situation

TIMERS = (EventKind.LAPSED, EventKind.ADVOCACY_QUIET)


def observable_phases(mapping: LogMapping, chart: Chart | None = None) -> frozenset[Phase]:
    """Return the phases that the events of a mapping can bring a journey to, or past.

    Args:
        mapping: what the log means.
        chart: another chart than the mapping's.
    """
    chart = chart or mapping.chart
    rules = [rule for rules in mapping.rules.values() for rule in rules]
    given = {trigger for rule in rules for trigger in _triggers(rule, chart)}
    furthest = _furthest(chart, (*sorted(given), *(kind.name for kind in TIMERS)))
    return frozenset(phase for phase in Phase if furthest is not None and phase <= furthest)


def assumed_options(
    mapping: LogMapping, phases: frozenset[Phase]
) -> Mapping[Phase, tuple[str, ...]]:
    """Return by phase the options without which the mapping could not bring a journey there.

    A chart of one's own has no other reading to compare with.

    Args:
        mapping: what the log means.
        phases: the phases to which it can.
    """
    chart, options = mapping.chart, mapping.chart.options
    found: dict[Phase, tuple[str, ...]] = {}
    if standard_chart(**attrs.asdict(options)).rows != chart.rows:
        return found
    for field in attrs.fields(Options):
        if getattr(options, field.name) is not field.default:
            strict = standard_chart(**{**attrs.asdict(options), field.name: field.default})
            others = attrs.evolve(chart, options=strict.options, rows=strict.rows)
            for phase in phases - observable_phases(mapping, others):
                found[phase] = (*found.get(phase, ()), field.name)
    return found


def _triggers(rule: MappingRule, chart: Chart) -> Iterable[str]:
    if rule.kind is not EventKind.MOVED:
        return (rule.kind.name,)
    drawn = {field.name for field, _ in rule.sources}
    forced = "force" in drawn or rule.constants.get("force") is True
    to = rule.constants.get("to")
    end = f"_to_{to.name.lower()}" if isinstance(to, Phase) else ""
    begins = ("moved_to_", "forced_to_") if forced else ("moved_to_",)
    return (one for one in chart.triggers if one.startswith(begins) and one.endswith(end))


def _furthest(chart: Chart, triggers: Iterable[str]) -> Phase | None:
    machine = chart.compiled(JourneyMachine)
    start = Situation()
    seen, waiting, furthest = {start}, [start], None
    while waiting:
        situation = waiting.pop()
        for trigger in triggers:
            decision = machine.decide(situation, trigger)
            for move in decision.moves:
                if isinstance(move.target, Phase) and (furthest is None or move.target > furthest):
                    furthest = move.target
            if decision.after not in seen:
                seen.add(decision.after)
                waiting.append(decision.after)
    return furthest


def observable_duties(mapping: LogMapping) -> frozenset[str]:
    """Return the obligation rules that some event of a mapping could meet.

    ``fulfilled`` meets the rule that it names; where a column names it, it may be any. A rule that
    may be met in another engagement is not shown by the journeys of a log that has several.
    """
    rules = [rule for rules in mapping.rules.values() for rule in rules]
    named = {rule.constants.get("obligation") for rule in rules}
    kinds = {rule.kind for rule in rules if "obligation" not in rule.constants}
    any_named = any(field.name == "obligation" for rule in rules for field, _ in rule.sources)
    return frozenset(
        one.id
        for one in mapping.chart.obligations
        if (any_named or one.id in named or not kinds.isdisjoint(one.met_by))
        and not (one.anywhere and mapping.columns.engagement is not None)
    )
