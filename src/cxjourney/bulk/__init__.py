"""Bulk: a log in columns, replayed with the live machine's answers (docs/bulk.md)."""

from typing import TYPE_CHECKING

from cxjourney.vocabulary._lazy import later

if TYPE_CHECKING:
    from cxjourney.bulk._replaying import BulkReplay, RowCounts, replay
    from cxjourney.bulk._state import BatchCounts, BulkState

__all__ = ["BatchCounts", "BulkReplay", "BulkState", "RowCounts", "replay"]

later(
    __name__,
    {"_replaying": "BulkReplay RowCounts replay", "_state": "BatchCounts BulkState"},
)
