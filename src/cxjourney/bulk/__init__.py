"""Bulk: a log in columns, replayed with the live machine's answers (docs/bulk.md)."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.bulk._replaying import BulkReplay as BulkReplay
    from cxjourney.bulk._replaying import RowCounts as RowCounts
    from cxjourney.bulk._replaying import replay
    from cxjourney.bulk._state import BatchCounts as BatchCounts
    from cxjourney.bulk._state import BulkState

__all__ = ["BulkState", "replay"]

later(
    __name__,
    {"_replaying": "BulkReplay RowCounts replay", "_state": "BatchCounts BulkState"},
)
