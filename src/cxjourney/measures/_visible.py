"""What could be seen at all: which phases, obligations and deeds a mapping can show."""

from itertools import chain

import attrs

from cxjourney.chart import Chart
from cxjourney.replay import LogMapping, MappingRule
from cxjourney.replay._observable import observable_duties, observable_phases
from cxjourney.vocabulary import Phase


@attrs.frozen
class Visible:
    """What a log could show; without a mapping, as with journeys recorded live, everything.

    Attributes:
        mapping: the mapping; None for live journeys.
        phases: the names of the phases to which its events can bring a journey.
        duties: the obligation rules that its events can meet.
    """

    mapping: LogMapping | None
    phases: frozenset[str]
    duties: frozenset[str]

    @classmethod
    def by(cls, mapping: LogMapping | None, chart: Chart) -> "Visible":
        """Return what a mapping can show."""
        if mapping is None:
            phases = frozenset(phase.name.lower() for phase in Phase)
            return cls(None, phases, frozenset(rule.id for rule in chart.obligations))
        seen = frozenset(phase.name.lower() for phase in observable_phases(mapping))
        return cls(mapping, seen, observable_duties(mapping))

    def shows(self, kind: str, field: str | None = None) -> bool:
        """Say whether there can be events of a kind, with a field if one is named."""
        if self.mapping is None:
            return True
        rules = chain.from_iterable(self.mapping.rules.values())
        of_kind = [rule for rule in rules if rule.kind.name == kind]
        return any(field is None or field in _fields(rule) for rule in of_kind)


def _fields(rule: MappingRule) -> set[str]:
    return {*rule.constants, *(field.name for field, _ in rule.sources)}
