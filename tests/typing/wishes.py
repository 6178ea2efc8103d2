"""What type checkers say of the classifier of wishes; checked by them, and never run."""

from collections.abc import Mapping
from typing import assert_type

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from cxjourney import Wish, WishKind, classify
from cxjourney.errors import FaultsError, InvalidError
from cxjourney.vocabulary import Lang
from cxjourney.wishes import (
    Answer,
    Classification,
    Criteria,
    EffectScale,
    Evidence,
    Finding,
    Item,
    Kano,
    KanoAnswer,
    Mentions,
    Reason,
    WishMap,
    YesNo,
    advise,
    items_by_prefix,
    johnson,
    lmg,
    map_wishes,
)


def facts(known: bool, unknown: None, either: bool | None) -> None:
    """Two known facts give a kind, an unknown one gives the candidates."""
    assert_type(classify(known, known), WishKind)
    assert_type(classify(unknown, known), frozenset[WishKind])
    assert_type(classify(known, unknown), frozenset[WishKind])
    assert_type(classify(either, either), WishKind | frozenset[WishKind])
    assert_type(Wish("seats", stated=known).candidates, frozenset[WishKind])
    assert_type(advise(WishKind.CONSCIOUS, Lang.ET), str)
    classify("yes", known)  # type: ignore[call-overload]
    advise("CONSCIOUS")  # type: ignore[arg-type]


def surveys(
    pandas: pd.DataFrame, polars: pl.DataFrame, arrow: pa.Table, arrays: dict[str, list[float]]
) -> None:
    """Any kind of table is taken, and a map of findings is given."""
    items = items_by_prefix(["seats"], said="say_")
    assert_type(items, tuple[Item, ...])
    found = map_wishes(pandas, outcome="joy", items=items, statements=YesNo())
    assert_type(found, WishMap)
    assert_type(found["seats"], Finding)
    assert_type(found["seats"].classification, Classification)
    assert_type(found["seats"].lmg, float | None)
    for table in (polars, arrow, arrays):
        map_wishes(table, outcome="joy", items=items, statements=Mentions("commented"))
    map_wishes(arrays, outcome="joy", items=items, statements="mentions")  # type: ignore[arg-type]
    map_wishes(arrays, items=items, statements=YesNo())  # type: ignore[call-arg]
    Criteria(scale=EffectScale.RAW, delta=0.2)
    Criteria(scale="raw")  # type: ignore[arg-type]


def evidence(seen: Evidence, kano: Kano) -> None:
    """Each fact gives new evidence, which may be classified at any time."""
    assert_type(seen.heard(True).succeeded(False, fulfilled=True), Evidence)
    assert_type(seen + seen, Evidence)
    known = seen.classify()
    assert_type(known, Classification)
    assert_type(known.decision, WishKind | None)
    assert_type(known.posterior, Mapping[WishKind, float])
    assert_type(known.stated, Answer)
    assert_type(known.stated.says, bool | None)
    assert_type(known.reasons, tuple[Reason, ...])
    assert_type(kano.add(KanoAnswer.LIKE, KanoAnswer.DISLIKE), Kano)
    kano.add(1, 5)  # type: ignore[arg-type]


def importance(x: NDArray[np.float64], y: list[float]) -> None:
    """Arrays in, array out."""
    assert_type(lmg(x, y), NDArray[np.float64])
    assert_type(johnson(x, y), NDArray[np.float64])


def faults(refused: FaultsError) -> None:
    """Every fault of a survey is typed."""
    assert_type(refused.faults, tuple[InvalidError, ...])
    assert_type(refused.faults[0].rows, tuple[int, ...])
