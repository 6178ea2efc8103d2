"""Events to be spread over partitions, and whether two replays of them say the same."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from cxjourney.replay import LogMapping, make_mapping

AS_OF = datetime(2027, 1, 1, tzinfo=UTC)
KINDS = ("contacted", "purchased", "delivered", "used_again", "touched", "asked", "promised")


def mapping() -> LogMapping:
    """Return what the events mean; a running number orders those of one moment."""
    touched = {"event": "touched", "payload": {"touchpoint": "support"}}
    promised = {"event": "promised", "payload": {"what": "w", "due": {"column": "due"}}}
    own = {"touched": touched, "promised": promised}
    own["asked"] = {"event": "asked", "payload": {"question": "q"}}
    return make_mapping(
        {
            "columns": {"customer": "who", "time": "at", "activity": "kind", "sequence": "seq"},
            "events": {name: own.get(name, name) for name in KINDS},
        }
    )


def events(rows: int = 4_000) -> pa.Table:
    """Return events of 200 customers, many of them at one moment."""
    random = np.random.default_rng(7)
    hours = random.integers(0, 400, rows).tolist()
    at = [datetime(2026, 1, 1, tzinfo=UTC) + 17 * timedelta(hours=one) for one in hours]
    due = [
        one + timedelta(days=int(days))
        for one, days in zip(at, random.integers(1, 9, rows), strict=True)
    ]
    return pa.table(
        {
            "who": pa.array([f"c{one}" for one in random.integers(0, 200, rows)]),
            "at": pa.array(at, pa.timestamp("us", "UTC")),
            "kind": pa.array(random.choice(KINDS, rows).tolist()),
            "due": pa.array([one.isoformat() for one in due]),
            "seq": pa.array(random.permutation(rows)),
        }
    )


def sorted_rows(frame: pd.DataFrame) -> list[str]:
    """Return the rows of a frame in an order of their own, whatever their types."""
    names = [name for name in frame.columns if name != "row"]
    times = {
        name: pd.to_datetime(frame[name], utc=True)
        for name in names
        if name.endswith(("_at", "event", "due")) and name != "event"
    }
    plain = frame.assign(**times)[names].astype(object).where(lambda one: one.notna(), None)
    return sorted(map(repr, plain.itertuples(index=False, name=None)))


def same(found: Any, whole: Any) -> None:
    """Ask whether two replays say the same."""
    for name in ("journeys", "moves", "duties"):
        one, other = getattr(found, name), getattr(whole, name).to_pandas()
        assert sorted_rows(one) == sorted_rows(other), name
