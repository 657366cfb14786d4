"""The responses to preflights and to refused requests, and the allowed preflights that are remembered.

Owns: how a verdict becomes a response, and what is remembered of allowed preflights.
Leaves to: `aiohttp_cors._server.preflights` the verdict.

A browser's preflights for one resource are few and the same, but for the origin. So the row of a method is
remembered, and an allowed answer by the line of header names. The origin is set in each answer: nothing
grows with origins. Resources that are alike share their answers. The number of answers is bounded, and
all are dropped with the table.
"""

from typing import Final, final

from aiohttp import hdrs, web
from multidict import CIMultiDict, CIMultiDictProxy

from aiohttp_cors._protocol.checks import judge_preflight, refuse_origin
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.verdicts import (
    Asked,
    PreflightAllowed,
    PreflightVerdict,
    Refusal,
    Refused,
)
from aiohttp_cors._server.aiohttp_release import TYPES_EMPTY_BODIES
from aiohttp_cors._server.decision import keep
from aiohttp_cors._server.headers import first_line, lines_of_names
from aiohttp_cors._server.log import is_listened_to, log_refusal
from aiohttp_cors._table.alike import Answers
from aiohttp_cors._table.coverage import Row
from aiohttp_cors._table.router import Mounted
from aiohttp_cors._table.scope import NOTHING_KNOWN
from aiohttp_cors._table.table import Table

_VARY: Final = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
_OF_TEXT: Final = CIMultiDictProxy(
    CIMultiDict({hdrs.VARY: _VARY, hdrs.CONTENT_TYPE: "text/plain; charset=utf-8"})
)
"""The headers of a refusal that tells nothing but its text; no response can write to a proxy."""

REFUSAL_BEGINS: Final = "CORS preflight request failed: "
"""How the text of every refusal begins: the words of aiohttp-cors 0.8.1."""

_MOST: Final = 1024
"""How many methods are remembered for one application, of resources that are not alike."""
MOST_LINES: Final = 64
"""How many answers are remembered for one of them."""
_LONGEST: Final = 512
"""The longest line of header names that is remembered; browsers' are far shorter."""


@final
class PreflightAnswer(web.Response):
    """An answer of ours: it is finished, and nothing more is written to it."""


@final
class PreflightRefusal(web.HTTPForbidden):
    """A refusal of ours that was raised, as views of the classic API do."""


@final
class ForgedRefusal(web.Response):
    """The answer to a request that an enforced policy does not allow."""


def is_finished(response: web.StreamResponse) -> bool:
    """Whether `response` is an answer of ours, and nothing is to be written to it."""
    if type(response) is PreflightAnswer:
        if TYPES_EMPTY_BODIES and not response.body:
            response.headers.popall(hdrs.CONTENT_TYPE, None)
        return True
    if type(response) is ForgedRefusal:
        return True
    if type(response) is PreflightRefusal:
        # Once raised, it is in a cycle with its own traceback: a load for the collector.
        response.__traceback__ = None
        return True
    return False


def answer(request: web.Request, verdict: PreflightVerdict) -> web.Response:
    """The answer to a preflight: a 200, or a 403 if it is refused.

    A refusal that tells an allowed origin what is allowed is a 200 as well; its body is the text.
    """
    if isinstance(verdict, PreflightAllowed):
        return PreflightAnswer(headers=CIMultiDict([*verdict.headers, (hdrs.VARY, _VARY)]))
    log_refusal(request, first_line(request, hdrs.ORIGIN), verdict)
    return _refusal(verdict)


def status_of(verdict: PreflightVerdict) -> int:
    """The status of the answer: 403 for a refusal that tells nothing."""
    return 200 if verdict.headers else 403


def answer_or_raise(
    request: web.Request, verdict: PreflightVerdict, *, is_routed: bool
) -> web.Response:
    """The same, but a 403 is raised as `web.HTTPForbidden`: programs of 0.8.1 expect that.

    `is_routed`: a router has seen the request, so that it is a real one.
    """
    response = answer(request, verdict)
    if response.status == 403:
        refusal = PreflightRefusal(text=response.text, headers={hdrs.VARY: _VARY})
        if is_routed:
            # aiohttp 4 makes a response of its own of what is raised: nothing is written to that.
            keep(request, None, refusal)
        raise refusal
    return response


def refuse_forged(text: str) -> web.Response:
    """The 403 to a request that an enforced policy does not allow.

    No page may read it, and no cache may hand it to a page that is allowed.
    """
    body = f"Cross-origin request refused: {text}\n".encode(errors="backslashreplace")
    headers = {hdrs.CONTENT_TYPE: "text/plain; charset=utf-8", hdrs.CACHE_CONTROL: "no-store"}
    return ForgedRefusal(body=body, status=403, headers=headers)


def recall(table: Table, request: web.Request, resource: object) -> web.Response | None:
    """The answer to a preflight whose row is remembered; None if it has to be judged.

    Precondition: `aiohttp_cors._server.headers.is_preflight(request)`.
    """
    method = first_line(request, hdrs.ACCESS_CONTROL_REQUEST_METHOD) or ""
    answers = table.answers(resource)
    known = None if answers is None else answers.get(method)
    if known is None:
        return None
    origin, policy = first_line(request, hdrs.ORIGIN) or "", known.policy
    grant = policy.match(origin)
    if grant is None:
        # While somebody listens, what is judged is told.
        is_told = is_listened_to()
        return _refusal(refuse_origin(origin)) if known.refuses_origin and not is_told else None
    lines = lines_of_names(request)
    ready = known.ready.get((grant, lines[0] if lines else "")) if len(lines) < 2 else None
    if ready is None:
        return None
    told = PreflightAnswer(headers=ready)  # a copy: nobody can write to `ready`
    if grant.allow_origin is None:
        told.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
    return told


def remember(
    table: Table,
    mounted: Mounted,
    asked: Asked,
    row: Row,
    grant: Grant | None,
    verdict: PreflightVerdict,
) -> None:
    """Remember the row of a resource that has its URLs for itself, and an allowed answer.

    A policy that has to be asked (a predicate, a live set, a view) is not remembered, and nothing is
    while the router may grow.
    """
    policy = row.policy
    if not isinstance(policy, CompiledPolicy) or policy.asks or len(mounted.apps) != 1:
        return
    # Methods that nobody routes are the client's to choose.
    is_routed = asked.method in table.methods(mounted)
    if not is_routed or not mounted.apps[0].router.frozen or not table.is_listed(mounted):
        return
    answers = table.answers_of(mounted)
    known = answers.get(asked.method)
    if known is None:
        if table.answered >= _MOST:
            return
        # Whatever header names such an origin asks for, it is refused before they are read.
        refused = judge_preflight(Asked("", asked.method, ()), policy, None, row, NOTHING_KNOWN)
        refuses_origin = isinstance(refused, Refused) and refused.refusal is Refusal.ORIGIN
        known = answers[asked.method] = Answers(policy, refuses_origin=refuses_origin)
        table.answered += 1
    line = ",".join(asked.header_lines)
    is_short = len(line) <= _LONGEST and len(known.ready) < MOST_LINES
    if grant is not None and isinstance(verdict, PreflightAllowed) and is_short:
        # A proxy: aiohttp 3.11.8 to 3.11.15 make a `CIMultiDict` the very headers of a response, to
        # which aiohttp and middlewares write.
        told = CIMultiDict([*verdict.headers, (hdrs.VARY, _VARY)])
        known.ready[grant, line] = CIMultiDictProxy(told)


def _refusal(refused: Refused) -> web.Response:
    # A byte that is no UTF-8 reaches us as a lone surrogate; no response can carry one.
    text = f"{REFUSAL_BEGINS}{refused.text}"
    return PreflightAnswer(
        body=text.encode(errors="backslashreplace"),
        status=status_of(refused),
        headers=CIMultiDict([*refused.headers, *_OF_TEXT.items()]) if refused.headers else _OF_TEXT,
    )
