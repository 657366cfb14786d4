"""The browser's steps of an explanation, before it asks a server and when it has the answers.

Owns: the words of the browser's checks, and the links to where they are defined.
Leaves to: `aiohttp_cors._tools.explanations.outcomes` what came of each check.
"""

from collections.abc import Iterator
from typing import Final

from aiohttp_cors._tools.explanations.explanation import FAILS, PASSES, Mark, Step
from aiohttp_cors._tools.explanations.outcomes import Answer, Outcome
from aiohttp_cors._tools.explanations.question import Question
from aiohttp_cors._tools.explanations.rules import Rule
from aiohttp_cors.browser.checks import BlockReason, HttpResponse

_FETCH: Final = "https://fetch.spec.whatwg.org/"
_METHODS: Final = f"{_FETCH}#forbidden-method"
_HEADERS: Final = f"{_FETCH}#forbidden-request-header"
_PREFLIGHT: Final = f"{_FETCH}#cors-preflight-fetch"
_CORS_CHECK: Final = f"{_FETCH}#concept-cors-check"
_READABLE: Final = f"{_FETCH}#concept-filtered-response-cors"
_SAME_ORIGIN: Final = "https://html.spec.whatwg.org/#same-origin"

_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
_ALLOW_CREDENTIALS: Final = "Access-Control-Allow-Credentials"
_ORIGIN_REASONS: Final = frozenset(
    {
        BlockReason.ALLOW_ORIGIN_MISSING,
        BlockReason.ALLOW_ORIGIN_MISMATCH,
        BlockReason.ALLOW_ORIGIN_WILDCARD,
    }
)


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


def _browser(check: str, link: str, mark: Mark, text: str, rule: Rule | None) -> Step:
    said, place = ("", None) if rule is None else (rule.text, rule.place)
    return Step(
        side="browser", check=check, link=link, mark=mark, text=text, rule=said, place=place
    )
