"""What the shop does about what happens: its playbook."""

from datetime import timedelta

from cxjourney import Channel, EventKind, Phase, Playbook, Purpose
from cxjourney.playbook import Entered, NearlyDue, Opened, Play

__all__ = ["PLAYBOOK"]

C, P = Channel, Purpose
DONE = EventKind.FULFILLED

PLAYBOOK = Playbook(
    "shop",
    1,
    [
        Play("bought", Entered(Phase.AFFIRM), P.CONFIRM, (C.TEXT,), "bought"),
        Play("welcome", Opened("affirm_decision"), P.AFFIRM, (C.EMAIL,), "welcome", tells=DONE),
        Play("first_ride", Opened("be_there"), P.ONBOARD, (C.FACE_TO_FACE,), tells=DONE),
        Play(
            "check_in",
            NearlyDue("check_in", before=timedelta(days=2)),
            P.INFORM,
            (C.TEXT,),
            "check_in",
            tells=DONE,
        ),
        Play(
            "answer",
            NearlyDue("answer", before=timedelta(days=6)),
            P.ANSWER,
            (C.FACE_TO_FACE,),
            tells=EventKind.ANSWERED,
        ),
        Play("apology", Opened("acknowledge"), P.APOLOGISE, (C.POST,), "apology", tells=DONE),
        Play("solve", Opened("solve"), P.SOLVE, (C.FACE_TO_FACE,)),
        Play(
            "feedback",
            Opened("ask_feedback"),
            P.ASK_FEEDBACK,
            (C.EMAIL,),
            "feedback",
            after=timedelta(hours=1),
            tells=EventKind.FEEDBACK_ASKED,
        ),
        Play(
            "loyalty",
            Opened("confirm_loyalty"),
            P.LOYALTY,
            (C.POST,),
            "loyalty",
            tells=EventKind.LOYALTY_CONFIRMED,
        ),
        Play("thanks", Opened("thank_referral"), P.THANK, (C.POST,), "thanks", tells=DONE),
        Play("loss", Opened("record_loss"), P.REMIND, (C.FACE_TO_FACE,), tells=DONE),
    ],
)
"""The rows of the shop; a row without a content is a task for a person."""
