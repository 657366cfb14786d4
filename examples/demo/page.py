"""The application that serves the page, and answers what its scripts ask. It takes no code.

What it answers is of the page's own origin: nothing here is about CORS.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Final

from aiohttp import web

from aiohttp_cors import CorsConfigError
from aiohttp_cors.testing import BlockReason
from examples.demo.cases import CASES
from examples.demo.explaining import Data, as_data, explain_at, explain_row
from examples.demo.rows import ROWS, Row
from examples.demo.site import Api, Site
from examples.demo.verdicts import Verdicts

_FILES: Final = Path(__file__).with_name("static")


def create_page(site: Site, verdicts: Verdicts) -> web.Application:
    """The page of `site`, where `verdicts` has what the APIs decided."""

    async def index(request: web.Request) -> web.FileResponse:
        return web.FileResponse(_FILES / "page.html")

    async def frame(request: web.Request) -> web.FileResponse:
        return web.FileResponse(_FILES / "stranger.html")

    async def data(request: web.Request) -> web.Response:
        """What the scripts work on; they put it into the page as text, never as markup."""
        origins = {"page": site.page, "stranger": site.stranger}
        return web.json_response(
            {
                **origins,
                "policies": [_policy(api) for api in site.apis],
                "cases": [
                    {**asdict(case), "origin": origins.get(case.origin, case.origin)}
                    for case in CASES
                ],
                "rows": [await _row(site, row) for row in ROWS],
            }
        )

    async def explained(request: web.Request) -> web.Response:
        """Why the request of the query would be allowed or blocked; 400 for one that cannot be."""
        query = request.query
        api = next((api for api in site.apis if api.policy == query.get("policy")), None)
        if api is None:
            return _problems({"policy": "choose one of the list"})
        try:
            explanation = await explain_at(
                api,
                query.get("method", ""),
                query.get("path", ""),
                origin=query.get("origin", ""),
                headers=query.getall("header", []),
                credentials="credentials" in query,
            )
        except CorsConfigError as error:
            return _problems({problem.field: str(problem) for problem in error.problems})
        return web.json_response(as_data(explanation, api))

    async def decided(request: web.Request) -> web.Response:
        """What the server decided about the requests with the id ``?of=``."""
        found = verdicts.of(request.query.get("of", ""))
        return web.json_response([asdict(verdict) for verdict in found])

    app = web.Application()
    app.router.add_get("/", index)
    app.router.add_get("/stranger", frame)
    app.router.add_get("/demo.json", data)
    app.router.add_get("/explain", explained)
    app.router.add_get("/verdicts", decided)
    app.router.add_static("/static", _FILES)
    return app


def _problems(problems: Data) -> web.Response:
    return web.json_response({"problems": problems}, status=400)


def _policy(api: Api) -> Data:
    return {
        "name": api.policy,
        "origin": api.origin,
        "source": api.source,
        "file": Path(api.file).name,
        "line": api.line,
    }


async def _row(site: Site, row: Row) -> Data:
    blocked = row.outcome.value if isinstance(row.outcome, BlockReason) else None
    return {
        "title": row.title,
        "sender": row.sender,
        "method": row.method,
        "path": row.path,
        "headers": list(row.headers.items()),
        "body": row.body,
        "credentials": row.credentials,
        "shows": row.shows,
        "reads": row.outcome if blocked is None else None,
        "blocked": blocked,
        "verdicts": row.verdicts,
        "explanation": as_data(await explain_row(site, row), site.api),
    }
