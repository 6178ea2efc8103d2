"""The rules about what is said (SPEC C04 to C07, E01, V01)."""

from cxjourney.channels.content import Content
from cxjourney.channels.policy.case import Case
from cxjourney.channels.policy.limits import Limits
from cxjourney.channels.policy.opinion import Opinion, allow, deny, warn
from cxjourney.channels.policy.rule import Rule
from cxjourney.contact import Channel

__all__ = ["C04", "C05", "C06", "C07", "E01", "NAME", "V01"]

NAME: str = "name"
"""The variable that holds the customer's name."""
TWO = 2


def _is_task(case: Case) -> bool:
    """Say whether a case is a task for a person, who has no text to say it with (SPEC F01)."""
    return case.channel is Channel.FACE_TO_FACE and case.content is None


def _approved(case: Case, _: Limits) -> Opinion:
    if _is_task(case):
        return allow("no_text")
    content = case.content
    wanted = case.intent.content, case.channel
    if content is None or (content.id, content.channel) != wanted:
        return deny("content_missing")
    return allow("approved") if content.approved_by else deny(_why_not_approved(content))


def _why_not_approved(content: Content) -> str:
    if not content.approvals:
        return "not_approved"
    as_it_stands = any(one.digest == content.digest for one in content.approvals)
    return "approved_by_author" if as_it_stands else "changed_since_approval"


def _approved_for_many(case: Case, limits: Limits) -> Opinion | None:
    if case.content is None:
        return None
    if case.audience <= limits.audience_limit:
        return allow("small_audience")
    twice = len(case.content.approved_by) >= TWO
    return allow("approved_twice") if twice else deny("approved_once")


def _filled_in(case: Case, _: Limits) -> Opinion | None:
    if case.content is None or not case.content.variables:
        return None
    missing = case.content.variables - case.profile.known
    if NAME in missing:
        return deny("name_unknown")
    return deny("variable_missing") if missing else allow("variables_known")


def _asked_already(case: Case, _: Limits) -> Opinion | None:
    if case.content is None or not case.content.asks:
        return None
    told = {event.kind.name for event in case.history.events}
    known = case.content.asks & (case.profile.known | told)
    return warn("on_record") if known else allow("not_on_record")


def _pledges(case: Case, limits: Limits) -> Opinion | None:
    if case.content is None or not case.content.pledges:
        return None
    for pledge in case.content.pledges:
        capability = limits.capability(pledge.capability)
        if capability is None:
            return deny("capability_unknown")
        if not capability.covers(pledge.value):
            return deny("promises_too_much")
    return allow("promises_can_be_kept")


def _video(case: Case, limits: Limits) -> Opinion:
    video = None if case.content is None else case.content.video
    if video is None:
        return warn("video_length_unknown")
    if video.seconds > limits.video_seconds:
        return warn("video_too_long")
    shared = case.audience > limits.video_limit
    return warn("video_shared") if shared else allow("video_short")


C04: Rule = Rule("C04", _approved, "002: one employee changed the salutation of 30,000 letters")
"""No text but one that somebody approved as it stands, other than its author: else deny."""
C05: Rule = Rule("C05", _approved_for_many, "002; 100 customers is a default")
"""A text for many that one person alone approved: deny until a second one does."""
C06: Rule = Rule("C06", _filled_in, "002", internal=False)
"""A variable of the text, such as the customer's name, is not known: deny."""
C07: Rule = Rule(
    "C07", _asked_already, "003: no one repeats themselves to several agents", internal=False
)
"""It asks for something that is on record already: warn."""
E01: Rule = Rule("E01", _pledges, "000", frozenset({Channel.EMAIL}))
"""An e-mail promises more, faster or better than the service can deliver: deny."""
V01: Rule = Rule("V01", _video, "000; 120 seconds is a default", frozenset({Channel.VIDEO}))
"""A long video, or the same one for many: warn."""
