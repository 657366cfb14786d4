"""What the application itself answers, judged in this process, without its handlers.

Owns: a request that no socket carried, and the answer of this library's own code to it.
Leaves to: `aiohttp_cors._server.preflights`, `actual` and `guard` that code: what is
expected is what a server with this application sends.
"""

import asyncio
from typing import Final

from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._server.actual import Receiver, row_of_actual
from aiohttp_cors._server.answers import answer
from aiohttp_cors._server.guard import judge_request
from aiohttp_cors._server.headers import facts_of
from aiohttp_cors._server.preflights import judge, refuse, table_of
from aiohttp_cors._server.selection import Landed, landed, select
from aiohttp_cors._table.coverage import RowPolicy, ViewPolicy
from aiohttp_cors._table.router import Mounted
from aiohttp_cors._table.table import Table
from aiohttp_cors._tools.placing import place
from aiohttp_cors._tools.probing.comparison import protocol_headers
from aiohttp_cors._tools.probing.rows import BROWSER_HEADERS, Expected, Question
from aiohttp_cors.browser.checks import HttpResponse

_ANOTHER: Final = "another resource serves this path"
_EXPOSE_HEADERS: Final = "Access-Control-Expose-Headers"
_MARK: Final = "X-Aiohttp-Cors-Probe"


async def expected_answer(
    app: web.Application, host: str, question: Question, resource: web.AbstractResource | None
) -> Expected | str:
    """What a server with `app` answers; a text where that cannot be known, which says why.

    - `host`: what the request says as ``Host``, by which a router may choose;
    - `resource`: whose row is asked about; None for the row of what no resource serves.
    """
    try:
        request = await _routed(app, host, question)
    except Exception as error:  # noqa: BLE001 -- a router of the program's own
        return f"the application's router raised {type(error).__name__}: {error}"
    here = landed(request.match_info)
    table = table_of(here)
    if table is None:
        return _ANOTHER
    serving = await _serving(table, request, here, question)
    if (serving and serving.resource) is not resource:
        return _ANOTHER
    row = table.unmatched(here.apps) if serving is None else table.row(serving, question.method)
    refused = await _undecided(request, row.policy, question)
    if refused:
        return refused
    if not question.is_preflight:
        if await _is_refused(table, request, here):
            return Expected(HttpResponse(web.HTTPForbidden.status_code), is_refused=True)
        return await _expected_actual(table, request)
    response = answer(request, await judge(request) or refuse(request))
    headers = protocol_headers(response.headers.items())
    return Expected(HttpResponse(response.status, headers, response.text or ""))


async def _routed(app: web.Application, host: str, question: Question) -> web.Request:
    """The request of a question, as the router of `app` has placed it."""
    headers = {"Host": host, **dict(BROWSER_HEADERS), **dict(question.headers)}
    # The transport that is made otherwise knows no defaults, with which enforcement asks.
    transport = asyncio.Transport()
    request = make_mocked_request(
        question.sent_method, question.path, headers, app=app, transport=transport
    )
    return await place(app, request)


async def _serving(
    table: Table, request: web.Request, here: Landed, question: Question
) -> Mounted | None:
    """The resource that serves the actual request of a question."""
    if not question.is_preflight:
        return here.mounted
    selection = await select(table, request, here, question.method)
    return None if selection is None else selection.serving


async def _undecided(request: web.Request, policy: RowPolicy | None, question: Question) -> str:
    """Why the user's own code does not decide; empty where it does, or is not asked."""
    try:
        if isinstance(policy, ViewPolicy):
            policy = policy.ask(request, question.method)
        if isinstance(policy, CompiledPolicy) and policy.asks:
            await policy.ask(question.origin, lambda _: None)
    except Exception as error:  # noqa: BLE001 -- user code, in an application that is not started
        return f"the program's own code decides, and raised {type(error).__name__}: {error}"
    return ""


async def _is_refused(table: Table, request: web.Request, here: Landed) -> bool:
    """Whether an enforced policy refuses an actual request."""
    row = await row_of_actual(table, request, here)
    return (
        row.refuses and (await judge_request(request, facts_of(request), row)).refusal is not None
    )


async def _expected_actual(table: Table, request: web.Request) -> Expected:
    response = web.Response(headers={_MARK: ""})
    receive = Receiver(table, lambda: None).receive()
    await receive(request, response)
    exposes_all = _MARK in response.headers.get(_EXPOSE_HEADERS, "")
    if exposes_all:
        del response.headers[_EXPOSE_HEADERS]
    return Expected(HttpResponse(200, protocol_headers(response.headers.items())), exposes_all)
