"""Templates: what is filled in, what is refused, and the story of the rewritten salutation."""

import re
import sys
from contextlib import suppress
from datetime import UTC, datetime
from html import unescape
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from cxjourney import CxJourneyError, channels
from cxjourney.channels import (
    Approval,
    Content,
    History,
    Intent,
    JinjaRenderer,
    Profile,
    Rendered,
    RenderFault,
    describe_template,
    digest_of,
)
from cxjourney.channels.policy import Case, Policy
from cxjourney.errors import MissingExtraError, RenderError
from cxjourney.journey import Journey
from cxjourney.vocabulary import Channel, Lang, Purpose
from tests.channels.policy_cases import seen

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
THEIRS = "Mari <b>Maasikas</b>"
WORDS = st.text(st.characters(exclude_characters="{}%#\r", exclude_categories=["Cs"]), max_size=20)
PIECES = st.sampled_from(
    [
        *("{{ name }}", "{{", "}}", "{%", "%}", "{#", "#}", "name", "self", "'x'", "1", "õ", "~"),
        *(" if name ", " endif ", " else ", " == ", " not ", " in ", " ", "(", ")", "[0]", "."),
        *("|upper", "|safe", "{% if name == 'x' %}", "{% endif %}", "{% set name = 'x' %}"),
        *("Subject:", "\n", "\ud800", "\0"),
    ]
)


def template(source: str, channel: Channel = Channel.TEXT) -> Content:
    """Return the content that a template is."""
    return describe_template(source, id="welcome", channel=channel, author="anne")


def renderer(source: str) -> JinjaRenderer:
    """Return a renderer that has one template, whatever it is asked for."""
    return JinjaRenderer(lambda _: source)


def filled(source: str, channel: Channel = Channel.TEXT, **values: str) -> Rendered:
    """Return a template filled in with some values."""
    return renderer(source).render(template(source, channel), Profile(values=values))


def fault(content: Content, source: str, profile: Profile | None = None) -> RenderError:
    """Return the error with which a template is not filled in; it repeats nothing of theirs."""
    with pytest.raises(RenderError) as caught:
        renderer(source).render(content, profile or Profile(values={"name": THEIRS}))
    error = caught.value
    assert error.where == "welcome"
    assert THEIRS not in f"{error} {error!r} {error.args}"
    return error


@pytest.mark.no_cover
@given(WORDS, st.text(min_size=1).filter(seen), WORDS)
def test_values_are_filled_in_as_they_are(before: str, value: str, after: str) -> None:
    """On a plain channel text and value come out as they went in, were the value a template."""
    source = f"{before}{{{{ name }}}}{after}"
    assert filled(source, name=value).body == before + value + after


@pytest.mark.parametrize(
    "value", ["{{ name }}", "{% if name %}", "{{ 7 * 7 }}", "{# note #}", "Subject: win"]
)
def test_a_value_is_never_read_as_a_template(value: str) -> None:
    """Who calls himself by a template is called by just that, everywhere."""
    for channel in Channel:
        rendered = filled("{{ name }}", channel, name=value)
        assert rendered == Rendered(value)


@pytest.mark.no_cover
@given(st.text(min_size=1).filter(seen))
def test_html_is_escaped_in_e_mail_alone(value: str) -> None:
    """Nothing of a value can be a tag, an end of a quotation or an entity in HTML."""
    for channel in Channel:
        body = filled("<p title='{{ name }}'>", channel, name=value).body.removeprefix("<p title='")
        inner = body.removesuffix("'>")
        if channel is Channel.EMAIL:
            assert not set("<>'\"") & set(inner)
            assert unescape(inner) == value
        else:
            assert inner == value


def test_which_channels_are_html_is_chosen() -> None:
    """A company that mails plain text says so, and its customers see no entities."""
    plain = JinjaRenderer(lambda _: "{{ name }}", markup=())
    mail = template("{{ name }}", Channel.EMAIL)
    assert plain.render(mail, Profile(values={"name": THEIRS})).body == THEIRS
    assert "&lt;b&gt;" in filled("{{ name }}", Channel.EMAIL, name=THEIRS).body


def test_a_value_that_says_it_is_safe_is_escaped_too() -> None:
    """A text of a class that calls itself HTML is a text like any other."""
    assert "<" not in filled("{{ name }}", Channel.EMAIL, name=Markup(THEIRS)).body  # noqa: S704 - what is tested


@pytest.mark.parametrize(
    ("source", "subject", "body"),
    [
        ("Subject: Hi {{ name }}\n\nDear {{ name }}\n", "Hi A & B", "Dear A &amp; B\n"),
        ("Subject:Hi\r\n\r\nDear", "Hi", "Dear"),
        ("Subject: Hi", "Hi", ""),
        ("Subject:\nDear", "", "Dear"),
        ("subject: Hi", None, "subject: Hi"),
        ("Dear\nSubject: Hi", None, "Dear\nSubject: Hi"),
    ],
)
def test_the_first_line_of_an_e_mail_may_be_its_subject(
    source: str, subject: str | None, body: str
) -> None:
    """It is under the same digest, and plain text where the body is HTML."""
    assert filled(source, Channel.EMAIL, name="A & B") == Rendered(body, subject)


def test_a_subject_is_one_line() -> None:
    """No value brings headers of its own into a message."""
    value = "Mari\r\nBcc: everybody@example.com\u2028\x0bX: y"
    rendered = filled("Subject: {{ name }}\nHi", Channel.EMAIL, name=value)
    assert rendered.subject == "Mari Bcc: everybody@example.com X: y"


def test_only_e_mail_has_a_subject() -> None:
    """On other channels the line is text like the rest."""
    assert filled("Subject: {{ name }}", Channel.POST, name="Mari") == Rendered("Subject: Mari")


def test_conditions_and_filters_work() -> None:
    """A letter may depend on values, and change the case of letters."""
    source = (
        "{% if lang == 'et' and not city in 'Tartu' %}Tere"
        "{% elif lang != 'et' or city == '' %}Hello"
        "{% else %}Tervist{% endif %} {{ name | trim | title }}{# for the shop #}"
    )
    name = " mari maasikas "
    assert filled(source, lang="et", city="Narva", name=name).body == "Tere Mari Maasikas"
    assert filled(source, lang="et", city="Tartu", name=name).body == "Tervist Mari Maasikas"
    assert filled(source, lang="fi", city="Tartu", name=name).body == "Hello Mari Maasikas"
    assert filled("{{ name|upper|lower|capitalize }}", name="mARI").body == "Mari"


@pytest.mark.parametrize(
    ("source", "node"),
    [
        ("{% for one in name %}{{ one }}{% endfor %}", "For"),
        ("{% set name = 'x' %}", "Assign"),
        ("{% include 'other' %}", "Include"),
        ("{% import 'other' as other %}", "Import"),
        ("{% extends 'other' %}", "Extends"),
        ("{% block one %}{% endblock %}", "Block"),
        ("{% macro one() %}{% endmacro %}", "Macro"),
        ("{% autoescape false %}{{ name }}{% endautoescape %}", "Scope"),
        ("{% filter upper %}x{% endfilter %}", "FilterBlock"),
        ("{% with a = 'x' %}{% endwith %}", "With"),
        ("{{ name.__class__ }}", "Getattr"),
        ("{{ name['__class__'] }}", "Getitem"),
        ("{{ name.upper() }}", "Call"),
        ("{{ range(10) }}", "Call"),
        ("{{ name | safe }}", "Filter"),
        ("{{ name | attr('x') }}", "Filter"),
        ("{{ name | nonsense }}", "Filter"),
        ("{{ 'x' * 9 }}", "Mul"),
        ("{{ name ~ name }}", "Concat"),
        ("{{ name + name }}", "Add"),
        ("{{ name if name else '' }}", "CondExpr"),
        ("{{ name is defined }}", "Test"),
        ("{{ ['x'] }}", "List"),
        ("{{ 7 }}", "Const"),
        ("{{ none }}", "Const"),
        ("{{ self }}", "Name"),
        ("\n{{ name | trim(chars='x') }}", "Keyword"),
    ],
)
def test_what_a_letter_does_not_need_is_refused(source: str, node: str) -> None:
    """There is nothing to loop, call, include, assign or look inside with, described or not."""
    where = "" if node == "Scope" else f" in line {1 + source.count(chr(10))}"
    with pytest.raises(RenderError, match=rf"welcome: a {node}{where}, \d deep; expected values"):
        template(source)
    described = attrs.evolve(template("{{ name }}"), digest=digest_of(source))
    assert fault(described, source).kind is RenderFault.FORBIDDEN


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Dear\n{{ name", "a TemplateSyntaxError in line 2"),
        ("{% if name %}", "a TemplateSyntaxError in line 1"),
        ("{{ 9" + "9" * 5_000 + " }}", "a ValueError"),
        ("{{ " + "(" * 5_000 + "name" + ")" * 5_000 + " }}", "a RecursionError"),
        ("{{ name" + "|upper" * 250 + " }}", "a Filter in line 1, 21 deep"),
        ("{% if name %}" * 20 + "{% endif %}" * 20, "a Name in line 1, 21 deep"),
    ],
)
def test_what_is_no_template_is_refused(source: str, found: str) -> None:
    """Neither a slip nor malice makes anything but a refusal, with the line where there is one."""
    with pytest.raises(RenderError) as caught:
        template(source)
    assert caught.value.found == found
    assert (caught.value.kind is RenderFault.FORBIDDEN) is found.endswith("deep")


def test_templates_may_be_nested_so_deep() -> None:
    """Twenty levels are read, and more are refused before anything takes long."""
    assert filled("{% if name %}" * 18 + "y" + "{% endif %}" * 18, name="x").body == "y"
    assert filled("{{ name" + "|upper" * 18 + " }}", name="x").body == "X"


def test_texts_are_compared_with_texts() -> None:
    """What only shows when it is filled in, a comparison of other things, is refused as well."""
    source = "{% if (name == 'x') in 'x' %}{% endif %}"
    assert fault(template(source), source).kind is RenderFault.FORBIDDEN


@pytest.mark.no_cover
@given(st.lists(PIECES, max_size=12).map("".join), st.sampled_from(Channel))
@example("{% if name %}" + "{% elif name %}" * 5_000 + "{% endif %}", Channel.TEXT)
def test_any_text_is_filled_in_or_refused(source: str, channel: Channel) -> None:
    """Whatever somebody writes: a text comes out, or an error of ours that says why not."""
    with suppress(RenderError):
        content = template(source, channel)
        assert content.variables <= {"name"}
        rendered = renderer(source).render(content, Profile(values={"name": "<{{ name }}>"}))
        assert len(rendered.body) <= 3 * len(source)


@pytest.mark.no_cover
@given(st.sets(st.sampled_from(["name", "city", "nimi", "päev"])))
def test_variables_are_found(names: set[str]) -> None:
    """The names of the values are found wherever they stand, in the subject too."""
    head, *others = sorted(names) or [""]
    subject = f"Subject: {{{{ {head} }}}}\n" if head else ""
    source = subject + "".join(f"{{% if {one} == 'x' %}}x{{% endif %}}" for one in others)
    assert template(source, Channel.EMAIL).variables == names


def test_an_undeclared_value_is_refused() -> None:
    """What a content does not declare is not filled in, though it be known of the customer."""
    source = "{{ name }}{{ city }}{{ age }}"
    content = attrs.evolve(template(source), variables={"name"})
    error = fault(content, source, Profile(values={"name": THEIRS, "city": "x", "age": "7"}))
    assert (error.kind, error.names) == (RenderFault.UNDECLARED, ("age", "city"))
    assert str(error) == "welcome: undeclared age, city; expected variables of the content"
    source = "Subject: {{ name }}\nHi"
    mail = attrs.evolve(template(source, Channel.EMAIL), variables=())
    assert fault(mail, source).kind is RenderFault.UNDECLARED


@pytest.mark.parametrize("values", [{}, {"name": ""}, {"name": " \n"}, {"Name": "Mari"}])
def test_a_missing_value_is_refused(values: dict[str, str]) -> None:
    """C06: nobody gets a letter that begins with Dear, and then nothing."""
    source = "Dear {{ name }}"
    error = fault(template(source), source, Profile(values=values))
    assert (error.kind, error.names) == (RenderFault.MISSING, ("name",))


def test_a_declared_value_is_needed_used_or_not() -> None:
    """The renderer and the policy ask the same: every declared value has to be known."""
    content = attrs.evolve(template("Hi"), variables={"name"})
    assert fault(content, "Hi", Profile()).kind is RenderFault.MISSING


@pytest.mark.no_cover
@given(WORDS, WORDS)
def test_a_changed_template_is_refused(before: str, after: str) -> None:
    """C04: one character of difference, and nothing comes of it."""
    content = template(before)
    if before == after:
        assert renderer(after).render(content, Profile()).body == after
    else:
        assert fault(content, after).kind is RenderFault.CHANGED


@pytest.mark.parametrize("source", [None, b"Dear {{ name }}"])
def test_a_template_that_is_not_there_is_refused(source: object) -> None:
    """A function that gives no text is told so."""
    with pytest.raises(RenderError) as caught:
        JinjaRenderer(lambda _: source).render(template(""), Profile())  # type: ignore[arg-type,return-value]
    assert caught.value.kind is RenderFault.NO_SOURCE


def test_sources_are_found_by_id_channel_and_language() -> None:
    """A mapping has a text for each content that the library tells apart."""
    texts = {
        ("welcome", Channel.TEXT, Lang.ET): "Tere",
        ("welcome", Channel.TEXT, None): "Hi",
        ("welcome", Channel.POST, None): "Dear",
    }
    has = JinjaRenderer(texts)
    for (_, channel, lang), source in texts.items():
        content = attrs.evolve(template(source, channel), lang=lang)
        assert has.render(content, Profile()).body == source
    finnish = attrs.evolve(template("Hi"), lang=Lang.FI)
    with pytest.raises(RenderError, match="welcome: None; expected a text"):
        has.render(finnish, Profile())


@pytest.mark.parametrize(
    ("source", "name", "fits"),
    [
        ("{{ name }}{{ name }}", "x" * 10, True),
        ("{{ name }}{{ name }}", "x" * 11, False),
        ("{{ name }}{# nothing #}", "x", False),
    ],
)
def test_texts_have_a_limit(source: str, name: str, fits: bool) -> None:
    """Neither the template nor what comes of it is longer than the limit, and it may be as long."""
    small = JinjaRenderer(lambda _: source, longest=20)
    profile = Profile(values={"name": name})
    if fits:
        assert len(small.render(template(source), profile).body) == 20
    else:
        with pytest.raises(
            RenderError, match=r"a text of \d+ characters; expected at most 20"
        ) as no:
            small.render(template(source), profile)
        assert no.value.kind is RenderFault.TOO_LONG


def test_what_was_filled_in_does_not_show() -> None:
    """The reprs of a result and of a renderer hold no text."""
    rendered = filled("Subject: {{ name }}\n{{ name }}", Channel.EMAIL, name=THEIRS)
    assert THEIRS not in repr(rendered)
    assert "Dear" not in repr(JinjaRenderer({("a", Channel.TEXT, None): "Dear"}))


def test_faults_are_short_names_and_errors_are_ours() -> None:
    """A hook can give a fault as its reason to fail, and catch the error by either base."""
    assert all(re.fullmatch("[a-z_]{1,30}", one.value) for one in RenderFault)
    assert issubclass(RenderError, CxJourneyError)
    assert issubclass(RenderError, ValueError)


def test_the_extra_is_loaded_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The renderer is found in the package; without Jinja2 the error names what to install."""
    assert channels.JinjaRenderer is JinjaRenderer
    monkeypatch.setitem(sys.modules, "jinja2", None)
    for name in [one for one in sys.modules if one.endswith(".channels._rendering")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(channels, "JinjaRenderer")
    with pytest.raises(MissingExtraError, match=r"pip install 'cxjourney\[templates\]'"):
        _ = channels.JinjaRenderer


APPROVED = "Dear {{ name }}, thank you for your trust."
REWRITTEN = "Dear Rich Fat Bastard, thank you for your trust."
HUNDRED, ALL_OF_THEM = 100, 30_000


def gets_it(content: Content, source: str, audience: int) -> bool:
    """Say whether a customer gets a letter that the policy and the renderer both let pass."""
    journey = Journey("c")
    journey.purchased(at=AT)
    journey.consent_given(channel=Channel.EMAIL, purpose=Purpose.AFFIRM, at=AT)
    profile = Profile(ZoneInfo("Europe/Tallinn"), values={"name": "Mari"})
    intent = Intent(
        customer="c",
        engagement="",
        play="affirm",
        occurrence="1:AFFIRM:1",
        cause="#1",
        cycle=1,
        purpose=Purpose.AFFIRM,
        channels=(Channel.EMAIL,),
        planned_at=AT,
        not_before=AT,
        content=content.id,
    )
    case = Case(
        intent=intent,
        channel=Channel.EMAIL,
        now=AT,
        situation=journey.situation,
        owed=journey.owed,
        history=History.of([journey]),
        profile=profile,
        content=content,
        audience=audience,
    )
    try:
        JinjaRenderer(lambda _: source).render(content, profile)
    except RenderError:
        return False
    return Policy().choose([case]).ruling.passes


@pytest.mark.parametrize("audience", [1, HUNDRED, HUNDRED + 1, ALL_OF_THEM])
def test_the_story_of_the_rewritten_salutation(audience: int) -> None:
    """002: an employee rewrites the salutation, and nobody gets it until others approved it."""
    written = template(APPROVED, Channel.EMAIL)
    assert not gets_it(written, APPROVED, audience)
    once = attrs.evolve(written, approvals=[Approval("bert", written.digest)])
    assert gets_it(once, APPROVED, audience) is (audience <= HUNDRED)
    twice = attrs.evolve(once, approvals=[*once.approvals, Approval("cleo", written.digest)])
    assert gets_it(twice, APPROVED, audience)

    # He changes the file alone: the digest of what was approved is of another text.
    assert not gets_it(twice, REWRITTEN, audience)
    # He describes it anew, in his name; what was approved is not this text.
    his = attrs.evolve(twice, author="dave", digest=digest_of(REWRITTEN))
    assert not gets_it(his, REWRITTEN, audience)
    # Or in the old author's name.
    assert not gets_it(attrs.evolve(his, author="anne"), REWRITTEN, audience)
    # He approves it himself.
    own = attrs.evolve(his, approvals=[*his.approvals, Approval("dave", his.digest)])
    assert not gets_it(own, REWRITTEN, audience)
    # A second person approves it: then it may go to a few; with a third, to everybody.
    seconded = attrs.evolve(own, approvals=[*own.approvals, Approval("bert", own.digest)])
    assert gets_it(seconded, REWRITTEN, audience) is (audience <= HUNDRED)
    again = attrs.evolve(seconded, approvals=[*seconded.approvals, Approval("bert", own.digest)])
    assert gets_it(again, REWRITTEN, audience) is (audience <= HUNDRED)
    thirded = attrs.evolve(seconded, approvals=[*again.approvals, Approval("cleo", own.digest)])
    assert gets_it(thirded, REWRITTEN, audience)
