"""Walks along the chart that several tests take."""

from cxjourney import EventKind as K

__all__ = ["SHORTEST_WALK"]

SHORTEST_WALK = (
    K.CONTACTED,
    K.NEED_ADMITTED,
    K.PURCHASED,
    K.DELIVERED,
    K.USED_AGAIN,
    K.RESULT_ACHIEVED,
    K.FEEDBACK_CAPTURED,
    K.LOYALTY_SHOWN,
    K.LOYALTY_CONFIRMED,
    K.REFERRED,
)
"""The shortest way from NEW through all eight phases."""
