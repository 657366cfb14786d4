"""The server's steps of an explanation: which route, which policy, which rule.

Owns: the words of the server's checks, in the order of the API that the policy was written in.
Leaves to: `aiohttp_cors._tools.explanations.outcomes` what came of each check.
"""

from collections.abc import Iterator
from typing import Final

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.verdicts import Dialect, Refusal
from aiohttp_cors._table.coverage import Level, Row
from aiohttp_cors._table.overlap import path_shown
from aiohttp_cors._tools.explanations.explanation import FAILS, PASSES, UNKNOWN, Mark, Step
from aiohttp_cors._tools.explanations.ground import Ground
from aiohttp_cors._tools.explanations.outcomes import Chance, Outcome
from aiohttp_cors._tools.explanations.question import Question
from aiohttp_cors._tools.explanations.rules import Rule, rule_of
from aiohttp_cors._values.place import Place
from aiohttp_cors._values.policy import LiveSource, OriginWhere

_PROTOCOL: Final = "https://fetch.spec.whatwg.org/#http-cors-protocol"
_REQUESTS: Final = "https://fetch.spec.whatwg.org/#http-requests"
_ROUTING: Final = "https://docs.aiohttp.org/en/stable/web_reference.html#router"

_BOUND: Final = {
    Level.ROUTE: "bound to the route",
    Level.RESOURCE: "bound to the resource",
    Level.SUB_APPLICATION: "bound to the sub-application",
    Level.EVERYWHERE: "bound everywhere",
}


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
            yield _by_rule("origin", UNKNOWN, _open_text(origin, chance, is_open, if_no), rule)
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


def _open_text(origin: str, chance: Chance, is_open: bool, if_no: str) -> str:
    if isinstance(chance.asked, OriginWhere):
        text, no = (
            f"{_named(chance.asked)} decides about {origin}; explain does not call it.",
            "says no",
        )
    else:
        text, no = f"The live set does not hold {origin} now, and may hold it later.", "does not"
    return (
        f"{text} If it {no}: {if_no}."
        if is_open
        else f"{text} The answer makes no difference here."
    )


def _named(where: OriginWhere) -> str:
    predicate: object = where.predicate
    module = getattr(predicate, "__module__", "")
    name: object = getattr(predicate, "__qualname__", None) or type(predicate).__qualname__
    return f"The predicate {module}.{name}"


def judged_steps(
    question: Question, ground: Ground, outcome: Outcome, rule: Rule | None
) -> Iterator[Step]:
    """The server's checks of the requested method and headers, up to the one that fails."""
    refused = outcome.answers[0].refused
    refusal = None if refused is None else refused.refusal
    if ground.preflight is None:
        if refusal is Refusal.METHOD:
            text = f"The rule does not allow {question.method}: the answer has no CORS headers."
            yield _by_rule("method", FAILS, text, rule)
        return
    if refusal in {Refusal.NOT_COVERED, Refusal.NO_ORIGINS, Refusal.ORIGIN}:
        return
    if rule is None and refusal is None:
        return
    method_fails = refusal is Refusal.METHOD
    asked = f"Access-Control-Request-Method: {question.method}"
    text = f"{asked} is {'not ' if method_fails else ''}allowed."
    yield _by_rule("requested method", FAILS if method_fails else PASSES, text, rule)
    if method_fails or not question.headers:
        return
    headers_fail = refusal is Refusal.HEADERS
    asked = f"Access-Control-Request-Headers: {','.join(question.headers)}"
    text = f"{asked} are allowed." if refused is None else f"{asked}; {refused.text}."
    yield _by_rule("requested headers", FAILS if headers_fail else PASSES, text, rule)


def _server(check: str, mark: Mark, text: str, *, place: Place | None = None) -> Step:
    return Step(side="server", check=check, link=_PROTOCOL, mark=mark, text=text, place=place)


def _by_rule(check: str, mark: Mark, text: str, rule: Rule | None) -> Step:
    said, place = ("", None) if rule is None else (rule.text, rule.place)
    link = _REQUESTS if check.startswith("requested") else _PROTOCOL
    return Step(side="server", check=check, link=link, mark=mark, text=text, rule=said, place=place)
