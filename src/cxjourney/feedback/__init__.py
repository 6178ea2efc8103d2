"""Feedback: which departments it concerns, and handing it over to them (SPEC 5, 9)."""

from cxjourney.feedback.handover import FeedbackItem, Inbox, Missed, hand_over
from cxjourney.feedback.routing import Routed, Routing, routed

__all__ = ["FeedbackItem", "Inbox", "Missed", "Routed", "Routing", "hand_over", "routed"]
