"""`explain`: why a page may or may not read the answer to a request.

Owns: the walk from the page to the answer, and what is said where the program's own code decides.
Leaves to: `aiohttp_cors._tools.explanations.ground` what the application has at the URL, to
`aiohttp_cors._tools.explanations.outcomes` the judge and the browser, to `aiohttp_cors._tools.explanations.remedy` what would
help.

No request is sent. No handler, middleware, predicate or view of the program runs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from aiohttp import web

from aiohttp_cors._protocol.verdicts import Refusal
from aiohttp_cors._table.bindings import BINDINGS
from aiohttp_cors._table.overlap import path_shown
from aiohttp_cors._table.router import app_tree
from aiohttp_cors._tools.explanations.browser_steps import browser_steps, page_steps
from aiohttp_cors._tools.explanations.console import words_of
from aiohttp_cors._tools.explanations.enforcing import enforcement_step
from aiohttp_cors._tools.explanations.explanation import Explanation, Near, Remedy, Step
from aiohttp_cors._tools.explanations.ground import Ground, ground_of
from aiohttp_cors._tools.explanations.near import near_places
from aiohttp_cors._tools.explanations.never_sent import Foreign, foreign_at
from aiohttp_cors._tools.explanations.outcomes import Outcome, chances, outcomes
from aiohttp_cors._tools.explanations.question import Question, question
from aiohttp_cors._tools.explanations.remedy import remedy_for
from aiohttp_cors._tools.explanations.rules import Rule, rule_of
from aiohttp_cors._tools.explanations.server_steps import (
    by_hand_step,
    foreign_step,
    judged_steps,
    origin_steps,
    policy_step,
    route_step,
    view_step,
)
from aiohttp_cors._tools.rows import Api
from aiohttp_cors._values.place import place_of
from aiohttp_cors.browser.checks import BlockReason

_MOST_REDIRECTS: Final = 20

_REASONS: Final[Mapping[object, str]] = {
    Refusal.ORIGIN: "origin",
    Refusal.NO_ORIGINS: "origin",
    Refusal.METHOD: "method",
    Refusal.HEADERS: "headers",
    Refusal.NOT_COVERED: "not covered",
    BlockReason.ALLOW_ORIGIN_WILDCARD: "credentials",
    BlockReason.ALLOW_CREDENTIALS: "credentials",
    BlockReason.PREFLIGHT_STATUS: "status",
}


async def explain(
    app: web.Application,
    method: str,
    path: str,
    *,
    origin: str,
    headers: Iterable[str] | Mapping[str, str] = (),
    credentials: bool = False,
    api: Api | None = None,
) -> Explanation:
    """Why a page of `origin` may or may not read the answer to a request; see `Cors.explain`.

    `api` is the API in which a remedy is written where nothing covers the route yet; by default the
    one that the application uses.
    """
    asked = question(method, path, origin=origin, headers=headers, credentials=credentials)
    return await _explained(app, asked, api or _api_of(app), _MOST_REDIRECTS)


def _api_of(app: web.Application) -> Api:
    """The API that an application uses: the fluent one, unless it has nothing but additions."""
    said = [each[BINDINGS] for each in app_tree(app) if BINDINGS in each]
    is_fluent = any(len(each.routes) or len(each.resources) or each.are_broad for each in said)
    return "fluent" if is_fluent or not any(len(each.additions) for each in said) else "classic"


async def _explained(
    app: web.Application, asked: Question, api: Api, redirects: int
) -> Explanation:
    steps = list(page_steps(asked))
    if asked.is_forbidden:
        impossible = f"no script can send {asked.method}, whatever a server allows."
        return _told(asked, False, steps, "method", remedy=Remedy(impossible=impossible))
    if asked.is_same_origin:
        return _told(asked, True, steps)
    foreign = foreign_at(app, asked.path)
    if foreign is not None:
        return _told(asked, None, [*steps, foreign_step(_foreign_text(foreign))], "routing")
    ground = await ground_of(app, asked)
    if ground.view is not None:
        place = place_of(getattr(ground.view, "get_request_config", None))
        step = view_step(ground.view.__qualname__, place)
        return _told(
            asked, None, [*steps, route_step(asked, ground, is_blocked=False), step], "view"
        )
    if ground.by_hand is not None:
        handler = getattr(ground.by_hand.handler, "__qualname__", "a handler")
        route = route_step(asked, ground, is_blocked=False)
        return _told(asked, None, [*steps, route, by_hand_step(str(handler))], "handler")
    explanation = _judged(asked, ground, steps, api)
    if ground.location is None or explanation.allowed is not True or not redirects:
        return explanation
    # The browser reads the redirect, and goes where it leads.
    further = await _explained(app, replace(asked, path=ground.location), api, redirects - 1)
    return _told(
        asked,
        further.allowed,
        [*explanation.steps, *further.steps],
        further.reason,
        near=further.near,
        remedy=further.remedy,
        words=further,
    )


def _judged(asked: Question, ground: Ground, steps: list[Step], api: Api) -> Explanation:
    found = outcomes(asked, ground.preflight, ground.actual)
    passed = [outcome for outcome in found if outcome.blocked is None]
    allowed = True if len(passed) == len(found) else None if passed else False
    shown = passed[0] if allowed is None else found[-1]
    steps.append(route_step(asked, ground, is_blocked=allowed is False))
    steps.append(policy_step(ground))
    part = ground.actual if ground.preflight is None else ground.preflight
    rule = None
    if part.policy is not None:
        grant = shown.chances[0].grant
        rule = None if grant is None else rule_of(part.row, part.policy, grant, asked.origin)
        steps += origin_steps(
            asked,
            part.row,
            part.policy,
            chances(part.policy, asked.origin),
            is_open=allowed is None,
            if_no=_outcome_words(found[-1]),
        )
    steps += judged_steps(asked, ground, shown, rule)
    judged = shown.answers[-1].judged
    if judged is not None:
        steps.append(enforcement_step(asked, ground.actual.row, judged))
    steps += browser_steps(asked, shown, rule)
    if allowed is not False:
        # Where it is open, some outcome is a refusal.
        refused = [outcome for outcome in found if outcome.blocked is not None]
        return _told(asked, allowed, steps, *[_reason(outcome, ground) for outcome in refused[:1]])
    return _refused(asked, ground, steps, shown, rule, api)


def _refused(
    asked: Question,
    ground: Ground,
    steps: list[Step],
    outcome: Outcome,
    rule: Rule | None,
    api: Api,
) -> Explanation:
    reason = _reason(outcome, ground)
    return _told(
        asked,
        False,
        steps,
        reason,
        near=near_places(asked, ground, rule),
        remedy=remedy_for(asked, ground, rule, api),
        words=outcome,
    )


def _told(
    asked: Question,
    allowed: bool | None,
    steps: Iterable[Step],
    reason: str = "",
    *,
    near: tuple[Near, ...] = (),
    remedy: Remedy | None = None,
    words: Outcome | Explanation | None = None,
) -> Explanation:
    said = words.words if isinstance(words, Explanation) else None
    if isinstance(words, Outcome) and words.blocked is not None:
        said = words_of(words.blocked, asked.origin, status=words.answers[-1].response.status)
    return Explanation(
        method=asked.method,
        path=asked.path,
        origin=asked.origin,
        headers=asked.headers,
        credentials=asked.credentials,
        allowed=allowed,
        steps=tuple(steps),
        reason=reason,
        near=near,
        words=said,
        remedy=remedy,
    )


def _reason(outcome: Outcome, ground: Ground) -> str:
    """The failed check in a word or two."""
    if outcome.refused is not None:
        return _REASONS[outcome.refused.refusal]
    if ground.location is not None:
        return "redirect"
    reason = None if outcome.blocked is None else outcome.blocked.reason
    return _REASONS.get(reason, "not covered")


def _outcome_words(outcome: Outcome) -> str:
    if outcome.blocked is None:
        return "the request is allowed all the same"
    if outcome.refused is not None:
        return f"the request is blocked ({outcome.refused.refusal.value})"
    return f"the request is blocked ({outcome.blocked.reason.value})"


def _foreign_text(foreign: Foreign) -> str:
    kind = type(foreign.what)
    what = f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(foreign.what, web.AbstractResource):
        return (
            f"{path_shown(foreign.what)} is a {what}, a class of the program's own that chooses its"
            " requests by itself; explain does not call it."
        )
    return f"The router is a {what} of the program's own; explain does not call it."
