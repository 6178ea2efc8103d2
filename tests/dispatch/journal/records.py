"""Samples of what a journal keeps: those of the contract, which its users need not type."""

from cxjourney.testing._journals import (  # see above
    a_duty,
    a_journey,
    an_attempt,
    an_intent,
    at,
    left_of,
    write,
)

__all__ = ["a_duty", "a_journey", "an_attempt", "an_intent", "at", "left_of", "write"]
