"""Downloads in parts: a page asks for a range, and reads the headers that describe the answer.

`Range` with one range needs no preflight. `If-Range` does, and so it is allowed. A page can read
`Content-Length` always, but the headers that resume a download only where they are exposed.
"""

from pathlib import Path

from aiohttp import web

from aiohttp_cors import Cors

FOLDER = Path(__file__).parent


async def download(request: web.Request) -> web.FileResponse:
    # Any name in this folder, and none above it: "{name}" holds no "/".
    path = FOLDER / request.match_info["name"]
    if not path.is_file():
        raise web.HTTPNotFound
    disposition = f'attachment; filename="{path.name}"'
    return web.FileResponse(path, headers={"Content-Disposition": disposition})


def create_app() -> web.Application:
    app = web.Application()
    files = app.router.add_resource("/files/{name}")
    files.add_route("GET", download)
    (
        Cors.for_app(app)
        .origin("https://player.example.com")
        .allow_headers("If-Range", "Range")
        .expose("Accept-Ranges", "Content-Disposition", "Content-Range", "ETag")
        .on(files)
    )
    return app


if __name__ == "__main__":
    web.run_app(create_app())
