"""Hypothesis knows the library's types, and the extra is named when Hypothesis is missing."""

import importlib
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxjourney.chart import Chart, Options
from cxjourney.errors import MissingExtraError
from cxjourney.journey import Journey
from cxjourney.testing import register_types
from cxjourney.vocabulary import Event, EventKind, Situation
from cxjourney.wishes import Evidence, Wish

register_types()
TYPES = (Event, EventKind, Situation, Journey, Chart, Options, Wish, Evidence)


@given(st.data())
def test_types_are_drawn_by_name(data: st.DataObject) -> None:
    """``from_type`` draws each type, and ``builds`` fills arguments of these types."""
    register_types()
    for wanted in TYPES:
        assert isinstance(data.draw(st.from_type(wanted)), wanted)

    def together(event: Event, situation: Situation, journey: Journey) -> tuple[object, ...]:
        return event, situation, journey

    assert len(data.draw(st.builds(together))) == 3


@given(st.builds(Situation), st.builds(Options))
def test_values_of_the_library_are_built(situation: Situation, options: Options) -> None:
    """``builds`` makes frozen values from their defaults."""
    assert situation == Situation()
    assert isinstance(options, Options)


def test_a_missing_hypothesis_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Hypothesis the error names the command that installs it."""
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    monkeypatch.delitem(sys.modules, "cxjourney.testing")
    with pytest.raises(MissingExtraError, match=r"pip install 'cxjourney\[testing\]'") as caught:
        importlib.import_module("cxjourney.testing")
    assert (caught.value.package, caught.value.extra) == ("hypothesis", "testing")
