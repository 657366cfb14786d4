"""`Rights`: what a request needs of a rule, how that is written, and what is dangerous about it.

Owns: the difference between what a rule gives and what a request needs.
Leaves to: `aiohttp_cors._tools.explanations.remedy` which rule is changed. Whether the change helps is the judge's
to say.
"""

from dataclasses import replace
from typing import Final, NamedTuple, final

from aiohttp_cors._tools.explanations.explanation import Change
from aiohttp_cors._tools.explanations.rules import ANY_KEY, Rule, listed, options_text
from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origins import (
    OVER_HTTP,
    Origin,
    OriginPattern,
    is_potentially_trustworthy,
    parse_origin,
)
from aiohttp_cors._values.policy import (
    Clause,
    LiveSource,
    OriginSource,
    credentials_problems,
)
from aiohttp_cors.browser.site import registrable_domain

_ANY_ORIGIN: Final = "every site may then read the answers, and any site can send such an origin."
_OPAQUE: Final = "any site can send this origin, by a sandboxed frame for example."
_CLEAR: Final = "over http whoever is on the network path can act with the user's credentials."
_SUFFIX: Final = "anybody can register a name below {0}, and act with the user's credentials."


@final
class Rights(NamedTuple):
    """What a request needs, or lacks: credentials, request headers in lower case, a method.

    `method` is empty where none is lacking.
    """

    credentials: bool
    headers: tuple[str, ...]
    method: str

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is lacking."""
        return not (self.credentials or self.headers or self.method)


def is_opaque(origin: str) -> bool:
    """Whether no rule can name the origin of a page: a sandboxed frame's, a local file's."""
    return isinstance(parse_origin(origin), Problem)


def lacking_in_clause(clause: Clause, rights: Rights) -> Rights:
    """What a clause does not give; the methods that are routed are given where it names none."""
    methods = clause.allow_methods
    # HEAD is allowed where GET is.
    named = {rights.method, *(["GET"] if rights.method == "HEAD" else [])}
    is_given = methods is None or methods == "*" or not named.isdisjoint(methods)
    return Rights(
        rights.credentials and not clause.allow_credentials,
        _lacking(clause.allow_headers, rights.headers),
        "" if is_given else rights.method,
    )


def lacking_in_options(options: ResourceOptions, rights: Rights) -> Rights:
    """What options do not give; `rights.method` is empty where they need not name it."""
    is_given = not rights.method or options.is_method_allowed(rights.method)
    return Rights(
        rights.credentials and not options.allow_credentials,
        _lacking(options.allow_headers, rights.headers),
        "" if is_given else rights.method,
    )


def _lacking(allowed: frozenset[str] | str, headers: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(allowed, str):
        return ()
    names = {name.lower() for name in allowed}
    return tuple(name for name in headers if name not in names)


def steps_of(rights: Rights, origins: tuple[OriginSource, ...]) -> str:
    """The steps that give a clause about `origins` these rights."""
    steps = ""
    if rights.credentials:
        over_http = any(True for _ in credentials_problems(origins, over_http=False))
        steps += f".allow_credentials({OVER_HTTP if over_http else ''})"
    if rights.headers:
        steps += f".allow_headers({listed(rights.headers)})"
    if rights.method:
        steps += f".allow_methods({listed([rights.method])})"
    return steps


def clause_of(origin: str, rights: Rights) -> str:
    """The clause that gives one origin these rights; for an opaque one it is about any origin."""
    parsed = parse_origin(origin)
    if isinstance(parsed, Origin):
        return f'.origin("{origin}"){steps_of(rights, (parsed,))}'
    return f".any_origin(){steps_of(rights, ())}"


def options_with(options: ResourceOptions, rights: Rights) -> ResourceOptions:
    """The options with these rights added."""
    headers = options.allow_headers
    if headers != "*":
        headers = headers | {name.upper() for name in rights.headers}
    methods = options.allow_methods
    if rights.method and methods != "*":
        methods = (methods or frozenset()) | {rights.method}
    return replace(
        options,
        allow_credentials=options.allow_credentials or rights.credentials,
        allow_headers=headers,
        allow_methods=methods,
    )


def options_code(key: str, options: ResourceOptions) -> str:
    """``"https://a.example": ResourceOptions()``."""
    return f'"{key}": {options_text(options)}'


def danger_of(change: Change, rule: Rule | None) -> str:
    """Why a change that gives rights is dangerous; empty where it is not."""
    if is_opaque(change.key) and change.key != ANY_KEY:
        return _OPAQUE if change.kind in {"options", "add"} else _ANY_ORIGIN
    if not change.allow_credentials:
        return ""
    given = None if rule is None or change.kind in {"clause", "bind", "add"} else rule.given
    sources: list[object] = [parse_origin(change.key)]
    if isinstance(given, Clause):
        sources = list(given.origins)
    for source in sources:
        if isinstance(source, LiveSource) and source.dangerously_over_http:
            return _CLEAR
        if isinstance(source, Origin | OriginPattern) and not is_potentially_trustworthy(source):
            return _CLEAR
        if isinstance(source, OriginPattern) and _is_below_public_suffix(source):
            return _SUFFIX.format(source.host)
    return ""


def is_for_others(rule: Rule, change: Change) -> bool:
    """Whether a change of what a rule gives is for other origins than the page's, too."""
    if isinstance(rule.given, Clause):
        return len(rule.given.origins) > 1 or not all(
            isinstance(source, Origin) for source in rule.given.origins
        )
    return change.key == ANY_KEY or isinstance(parse_origin(change.key), OriginPattern)


def _is_below_public_suffix(pattern: OriginPattern) -> bool:
    """Whether anybody can register a name that matches; not known without the extra ``testing``."""
    try:
        return pattern.subdomains and registrable_domain(pattern.host) is None
    except ImportError:
        return False
