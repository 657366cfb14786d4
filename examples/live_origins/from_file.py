"""Origins in a text file, one a line: each worker reads the file every second.

To start it, with four workers:

    ORIGINS=origins.txt gunicorn "examples.live_origins.from_file:create_app()" \
        --worker-class aiohttp.GunicornWebWorker --workers 4
"""

import asyncio
import os
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

from aiohttp import web

from aiohttp_cors import Cors, LiveOrigins

READ_EVERY: Final = float(os.environ.get("READ_EVERY", "1"))
"""Seconds: no worker is further behind the file."""


def save(origins: list[str]) -> None:
    """Make `origins` the whole file; an origin that no worker would take is refused here.

    The file is replaced and not written over: no worker ever reads half of it.
    """
    LiveOrigins(origins)
    path = Path(os.environ["ORIGINS"])
    new = path.with_name(f"{path.name}.new")
    new.write_text("".join(f"{origin}\n" for origin in origins), "utf-8")
    new.replace(path)


def read() -> list[str]:
    """The lines that are neither empty nor a comment."""
    text = Path(os.environ["ORIGINS"]).read_text("utf-8")
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


async def partners() -> AsyncGenerator[list[str], None]:
    """The file, again and again; in a thread, because a disk can be slow."""
    while True:
        yield await asyncio.to_thread(read)
        await asyncio.sleep(READ_EVERY)


async def worker(request: web.Request) -> web.Response:
    """Say which process answers."""
    return web.json_response({"worker": os.getpid()})


def create_app() -> web.Application:
    """The application of one worker."""
    allowed = LiveOrigins()
    app = web.Application()
    app.cleanup_ctx.append(allowed.fed_by(partners, stale_after=60 * READ_EVERY))
    Cors.for_app(app).origin(allowed).allow_credentials().on(app.router.add_get("/", worker))
    return app


if __name__ == "__main__":
    web.run_app(create_app())
