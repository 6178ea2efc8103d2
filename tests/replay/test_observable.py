"""Which duties a log could show to be met."""

import attrs
import pytest

from cxjourney.chart import ObligationRule, derive, standard_chart
from cxjourney.replay._observable import observable_duties  # the report tells it in one figure
from cxjourney.vocabulary import EventKind
from tests.replay.makers import COLUMNS, mapping_with


@pytest.mark.parametrize("several", [False, True])
def test_what_another_engagement_may_have_met_is_not_observable(*, several: bool) -> None:
    """A basket may be bought in another session; in a log without sessions it is seen."""
    rules = [
        ObligationRule(
            id, "ours", on=(EventKind.ABANDONED,), met_by=(EventKind.PURCHASED,), anywhere=anywhere
        )
        for id, anywhere in (("basket", True), ("form", False))
    ]
    chart = derive(standard_chart(), "test_observable", obligations=rules)
    columns = {**COLUMNS, "engagement": "session"} if several else COLUMNS
    mapping = attrs.evolve(mapping_with(columns=columns), chart=chart)
    seen = observable_duties(mapping)
    assert ("basket" in seen, "form" in seen) == (not several, True)
