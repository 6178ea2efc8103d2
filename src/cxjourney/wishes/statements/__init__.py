"""The forms in which a survey lets customers state their wishes, all in one place (SPEC 8)."""

from cxjourney.wishes.statements.choices import Mentions, PickK, YesNo
from cxjourney.wishes.statements.forms import StatementForm
from cxjourney.wishes.statements.scales import ConstantSum, MaxDiff, Ratings

__all__ = ["ConstantSum", "MaxDiff", "Mentions", "PickK", "Ratings", "StatementForm", "YesNo"]
