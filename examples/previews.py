"""Preview deployments: each branch has an origin of its own.

Where previews are subdomains, a pattern says which. Where they are not, a regular expression does, as a
predicate. It has to match the whole origin, and it has to look at the scheme.
"""

import re

from aiohttp import web

from aiohttp_cors import Cors

PREVIEW = re.compile(r"https://shop-[a-z0-9]{1,30}-ourteam\.vercel\.app")


async def status(request: web.Request) -> web.Response:
    return web.json_response({"status": "fine"})


def is_our_preview(origin: str) -> bool:
    return PREVIEW.fullmatch(origin) is not None


def create_app() -> web.Application:
    app = web.Application()
    resource = app.router.add_resource("/status")
    resource.add_route("GET", status)
    resource.add_route("POST", status)
    (
        Cors.for_app(app)
        .origin("https://shop.example.com", "https://*.preview.example.com")
        .allow_credentials()
        .allow_headers("Content-Type")
        .origin_where(is_our_preview)  # a clause of its own: previews get no credentials
        .allow_headers("Content-Type")
        .on(resource)
    )
    return app


if __name__ == "__main__":
    web.run_app(create_app())
