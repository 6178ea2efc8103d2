"""Charts drawn: the standard ones, and ones derived with what a user may add."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any

import attrs
from hypothesis import strategies as st

from cxjourney.chart import Chart, DueBy, Lasts, ObligationRule, derive
from cxjourney.chart._derive import LONGEST_ID, LONGEST_WINDOW
from cxjourney.chart._standard_chart import ALL_OPTIONS, chart_with
from cxjourney.vocabulary import EventKind, Field, Nature, Phase, Standing
from cxjourney.vocabulary._checks import MAX_ID
from cxjourney.vocabulary._forms import MAX_WHOLE


class Size(Enum):
    """The values of a field of a derived kind, whose values in the program are of several types."""

    SMALL = 1
    LARGE = "l"


OWN_KINDS = (
    EventKind(
        "demo_shown",
        Nature.CUSTOMER,
        -MAX_WHOLE,
        (
            Field("size", Size),
            Field("price", Decimal),
            Field("until", datetime),
            Field("paid", bool),
            Field("pieces", int),
        ),
    ),
    EventKind("k" * MAX_ID, Nature.COMPANY, MAX_WHOLE, (Field("due", datetime, required=True),)),
    EventKind("külastas", Nature.CUSTOMER, EventKind.PURCHASED.rank, (Field("obligation"),)),
)
"""Kinds of event with all that a field may be, the longest name, and the outermost ranks."""
BASES = tuple(map(chart_with, (ALL_OPTIONS[0], ALL_OPTIONS[-1])))
PLACES = (*Phase, Standing.LAPSED, Standing.LOST, Standing.ERASED)
A_DAY = timedelta(days=1)
SPANS = st.sampled_from([timedelta(), timedelta.resolution, A_DAY, 30 * A_DAY, LONGEST_WINDOW])
WINDOWS = st.none() | st.sampled_from([timedelta.resolution, A_DAY, 90 * A_DAY, LONGEST_WINDOW])
RULE_IDS = ("call_back", "answer", "r" * LONGEST_ID, "ära unusta")


def charts(*, derived: bool = False) -> st.SearchStrategy[Chart]:
    """Draw one of the eight standard charts: each setting of the three options (SPEC 4.2a).

    Args:
        derived: whether to draw charts that are derived from these too, with kinds of event,
            obligations, windows and versions of any form that ``derive`` takes.
    """
    standard = st.sampled_from(ALL_OPTIONS).map(chart_with)
    return standard | _derived() if derived else standard


@st.composite
def _derived(draw: st.DrawFn) -> Chart:
    # Few tables: each is explored whole when a chart with it is first derived.
    base, kinds = draw(st.sampled_from(BASES)), draw(st.sampled_from([(), OWN_KINDS]))
    given: dict[str, Any] = {
        "version": draw(st.sampled_from([1, 2, MAX_WHOLE])),
        "kinds": kinds,
        "silence": draw(st.dictionaries(st.sampled_from(Phase), WINDOWS)),
        "advocacy_quiet": draw(st.just(...) | WINDOWS),
        "obligations": draw(
            st.lists(_rules(base.kinds + kinds), max_size=3, unique_by=lambda rule: rule.id)
        ),
    }
    rules = [attrs.astuple(rule, recurse=False) for rule in given["obligations"]]
    told = f"{base.key} {sorted({**given, 'obligations': rules}.items())!r}"  # as no other chart
    return derive(base, f"drawn {sha256(told.encode()).hexdigest()}".ljust(MAX_ID, "."), **given)


@st.composite
def _rules(draw: st.DrawFn, kinds: tuple[EventKind, ...]) -> ObligationRule:
    some = st.lists(st.sampled_from(kinds), max_size=2, unique=True).map(tuple)
    on, enters = draw(some), draw(st.lists(st.sampled_from(PLACES), max_size=2).map(tuple))
    dated = bool(on) and all(
        any(field.name == "due" and field.required for field in kind.fields) for kind in on
    )
    return ObligationRule(
        draw(st.sampled_from(RULE_IDS)),
        "drawn",
        on=on,
        enters=enters,
        at_purchase=draw(st.booleans()) if on or enters else True,
        due=draw(SPANS),
        due_by=draw(st.sampled_from([one for one in DueBy if dated or one is not DueBy.PROMISE])),
        warn=draw(st.none() | SPANS),
        met_by=draw(some),
        each=draw(st.booleans()),
        repeats=draw(st.none() | SPANS),
        lasts=draw(st.sampled_from(Lasts)),
    )
