"""The rules of SPEC 6, by subject, and the table of them."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from cxjourney.channels._content import Contact, Content, History
from cxjourney.channels.policy._gifts import G01, G02, G03, G04
from cxjourney.channels.policy._limits import LOYAL, NEVER_BY_TEXT, Limits
from cxjourney.channels.policy._rule import Case, Rule, Verdict
from cxjourney.journey._open import rules_owed
from cxjourney.vocabulary import Channel, EventKind, Purpose
from cxjourney.vocabulary._wait import later_by

allow, defer, deny, warn = Verdict.allow, Verdict.defer, Verdict.deny, Verdict.warn

POST = frozenset({Channel.POST})
BEST_BY_POST = frozenset({Purpose.SOLVE, Purpose.APOLOGISE, Purpose.THANK, Purpose.CONGRATULATE})
NAME = "name"
"""The variable that holds the customer's name."""
QUESTION, PROBLEM, LOW_SCORE = "answer", "solve", "follow_up"
"""The ids of the chart's rules by which a question, a problem or a low score is open."""
ANSWERED_BY: dict[Purpose, frozenset[EventKind]] = {
    Purpose.ASK_FEEDBACK: frozenset({EventKind.FEEDBACK_CAPTURED, EventKind.FEEDBACK_DECLINED}),
    Purpose.ASK_REFERRAL: frozenset({EventKind.REFERRED}),
}
"""What answers a request; the purposes that are one."""
TWO = 2
A_DAY = timedelta(days=1)
A_WHILE = timedelta(days=9)
"""Longer than seven days by any clock: contacts before that count for no day to come."""
ByDay = tuple[Counter[date], Counter[date]]


def _note(_: Case, __: Limits) -> Verdict:
    return allow("note_required")


def _personal(case: Case, limits: Limits) -> Verdict:
    if case.audience > limits.letter_limit:
        return deny("bulk")
    return allow("to_one_by_name") if NAME in case.profile.known else deny("no_recipient_name")


def _preferred(case: Case, _: Limits) -> Verdict | None:
    return allow("preferred") if case.intent.purpose in BEST_BY_POST else None


def _not_by_text(case: Case, _: Limits) -> Verdict | None:
    return deny("not_by_text") if case.intent.purpose in NEVER_BY_TEXT else None


F01: Rule = Rule("F01", _note, "000", frozenset({Channel.FACE_TO_FACE}))
"""A task for a person; its outcome needs a note of what was unclear."""
P01: Rule = Rule("P01", _personal, "000; 100 letters is a default", POST, may_pass=True)
"""Bulk mail, or a letter to nobody by name: deny."""
P02: Rule = Rule("P02", _preferred, "000", POST)
"""To solve, apologise, thank or congratulate: a letter is preferred."""
X01: Rule = Rule("X01", _not_by_text, "000", frozenset({Channel.TEXT}))
"""Selling, or asking for a recommendation, by text message: deny, and nothing overrides it."""


def _consent(case: Case, limits: Limits) -> Verdict:
    purpose = case.intent.purpose
    given = case.history.consent(case.channel, purpose, case.now)
    if given is None:
        return allow("service_purpose") if purpose in limits.service else deny("no_consent")
    return allow("consent_given") if given else deny("consent_withdrawn")


C01: Rule = Rule("C01", _consent, "000", internal=False, may_pass=True)
"""No consent on record for channel and purpose: deny. A withdrawal binds every purpose."""


def _consent_holds(case: Case, limits: Limits) -> Verdict | None:
    word = case.history.word_on_consent(case.channel, case.intent.purpose, case.now)
    given = word is not None and word.kind is EventKind.CONSENT_GIVEN
    if word is None or not given or case.intent.purpose in limits.service:
        return None
    expires = word.payload.get("expires")
    if isinstance(expires, datetime) and expires <= case.now:
        return deny("consent_expired")
    zone = case.profile.zone or limits.zone
    lasts = limits.consent_lasts
    if lasts is not None and later_by(word.at, lasts, zone) <= case.now:
        return deny("consent_too_old")
    return allow("consent_fresh")


C10: Rule = Rule("C10", _consent_holds, "default: 36 months", internal=False, may_pass=True)
"""The consent has expired, or is older than ``Limits.consent_lasts``: deny until it is renewed."""


def _reaches(case: Case, _: Limits) -> Verdict | None:
    return None if case.history.reaches(case.channel) else deny("undeliverable")


D01: Rule = Rule("D01", _reaches, "default", internal=False, may_pass=True)
"""Something came back through the channel, and that was not mended since: deny, next channel."""


def _approved(case: Case, _: Limits) -> Verdict:
    content = case.content
    if content is None and case.channel is Channel.FACE_TO_FACE:
        return allow("no_text")
    wanted = case.intent.content, case.channel
    if content is None or (content.id, content.channel) != wanted:
        return deny("content_missing")
    return allow("approved") if content.approved_by else deny(_why_not_approved(content))


def _why_not_approved(content: Content) -> str:
    if not content.approvals:
        return "not_approved"
    as_it_stands = any(one.digest == content.digest for one in content.approvals)
    return "approved_by_author" if as_it_stands else "changed_since_approval"


def _approved_for_many(case: Case, limits: Limits) -> Verdict | None:
    if case.content is None:
        return None
    if case.audience <= limits.audience_limit:
        return allow("small_audience")
    twice = len(case.content.approved_by) >= TWO
    return allow("approved_twice") if twice else deny("approved_once")


def _filled_in(case: Case, _: Limits) -> Verdict | None:
    if case.content is None or not case.content.variables:
        return None
    missing = case.content.variables - case.profile.known
    if NAME in missing:
        return deny("name_unknown")
    return deny("variable_missing") if missing else allow("variables_known")


def _asked_already(case: Case, _: Limits) -> Verdict | None:
    if case.content is None or not case.content.asks:
        return None
    told = {event.kind.name for event in case.history.events}
    known = case.content.asks & (case.profile.known | told)
    return warn("on_record") if known else allow("not_on_record")


def _pledges(case: Case, limits: Limits) -> Verdict | None:
    if case.content is None or not case.content.pledges:
        return None
    for pledge in case.content.pledges:
        capability = limits.capability(pledge.capability)
        if capability is None:
            return deny("capability_unknown")
        if not capability.covers(pledge.value):
            return deny("promises_too_much")
    return allow("promises_can_be_kept")


def _video(case: Case, limits: Limits) -> Verdict:
    video = None if case.content is None else case.content.video
    if video is None:
        return warn("video_length_unknown")
    if video.seconds > limits.video_seconds:
        return warn("video_too_long")
    shared = case.audience > limits.video_limit
    return warn("video_shared") if shared else allow("video_short")


C04: Rule = Rule(
    "C04", _approved, "002: one employee changed the salutation of 30,000 letters", may_pass=True
)
"""No text but one that somebody approved as it stands, other than its author: else deny."""
C05: Rule = Rule("C05", _approved_for_many, "002; 100 customers is a default", may_pass=True)
"""A text for many that one person alone approved: deny until a second one does."""
C06: Rule = Rule("C06", _filled_in, "002", internal=False, may_pass=True)
"""A variable of the text, such as the customer's name, is not known: deny."""
C07: Rule = Rule(
    "C07", _asked_already, "003: no one repeats themselves to several agents", internal=False
)
"""It asks for something that is on record already: warn."""
E01: Rule = Rule("E01", _pledges, "000", frozenset({Channel.EMAIL}))
"""An e-mail promises more, faster or better than the service can deliver: deny."""
V01: Rule = Rule("V01", _video, "000; 120 seconds is a default", frozenset({Channel.VIDEO}))
"""A long video, or the same one for many: warn."""


def _selling(case: Case, _: Limits) -> Verdict | None:
    if case.intent.purpose is not Purpose.SELL:
        return None
    owed = rules_owed(case.owed) | rules_owed(case.owed_elsewhere)
    situations = (case.situation, *case.elsewhere)
    if any(one.doubt_open for one in situations):
        return deny("doubt_open")
    if PROBLEM in owed or any(one.recovery_open for one in situations):
        return deny("problem_open")
    if LOW_SCORE in owed:
        return deny("low_score_open")
    return deny("question_open") if QUESTION in owed else allow("nothing_open")


def _referral(case: Case, limits: Limits) -> Verdict | None:
    if case.intent.purpose is not Purpose.ASK_REFERRAL:
        return None
    if case.situation.place not in LOYAL:
        return deny("not_loyal_yet")
    asked = _asked_at(case.history, Purpose.ASK_REFERRAL)
    if asked is not None and case.now - asked < limits.referral_gap:
        return deny("asked_recently")
    return allow("loyal_and_not_asked")


def _history(_: Case, __: Limits) -> Verdict:
    return allow("history_given")


def _one_question(case: Case, limits: Limits) -> Verdict | None:
    asks = frozenset() if case.content is None else case.content.asks
    if case.intent.purpose not in ANSWERED_BY and not asks:
        return None
    if LOW_SCORE in rules_owed(case.owed) | rules_owed(case.owed_elsewhere):
        return deny("low_score_open")
    open_asks = [_open_since(case.history, purpose) for purpose in ANSWERED_BY]
    asked = max((at for at in open_asks if at is not None), default=None)
    if asked is not None and case.now - asked < limits.ask_wait:
        return defer("question_asked", asked + limits.ask_wait)
    return warn("several_questions") if len(asks) > 1 else allow("one_question")


def _open_since(history: History, purpose: Purpose) -> datetime | None:
    """Return when a request was last made that is not answered, or None."""
    asked = _asked_at(history, purpose)
    answers = (event.at for event in history.events if event.kind in ANSWERED_BY[purpose])
    return None if asked is None or any(at >= asked for at in answers) else asked


def _asked_at(history: History, purpose: Purpose) -> datetime | None:
    """Return when a request was last made, through a channel or otherwise, or None."""
    asked = [one.at for one in history.contacts if one.purpose is purpose]
    if purpose is Purpose.ASK_FEEDBACK:
        asked += [event.at for event in history.of_kind(EventKind.FEEDBACK_ASKED)]
    return max(asked, default=None)


def _all_six(case: Case, _: Limits) -> Verdict:
    every = len(case.history.channels_used) == len(Channel)
    return allow("all_channels_used" if every else "channels_unused")


C02: Rule = Rule(
    "C02", _selling, "002: sell only after the problem is solved", internal=False, may_pass=True
)
"""Selling while a doubt, a problem, a low score or a question is open, in any engagement: deny."""
C03: Rule = Rule(
    "C03", _referral, "002, Coleman; 90 days is a default", internal=False, may_pass=True
)
"""Asking for a recommendation of those who are not loyal yet, or oftener than the cap: deny."""
C09: Rule = Rule("C09", _history, "001, 002")
"""Whoever acts is given the history: a promise of the dispatcher, which always holds."""
S01: Rule = Rule("S01", _one_question, "004; 14 days is a default", internal=False, may_pass=True)
"""One question, and one open request, at a time: the next one waits for the answer.

A request for feedback or for a recommendation is open until it is answered, and at most for
``Limits.ask_wait``; meanwhile whatever asks the customer for something is deferred. While a low
score waits to be followed up nothing is asked at all.
"""
A01: Rule = Rule("A01", _all_six, "000", internal=False)
"""Tells whether some channel was never used; ``History.channels_unused`` tells which."""


def _not_too_often(case: Case, limits: Limits) -> Verdict:
    if case.intent.purpose in limits.solicited:
        return allow("solicited")
    zone = case.profile.zone or limits.zone
    made = _unsolicited(case.history.contacts, case, limits, zone)
    owed = _unsolicited(case.reserved, case, limits, zone) if case.reserved else None

    def full(moment: datetime) -> str | None:
        day = moment.astimezone(zone).date()
        if made[0][day] >= limits.contacts_a_day:
            return "day_full"
        if sum(made[1][day - back * A_DAY] for back in range(7)) >= limits.contacts_a_week:
            return "week_full"
        return "owed_first" if owed and _crowds_out(day, made, owed, limits) else None

    reason = full(case.now)
    if reason is None:
        return allow("not_too_often")
    return defer(reason, _first(case.now, zone, limits.quiet_until, lambda at: full(at) is None))


def _crowds_out(day: date, made: ByDay, owed: ByDay, limits: Limits) -> bool:
    """Say whether one more contact on a day takes the room of contacts that are owed."""
    if owed[0][day] and made[0][day] + owed[0][day] >= limits.contacts_a_day:
        return True
    on_all = made[1] + owed[1]
    weeks = (day + later * A_DAY for later in range(7))
    return any(
        owed[1][end]
        and sum(on_all[end - back * A_DAY] for back in range(7)) >= limits.contacts_a_week
        for end in weeks
    )


def _unsolicited(contacts: Iterable[Contact], case: Case, limits: Limits, zone: tzinfo) -> ByDay:
    """Count unsolicited contacts by the customer's day: on the channel, and on all.

    Those count too that perhaps did not arrive, and those dated later than now.
    """
    on_channel, on_all = Counter[date](), Counter[date]()
    for one in contacts:
        if case.now - one.at < A_WHILE and one.purpose not in limits.solicited:
            day = one.at.astimezone(zone).date()
            on_all[day] += 1
            on_channel[day] += one.channel is case.channel
    return on_channel, on_all


def _quiet_hours(case: Case, limits: Limits) -> Verdict:
    zone, begin, end = case.profile.zone or limits.zone, limits.quiet_from, limits.quiet_until

    def awake(moment: datetime) -> bool:
        shown = moment.astimezone(zone).time()
        return not begin <= shown < end if begin <= end else end <= shown < begin

    return (
        allow("daytime")
        if awake(case.now)
        else defer("quiet_hours", _first(case.now, zone, end, awake))
    )


def _within_window(case: Case, limits: Limits) -> Verdict | None:
    window = limits.windows.get(case.channel)
    if window is None:
        return None
    zone = case.profile.zone or limits.zone
    if window.is_open(case.now, zone):
        return allow("window_open")
    return defer("window_closed", window.opens.after(case.now, zone))


def _row_not_too_often(case: Case, limits: Limits) -> Verdict | None:
    gap = limits.every.get(case.intent.play)
    if gap is None:
        return None
    made = [one.at for one in case.history.contacts if one.play == case.intent.play]
    if not made:
        return allow("row_not_lately")
    until = later_by(max(made), gap, case.profile.zone or limits.zone)
    return defer("row_lately", until) if until > case.now else allow("row_not_lately")


def _first(now: datetime, zone: tzinfo, at: time, fits: Callable[[datetime], bool]) -> datetime:
    """Return the first moment after ``now`` at which clocks in a zone show ``at`` and which fits.

    Some moment of a later day must fit. Where clocks skip that time, it is the moment that they
    show instead; where they show it twice, either will do. It is in UTC.
    """
    day = now.astimezone(zone).date()
    while True:
        shown = datetime.combine(day, at, zone)
        # Of a time that is skipped one reading lies before the gap, on another day or time.
        for moment in sorted({shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}):
            if moment > now and fits(moment):
                return moment
        day += A_DAY


def _in_time(case: Case, limits: Limits) -> Verdict | None:
    due = case.intent.due
    if case.intent.purpose not in {Purpose.REMIND, Purpose.CONFIRM} or due is None:
        return None
    late = due - case.now < limits.lead_time
    return deny("too_late_for_post") if late else allow("in_time_for_post")


C08: Rule = Rule("C08", _not_too_often, "default: 1 a channel and day, 3 a week", internal=False)
"""More unsolicited contacts than the caps: defer to the morning of the customer's next free day.

The week is the seven days up to today, on all channels. Answers are exempt. What is not owed leaves
room for what is, and waits.
"""
X02: Rule = Rule("X02", _quiet_hours, "default: 21:00 to 08:00", frozenset({Channel.TEXT}))
"""A text message in the customer's quiet hours: defer until they are over."""
S02: Rule = Rule("S02", _within_window, "default: no windows", internal=False)
"""Outside of the window of the channel, by the customer's clock: defer until it opens."""
S03: Rule = Rule("S03", _row_not_too_often, "default: no limits", internal=False)
"""A row that reached the customer not as long ago as ``Limits.every`` asks: defer until then."""
P03: Rule = Rule("P03", _in_time, "000; 5 days is a default", POST)
"""A reminder or confirmation that is due sooner than a letter arrives: deny."""


STANDARD_RULES: tuple[Rule, ...] = (
    *(C01, C02, C03, C04, C05, C06, C07, C08, C09, C10, S01, S02, S03),
    *(F01, E01, P01, P02, P03, X01, X02, V01, D01),
    *(G01, G02, G03, G04, A01),
)
"""Every rule of SPEC 6, and S01 for SPEC 9: one question, one open ask at a time."""
LASTING: frozenset[str] = frozenset({X01.id, C09.id})
"""The rules that nobody can replace or take away: X01 has no override, C09 holds in any case."""
