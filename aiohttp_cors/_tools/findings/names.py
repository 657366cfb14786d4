"""Rules about the names and ages of a clause.

Owns: what is found about headers, methods and ages.
Leaves to: `aiohttp_cors._values.names` which names a script can use at all.

Sources:

- Fetch, *CORS-safelisted request-header*: https://fetch.spec.whatwg.org/#cors-safelisted-request-header
- Fetch, *CORS-safelisted response-header name*: https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
"""

from collections.abc import Callable, Iterator
from typing import Final, Literal

from aiohttp import hdrs

from aiohttp_cors._tools.findings.survey import Said, Survey
from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.findings import LONG_MAX_AGE, NEEDLESS_HEADER, UNSERVED_METHOD, Finding
from aiohttp_cors._values.names import parse_request_header, parse_response_header
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.vocabulary import SAFELISTED_RESPONSE_HEADERS

CHROMIUM_KEEPS: Final = 7200
"""The seconds for which Chromium keeps a preflight at most; Firefox 86400, WebKit 600."""

# Content-Type needs to be listed for all but three values, "application/json" among them.
_SAFELISTED_REQUEST_HEADERS: Final = frozenset({"accept", "accept-language", "content-language"})
_UNASKED: Final = "scripts may send it without being asked, unless its value is long or unusual"
_READABLE: Final = "scripts may read it whatever a server says"


def look(survey: Survey) -> Iterator[Finding]:
    """What the clauses list and need not."""
    for said in survey.said:
        yield from _needless(
            said, "allow_headers", _SAFELISTED_REQUEST_HEADERS, _UNASKED, parse_request_header
        )
        yield from _needless(
            said, "expose_headers", SAFELISTED_RESPONSE_HEADERS, _READABLE, parse_response_header
        )
        yield from _long_age(said)
        yield from _unserved(survey, said)


def _needless(
    said: Said,
    field: str,
    safelisted: frozenset[str],
    because: str,
    parse: Callable[[object], str | Problem],
) -> Iterator[Finding]:
    """Headers that need no listing, because scripts have them anyway or never."""
    names: frozenset[str] | Literal["*"] = getattr(said.rights, field)
    if not isinstance(names, frozenset):
        return
    reasons: dict[str, str] = {}
    for name in sorted(names):
        parsed = parse(name)
        if name == "*":
            continue  # a finding of its own
        if name.lower() in safelisted:
            reasons[name] = because
        elif isinstance(parsed, Problem):
            reasons[name] = parsed.because.removesuffix(": leave it out")
    if reasons:
        listed = "; ".join(f"{name} ({why})" for name, why in reasons.items())
        instead = said.names_text(field, names.difference(reasons))
        yield Finding(NEEDLESS_HEADER, said.place, f"{field} need not list {listed}", instead)


def _long_age(said: Said) -> Iterator[Finding]:
    age = said.rights.max_age
    if age is not None and age > CHROMIUM_KEEPS:
        text = f"no engine keeps a preflight for {age} s: Chromium 7200, Firefox 86400, WebKit 600"
        if age <= 86400:
            text = (
                f"of {age} s Chromium keeps a preflight 7200, WebKit 600; Firefox alone keeps all"
            )
        is_classic = isinstance(said.rights, ResourceOptions)
        instead = f"max_age={CHROMIUM_KEEPS}" if is_classic else f".max_age({CHROMIUM_KEEPS})"
        yield Finding(LONG_MAX_AGE, said.place, text, instead)


def _unserved(survey: Survey, said: Said) -> Iterator[Finding]:
    """Methods that are allowed and that no route has, of all about which the clause decides."""
    methods = said.rights.allow_methods
    served = survey.served.get(said.grant, set())
    if not isinstance(methods, frozenset) or not served or hdrs.METH_ANY in served:
        return
    unserved = sorted(methods - served - {hdrs.METH_ANY})
    if unserved:
        text = f"no route about which this decides serves {', '.join(unserved)}"
        instead = said.names_text("allow_methods", methods - set(unserved))
        yield Finding(UNSERVED_METHOD, said.place, text, instead)
