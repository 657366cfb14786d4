"""The steps of an explanation: each check as a sentence with the values that were compared.

Owns: the words of the checks, their order, and the links to where they are defined.
Leaves to: `aiohttp_cors._tools.outcomes` what came of each check.
"""

from collections.abc import Iterator
from typing import Final

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.verdicts import Dialect, Refusal
from aiohttp_cors._table.coverage import Level, Row
from aiohttp_cors._table.overlap import path_shown
from aiohttp_cors._tools.explanation import FAILS, PASSES, UNKNOWN, Mark, Step
from aiohttp_cors._tools.ground import Ground
from aiohttp_cors._tools.outcomes import Answer, Asked, Chance, Outcome
from aiohttp_cors._tools.question import Question
from aiohttp_cors._tools.rules import Rule, rule_of
from aiohttp_cors._values.place import Place
from aiohttp_cors._values.policy import LiveSource
from aiohttp_cors.browser.checks import BlockReason, HttpResponse

_FETCH: Final = "https://fetch.spec.whatwg.org/"
_METHODS: Final = f"{_FETCH}#forbidden-method"
_HEADERS: Final = f"{_FETCH}#forbidden-request-header"
_PREFLIGHT: Final = f"{_FETCH}#cors-preflight-fetch"
_PROTOCOL: Final = f"{_FETCH}#http-cors-protocol"
_REQUESTS: Final = f"{_FETCH}#http-requests"
_CORS_CHECK: Final = f"{_FETCH}#concept-cors-check"
_READABLE: Final = f"{_FETCH}#concept-filtered-response-cors"
_SAME_ORIGIN: Final = "https://html.spec.whatwg.org/#same-origin"
_ROUTING: Final = "https://docs.aiohttp.org/en/stable/web_reference.html#router"

_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
_ALLOW_CREDENTIALS: Final = "Access-Control-Allow-Credentials"
_ORIGIN_REASONS: Final = frozenset(
    {
        BlockReason.ALLOW_ORIGIN_MISSING,
        BlockReason.ALLOW_ORIGIN_MISMATCH,
        BlockReason.ALLOW_ORIGIN_WILDCARD,
    }
)
_BOUND: Final = {
    Level.ROUTE: "bound to the route",
    Level.RESOURCE: "bound to the resource",
    Level.SUB_APPLICATION: "bound to the sub-application",
    Level.EVERYWHERE: "bound everywhere",
}


def page_steps(question: Question) -> Iterator[Step]:
    """What the browser does before it asks any server."""
    method = question.method
    if question.is_forbidden:
        text = f"No script can send {method}: fetch() throws, and no server is asked."
        yield Step(side="browser", check="forbidden method", link=_METHODS, mark=FAILS, text=text)
        return
    if question.dropped:
        names = ", ".join(question.dropped)
        text = f"No script can set {names}: the browser leaves that out without a word."
        yield Step(
            side="browser",
            check="forbidden request-header",
            link=_HEADERS,
            mark=PASSES,
            text=text,
        )
    if question.is_same_origin:
        text = f"The page is of the server's own origin, {question.origin}: nothing is checked."
        yield Step(side="browser", check="same origin", link=_SAME_ORIGIN, mark=PASSES, text=text)
        return
    yield Step(
        side="browser",
        check="CORS-preflight fetch",
        link=_PREFLIGHT,
        mark=PASSES,
        text=_why_preflight(question),
    )


def _why_preflight(question: Question) -> str:
    reasons = (
        [f"{question.method} is no CORS-safelisted method"] if question.has_unsafe_method else []
    )
    if question.headers:
        names = ", ".join(question.headers)
        are = (
            "are no CORS-safelisted request-headers"
            if len(question.headers) > 1
            else ("is no CORS-safelisted request-header")
        )
        reasons.append(f"{names} {are}")
    if reasons:
        return f"{'; '.join(reasons)}: the browser sends a preflight first."
    return f"{question.method} needs no preflight: the request is sent at once."


def route_step(question: Question, ground: Ground, *, is_blocked: bool) -> Step:
    """What serves the request."""
    what = f"{question.method} {question.path}"
    served = "" if ground.mounted is None else path_shown(ground.mounted.resource)
    if ground.location is not None:
        text = f"normalize_path_middleware redirects {what} to {ground.location}."
    elif (
        ground.status is None and ground.mounted is not None and not ground.serves(question.method)
    ):
        text = (
            f"{served} serves {', '.join(sorted(ground.methods))} and no {question.method} (405)."
        )
    elif ground.status is None:
        text = f"{what} is served by {served or 'a resource that nobody names'}."
    elif ground.status == 405:
        methods = ", ".join(sorted(ground.methods)) or "other methods"
        text = f"No route serves {what}: {served or 'the path'} serves {methods} (405)."
    else:
        text = f"No route serves {what}: the router answers {ground.status}."
    is_served = ground.mounted is None or ground.serves(question.method)
    fails = is_blocked and not (ground.status is None and ground.location is None and is_served)
    mark: Mark = FAILS if fails else PASSES
    return Step(side="server", check="route", link=_ROUTING, mark=mark, text=text)


def policy_step(ground: Ground) -> Step:
    """Which policy covers the request."""
    row = ground.row
    place = None if row.written is None else row.written.bound
    mark: Mark = PASSES
    if row.policy is not None:
        text = f"A policy {_BOUND[row.level]} covers this route."
        if row.dialect is Dialect.CLASSIC:
            text = "What was added in the classic API covers this route."
    elif row.level is not Level.NOBODY:
        mark = FAILS
        text = (
            "This route is among what .everywhere(excluding=...) leaves out: no policy covers it."
        )
    elif ground.table is None:
        mark, text = (
            FAILS,
            "CORS is not set up in any application on the way: no policy covers this route.",
        )
    else:
        mark, text = FAILS, "No policy covers this route."
    if mark == FAILS:
        text += " What its handler writes by itself is not looked at."
    return _server("policy", mark, text, place=place)


def view_step(view: str, place: Place | None) -> Step:
    """A view whose own code has to be asked."""
    text = f"{view} decides by code of its own; explain does not call it. If it allows nothing, the request is blocked."
    return _server("policy", UNKNOWN, text, place=place)


def foreign_step(text: str) -> Step:
    """Code of the program's own that chooses what serves the request."""
    return Step(side="server", check="route", link=_ROUTING, mark=UNKNOWN, text=text)


def by_hand_step(handler: str) -> Step:
    """A handler of the program's own that gets the preflight."""
    text = (
        f"No policy covers this route, and {handler} answers its preflights by hand; explain does not"
        " call it. If it writes no CORS headers, the request is blocked."
    )
    return _server("policy", UNKNOWN, text)


def origin_steps(
    question: Question,
    row: Row,
    policy: CompiledPolicy,
    chances: list[Chance],
    *,
    is_open: bool,
    if_no: str,
) -> Iterator[Step]:
    """Who is allowed: a step for each that has to be asked, and one for what decides then.

    `is_open`: the answers that are not known make a difference; `if_no` says which one.
    """
    origin = question.origin
    for chance in chances:
        rule = None if chance.grant is None else rule_of(row, policy, chance.grant, origin)
        if not chance.is_certain:
            text = f"{_who(chance.asked)} decides about {origin}; explain does not call it."
            if isinstance(chance.asked, LiveSource):
                text = f"The live set does not hold {origin} now, and may hold it later."
            if not is_open:
                text += " The answer makes no difference here."
            elif if_no:
                text += f" If {'it does not' if isinstance(chance.asked, LiveSource) else 'it says no'}: {if_no}."
            yield _by_rule("origin", UNKNOWN if is_open else PASSES, text, rule)
            continue
        if rule is None:
            if not is_open:
                yield _server(
                    "origin", FAILS, f"No rule of the policy that decides allows {origin}."
                )
            return
        text = f"{origin} is allowed."
        if isinstance(chance.asked, LiveSource):
            text = f"The live set holds {origin} now."
        yield _by_rule("origin", PASSES, text, rule)


def _who(asked: Asked | None) -> str:
    if isinstance(asked, LiveSource) or asked is None:
        return "The live set"
    predicate: object = asked.predicate
    module = getattr(predicate, "__module__", "")
    name: object = getattr(predicate, "__qualname__", None) or type(predicate).__qualname__
    return f"The predicate {module}.{name}"


def judged_steps(
    question: Question, ground: Ground, outcome: Outcome, rule: Rule | None
) -> Iterator[Step]:
    """The server's checks of the requested method and headers, up to the one that fails."""
    refusal = None if outcome.refused is None else outcome.refused.refusal
    if ground.preflight is None:
        if refusal is Refusal.METHOD:
            text = f"The rule does not allow {question.method}: the answer has no CORS headers."
            yield _by_rule("method", FAILS, text, rule)
        return
    if refusal in {Refusal.NOT_COVERED, Refusal.NO_ORIGINS, Refusal.ORIGIN}:
        return
    if rule is None and refusal is None:
        return
    if len(outcome.answers) == 1 or outcome.refused is None:
        method_fails = refusal is Refusal.METHOD
        text = f"Access-Control-Request-Method: {question.method} is {'not ' if method_fails else ''}allowed."
        yield _by_rule("requested method", FAILS if method_fails else PASSES, text, rule)
        if method_fails or not question.headers:
            return
        headers_fail = refusal is Refusal.HEADERS
        text = f"Access-Control-Request-Headers: {','.join(question.headers)} are allowed."
        if headers_fail and outcome.refused is not None:
            text = f"Access-Control-Request-Headers: {','.join(question.headers)}; {outcome.refused.text}."
        yield _by_rule("requested headers", FAILS if headers_fail else PASSES, text, rule)


def browser_steps(question: Question, outcome: Outcome, rule: Rule | None) -> Iterator[Step]:
    """The browser's checks of each answer, up to the one that fails."""
    has_preflight = question.needs_preflight
    for number, answer in enumerate(outcome.answers):
        is_preflight = has_preflight and number == 0
        blocked = outcome.blocked if number == len(outcome.answers) - 1 else None
        reason = None if blocked is None else blocked.reason
        of = "preflight" if is_preflight else "answer"
        yield from _cors_check(question, answer.response, of, reason, rule)
        if reason in _ORIGIN_REASONS or reason is BlockReason.ALLOW_CREDENTIALS:
            return
        if is_preflight:
            yield from _preflight_checks(question, answer, reason)
            if reason is not None:
                return
    if outcome.blocked is None:
        yield _readable(outcome.answers[-1].response, rule)


def _cors_check(
    question: Question,
    response: HttpResponse,
    of: str,
    reason: BlockReason | None,
    rule: Rule | None,
) -> Iterator[Step]:
    check = f"CORS check of the {of}"
    sent = response.get(_ALLOW_ORIGIN)
    shown = (
        f"{response.status} without {_ALLOW_ORIGIN}" if sent is None else f"{_ALLOW_ORIGIN}: {sent}"
    )
    mark: Mark = FAILS if reason in _ORIGIN_REASONS else PASSES
    text = f"{shown} for the origin {question.origin}."
    if reason is BlockReason.ALLOW_ORIGIN_WILDCARD:
        text = f"{shown} is not enough for a request with credentials."
    yield _browser(check, _CORS_CHECK, mark, text, rule if mark == FAILS else None)
    if question.credentials and mark == PASSES:
        value = response.get(_ALLOW_CREDENTIALS)
        text = (
            f"{_ALLOW_CREDENTIALS}: {value}."
            if value
            else f"No {_ALLOW_CREDENTIALS}, and the page sends credentials."
        )
        fails = reason is BlockReason.ALLOW_CREDENTIALS
        yield _browser(
            f"credentials of the {of}",
            _CORS_CHECK,
            FAILS if fails else PASSES,
            text,
            rule if fails else None,
        )


def _preflight_checks(
    question: Question, answer: Answer, reason: BlockReason | None
) -> Iterator[Step]:
    response = answer.response
    checks = (
        (
            "ok status",
            BlockReason.PREFLIGHT_STATUS,
            f"The preflight is answered {response.status}.",
        ),
        (
            "Access-Control-Allow-Methods",
            BlockReason.METHOD_NOT_ALLOWED,
            f"{response.line('Access-Control-Allow-Methods')} for {question.method}.",
        ),
        (
            "Access-Control-Allow-Headers",
            BlockReason.HEADER_NOT_ALLOWED,
            f"{response.line('Access-Control-Allow-Headers')} for {','.join(question.headers)}.",
        ),
    )
    for check, fails_with, text in checks:
        if fails_with is BlockReason.HEADER_NOT_ALLOWED and not question.headers:
            continue
        yield _browser(check, _PREFLIGHT, FAILS if reason is fails_with else PASSES, text, None)
        if reason is fails_with:
            return


def _readable(response: HttpResponse, rule: Rule | None) -> Step:
    exposed = response.get("Access-Control-Expose-Headers")
    text = "A script reads the body and the safelisted response headers"
    if exposed == "*":
        text += ", and all others but Set-Cookie, which no script can read."
    elif exposed:
        text += f", and {exposed}."
    else:
        text += " alone: nothing is exposed."
    return _browser("exposed headers", _READABLE, PASSES, text, rule if exposed else None)


def granted(outcome: Outcome) -> Grant | None:
    """What the outcome's origin was granted by what decides first."""
    return outcome.chances[0].grant


def _server(check: str, mark: Mark, text: str, *, place: Place | None = None) -> Step:
    return Step(side="server", check=check, link=_PROTOCOL, mark=mark, text=text, place=place)


def _by_rule(check: str, mark: Mark, text: str, rule: Rule | None) -> Step:
    said, place = ("", None) if rule is None else (rule.text, rule.place)
    link = _REQUESTS if check.startswith("requested") else _PROTOCOL
    return Step(side="server", check=check, link=link, mark=mark, text=text, rule=said, place=place)


def _browser(check: str, link: str, mark: Mark, text: str, rule: Rule | None) -> Step:
    said, place = ("", None) if rule is None else (rule.text, rule.place)
    return Step(
        side="browser", check=check, link=link, mark=mark, text=text, rule=said, place=place
    )
