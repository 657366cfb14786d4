"""What the server decided about each request, for those who want to be told.

Knows that the library says each refusal in one line at DEBUG, and that the page marks a request with
an id: ``/notes?request=3f2a``. Does not know why anything is refused.
"""

import logging
from collections import OrderedDict, deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, final

from aiohttp import hdrs, web
from typing_extensions import override

ALLOWED: Final = "allowed"
NO_CORS_REQUEST: Final = "no CORS request"
NOT_COVERED: Final = "no policy covers it"

_MAX_REQUESTS: Final = 500
_MAX_VERDICTS: Final = 4
_PREFIX: Final = "access-control-"

# aiohttp serves each request in a task, and so in a context, of its own.
_refusal: ContextVar[str | None] = ContextVar("refusal", default=None)


@final
class _RefusalHandler(logging.Handler):
    """Puts the line about a refusal where the request's response will find it."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        # Lines about what nothing covers, or about what was probably meant, are no refusals.
        if getattr(record, "cors_reason", "") in {"origin", "method", "headers"}:
            _refusal.set(record.getMessage())


@contextmanager
def listening() -> Generator[None, None, None]:
    """While it is open, the library's lines about refusals are read."""
    logger, handler = logging.getLogger("aiohttp_cors"), _RefusalHandler()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """One request and its answer, as the server saw them.

    - `line`: the request's method, the answer's status and the decision, ``PUT 200: allowed``;
    - `detail`: the library's line about a refusal, otherwise the CORS headers of the answer.
    """

    line: str
    detail: str


@final
class Verdicts:
    """The verdicts on the latest requests, by the id that each request carries."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, deque[Verdict]] = OrderedDict()

    async def remember(self, request: web.Request, response: web.StreamResponse) -> None:
        """Keep the verdict on a request with an id; a receiver of ``on_response_prepare``."""
        refusal = _refusal.get()
        name = request.query.get("request")
        if name is None:
            return
        headers = [
            f"{n}: {v}" for n, v in response.headers.items() if n.lower().startswith(_PREFIX)
        ]
        if refusal is not None:
            decision, detail = refusal.partition(":")[0], refusal
        elif hdrs.ACCESS_CONTROL_ALLOW_ORIGIN in response.headers:
            decision, detail = ALLOWED, "\n".join(headers)
        elif hdrs.ORIGIN in request.headers:
            decision, detail = NOT_COVERED, ""
        else:
            decision, detail = NO_CORS_REQUEST, ""
        line = f"{request.method} {response.status}: {decision}"
        self._kept.setdefault(name, deque(maxlen=_MAX_VERDICTS)).append(Verdict(line, detail))
        if len(self._kept) > _MAX_REQUESTS:
            self._kept.popitem(last=False)

    def of(self, name: str) -> Sequence[Verdict]:
        """The verdicts on the requests with the id `name`, in their order."""
        return tuple(self._kept.get(name, ()))
