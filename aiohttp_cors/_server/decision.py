"""What is asked about a request, and what was decided about it.

Owns: asking policies, and keeping a decision on its request.
Leaves to: `aiohttp_cors._protocol.checks` the verdict.

A response is not the place to keep a decision: an unhandled error becomes a new one, made outside
the application.

Source: aiohttp, *Request's storage*, https://docs.aiohttp.org/en/stable/web_advanced.html#request-s-storage
"""

import asyncio
import sys
from functools import partial
from typing import Final, final

from aiohttp import web

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.decision import Decision
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._server.log import log_truthy, logger

# aiohttp 3.14 warns about strings as keys; before, there is nothing else.
_KEY: Final = (
    web.RequestKey("aiohttp_cors.decision", object)
    if hasattr(web, "RequestKey")
    else "aiohttp_cors.decision"
)
_ASKED: Final = (
    web.RequestKey("aiohttp_cors.asked", object)
    if hasattr(web, "RequestKey")
    else "aiohttp_cors.asked"
)


@final
class Kept:
    """What was decided about a request, and what carries it already: a response or a raised refusal."""

    __slots__ = ("decision", "written_to")

    def __init__(self, decision: Decision | None, written_to: object) -> None:
        self.decision = decision
        self.written_to = written_to


@final
class _Asked:
    """What a policy that has to be asked granted the origin of a request."""

    __slots__ = ("grant", "policy")

    def __init__(self, policy: CompiledPolicy, grant: Grant | None) -> None:
        self.policy = policy
        self.grant = grant


def keep(request: web.Request, decision: Decision | None, response: object) -> None:
    """Remember what was decided; a later response of the request is written by it, too."""
    request[_KEY] = Kept(decision, response)


def kept(request: web.Request) -> Kept | None:
    """What was decided about `request`, None before."""
    known: object = request.get(_KEY)
    return known if isinstance(known, Kept) else None


async def grant_of(
    request: web.Request, policy: CompiledPolicy, origin: str | None
) -> Grant | None:
    """What `policy` grants `origin`, the origin of the request.

    Predicates and live sets are asked once for a request, however many decisions follow from that.
    """
    if origin is None or policy.constant is not None:
        return policy.constant
    if not policy.asks:
        return policy.match(origin)
    known: object = request.get(_ASKED)
    if isinstance(known, _Asked) and known.policy is policy:
        return known.grant
    grant = await _ask(request, policy, origin)
    request[_ASKED] = _Asked(policy, grant)
    return grant


async def _ask(request: web.Request, policy: CompiledPolicy, origin: str) -> Grant | None:
    """What `policy` grants `origin`; a predicate that raises refuses and is logged.

    So does one that awaits what somebody else cancelled; Python 3.10 cannot tell that from a request
    that is cancelled itself.
    """
    try:
        return await policy.ask(origin, partial(log_truthy, request, origin))
    except (Exception, asyncio.CancelledError) as error:
        if isinstance(error, asyncio.CancelledError) and _is_cancelled():
            raise
        logger.exception("a predicate raised: the origin is refused")
        return None


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return sys.version_info < (3, 11) or task is None or task.cancelling() > 0
