"""Filling in a template for one customer; needs the extra ``templates`` (SPEC C04, C06).

A template is of Jinja2, of which only what a letter needs is allowed: values by name, conditions,
and a few filters. There is nothing to loop, call, include or assign with, so that every template
comes to an end, and what it gives is about as long as what goes in.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum, unique
from functools import lru_cache

import attrs
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cxjourney.channels._content import Content, Profile, digest_of
from cxjourney.errors import RenderError
from cxjourney.vocabulary import Channel, Lang
from cxjourney.vocabulary._checks import a_number, all_of, as_set, describe
from cxjourney.vocabulary._terminal import Showable

LONGEST = 100_000
"""How many characters a template, and what comes of it, may have by default."""
FILTERS = frozenset({"capitalize", "lower", "title", "trim", "upper"})
"""The filters that a template may use."""
DEEPEST = 20
"""How deep conditions and filters may be nested: reading them takes time by its cube."""
ALLOWED = (
    nodes.And,
    nodes.Compare,
    nodes.If,
    nodes.Not,
    nodes.Operand,
    nodes.Or,
    nodes.Output,
    nodes.TemplateData,
)
"""What a template may be made of, beside names, texts and filters."""
ITSELF = "self"
"""The one name that Jinja2 gives a meaning of its own in what is allowed."""
UNREADABLE = (TemplateError, SyntaxError, RecursionError, MemoryError, ValueError)
"""What reading a template may raise: it is wrong or too deep, or a number in it too long."""
SUBJECT = re.compile(r"Subject:([^\r\n]*)[\r\n]*")

Sources = Mapping[tuple[str, Channel, Lang | None], str] | Callable[[Content], str | None]
"""The texts of templates: by id, channel and language, or from a function of the content."""


@unique
class RenderFault(Enum):
    """Why a template was not filled in; a hook may give the value as its reason to fail.

    NO_SOURCE: there is no text. CHANGED: the text is another than the content's digest says.
    TOO_LONG: the text is too long, or what comes of it. SYNTAX: it is no template. FORBIDDEN: it
    uses what a template may not use. UNDECLARED: it fills in what the content does not declare.
    MISSING: what it fills in is not known of the customer, or blank.
    """

    NO_SOURCE = "template_missing"
    CHANGED = "template_changed"
    TOO_LONG = "template_too_long"
    SYNTAX = "template_syntax"
    FORBIDDEN = "template_forbidden"
    UNDECLARED = "template_undeclared"
    MISSING = "values_missing"


@attrs.frozen
class Rendered(Showable):
    """A template filled in for one customer.

    Attributes:
        body: the text.
        subject: the subject of an e-mail, in one line and never marked up; None where the
            template's first line does not begin with ``Subject:``.
    """

    body: str
    subject: str | None = None

    def __repr__(self) -> str:
        return f"<Rendered: {len(self.body)} characters>"


@attrs.frozen
class _Part:
    """One text that is filled in, and the names of what it fills in."""

    template: Template
    names: frozenset[str]


@attrs.frozen(eq=False)
class JinjaRenderer(Showable):
    """Fills in templates; hooks call it, for the library itself fills in none.

    In a text that is HTML what is filled in is escaped; that makes it safe between tags and
    between quotes, not as the target of a link.

    Attributes:
        sources: the templates' texts.
        markup: the channels whose texts are HTML.
        longest: how many characters a text may have, before and after.

    Raises:
        InvalidError: when a field is not of its form.
    """

    sources: Sources = attrs.field(repr=False)
    markup: frozenset[Channel] = attrs.field(
        default=frozenset({Channel.EMAIL}),
        converter=as_set,
        validator=all_of(Channel),
        kw_only=True,
    )
    longest: int = attrs.field(default=LONGEST, validator=a_number(1), kw_only=True)

    def render(self, content: Content, profile: Profile) -> Rendered:
        """Fill in a content's template with the values of a customer's profile.

        Raises:
            RenderError: when the text is not the one that the content describes, is no template
                or does more than a template may, is too long, or needs a value that is not
                declared or not known.
        """
        html = content.channel in self.markup
        parts = _parts(self._source(content), content.id, content.channel, html=html)
        undeclared, unknown = _names(parts) - content.variables, content.variables - profile.known
        for fault, names, expected in (
            (RenderFault.UNDECLARED, sorted(undeclared), "variables of the content"),
            (RenderFault.MISSING, sorted(unknown), "values that are not blank"),
        ):
            if names:
                found = f"{fault.name.lower()} {', '.join(names)}"
                raise RenderError(content.id, found, expected, fault, names=tuple(names))
        *subject, body = [self._filled(part, profile, content.id) for part in parts]
        return Rendered(body, " ".join(subject[0].split()) if subject else None)

    def _source(self, content: Content) -> str:
        """Return the text of a content's template as it was described."""
        if isinstance(self.sources, Mapping):
            source = self.sources.get((content.id, content.channel, content.lang))
        else:
            source = self.sources(content)
        if not isinstance(source, str):
            raise RenderError(content.id, describe(source), "a text", RenderFault.NO_SOURCE)
        self._refuse_long(len(source), content.id)
        if digest_of(source) != content.digest:
            found, expected = "a text that was changed", "the one that the digest is of"
            raise RenderError(content.id, found, expected, RenderFault.CHANGED)
        return source

    def _filled(self, part: _Part, profile: Profile, content: str) -> str:
        values = {name: str.__str__(profile.values[name]) for name in part.names}  # no ``Markup``
        pieces: list[str] = []
        length = 0
        try:
            for piece in part.template.generate(values):
                length += len(piece)
                self._refuse_long(length, content)
                pieces.append(piece)
        except TypeError:
            found, expected = "a comparison of no texts", "texts compared with texts"
            raise RenderError(content, found, expected, RenderFault.FORBIDDEN) from None
        return "".join(pieces)

    def _refuse_long(self, length: int, content: str) -> None:
        if length > self.longest:
            found, expected = f"a text of {length} characters", f"at most {self.longest}"
            raise RenderError(content, found, expected, RenderFault.TOO_LONG)


def describe_template(
    source: str, *, id: str, channel: Channel, author: str, lang: Lang | None = None
) -> Content:
    """Return the content that a template is: its digest, and the names of what it fills in.

    Approvals and all else are added with ``attrs.evolve``.

    Args:
        source: the template's text.
        id: what plays and intents call it.
        channel: the channel it is written for.
        author: who wrote the text as it stands.
        lang: its language; None where it suits every customer.

    Raises:
        RenderError: when it is no template, or does more than a template may.
    """
    variables = _names(_parts(source, id, channel, html=False))
    return Content(id, channel, author, digest_of(source), lang=lang, variables=variables)


def _names(parts: Iterable[_Part]) -> frozenset[str]:
    return frozenset(name for part in parts for name in part.names)


def _parts(source: str, content: str, channel: Channel, *, html: bool) -> tuple[_Part, ...]:
    """Return the subject of a source, if it has one, and the body."""
    subject = SUBJECT.match(source) if channel is Channel.EMAIL else None
    body = _part(source[subject.end() if subject else 0 :], content, html=html)
    return (_part(subject[1], content, html=False), body) if subject else (body,)


@lru_cache(maxsize=256)
def _part(source: str, content: str, *, html: bool) -> _Part:
    """Return a part, unless it is no template or does more than a template may."""
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=html, keep_trailing_newline=True
    )
    try:
        tree = environment.parse(source)
        _refuse_more(content, tree)
        template = environment.from_string(tree)
    except RenderError:
        raise
    except UNREADABLE as error:
        line = error.lineno if isinstance(error, TemplateSyntaxError) else None
        found = f"a {type(error).__name__}{_in(line)}"
        raise RenderError(content, found, "a template of Jinja2", RenderFault.SYNTAX) from None
    return _Part(template, frozenset(node.name for node in tree.find_all(nodes.Name)))


def _refuse_more(content: str, node: nodes.Node, depth: int = 1) -> None:
    """Refuse whatever a template may not be made of, and what is nested too deep."""
    for child in node.iter_child_nodes():
        if depth > DEEPEST or not _is_allowed(child):
            found = f"a {type(child).__name__}{_in(child.lineno)}, {depth} deep"
            filters = ", ".join(sorted(FILTERS))
            expected = f"values, texts, conditions and {filters}, at most {DEEPEST} deep"
            raise RenderError(content, found, expected, RenderFault.FORBIDDEN)
        _refuse_more(content, child, depth + 1)


def _is_allowed(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Name):
        return node.name != ITSELF
    if isinstance(node, nodes.Const):
        return isinstance(node.value, str)
    if isinstance(node, nodes.Filter):
        return node.name in FILTERS
    return isinstance(node, ALLOWED)


def _in(line: int | None) -> str:
    return "" if line is None else f" in line {line}"
