"""A test suite that asks a function, and no server, for a browser's answers."""

from typing_extensions import assert_type

from aiohttp_cors.browser.fetch import (
    BlockReason,
    CorsBlocked,
    HttpRequest,
    HttpResponse,
    PageRequest,
    PageResponse,
    PreflightCache,
    run_fetch,
)


def answer(request: HttpRequest) -> HttpResponse:
    if request.preflight:
        return HttpResponse(403, text=f"{request.method} is not allowed")
    return HttpResponse(200, (("Access-Control-Allow-Origin", "*"),))


def reads(cache: PreflightCache) -> BlockReason | None:
    page = PageRequest(url="https://api.example.com/", origin="https://app.example.com")
    try:
        assert_type(run_fetch(page, cache, answer), PageResponse)
    except CorsBlocked as blocked:
        return assert_type(blocked.reason, BlockReason)
    return None
