"""Origins in a table of SQLite: each worker reads the table every second.

To start it, with four workers:

    DATABASE=tenants.db gunicorn "examples.live_origins.from_sqlite:create_app()" \
        --worker-class aiohttp.GunicornWebWorker --workers 4
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from typing import Final

from aiohttp import web

from aiohttp_cors import Cors, LiveOrigins

READ_EVERY: Final = float(os.environ.get("READ_EVERY", "1"))
"""Seconds: no worker is further behind the table."""

SCHEMA: Final = "CREATE TABLE IF NOT EXISTS tenant_origin (origin TEXT PRIMARY KEY)"


def save(origins: list[str]) -> None:
    """Make `origins` the whole table; an origin that no worker would take is refused here."""
    LiveOrigins(origins)
    with closing(sqlite3.connect(os.environ["DATABASE"])) as database, database:
        database.execute(SCHEMA)
        database.execute("DELETE FROM tenant_origin")
        database.executemany("INSERT INTO tenant_origin VALUES (?)", [(each,) for each in origins])


def read() -> list[str]:
    """The whole table. A connection per read sees a file that was replaced, too."""
    with closing(sqlite3.connect(os.environ["DATABASE"])) as database:
        return [origin for (origin,) in database.execute("SELECT origin FROM tenant_origin")]


async def tenants() -> AsyncGenerator[list[str], None]:
    """The table, again and again; in a thread, because SQLite blocks."""
    while True:
        yield await asyncio.to_thread(read)
        await asyncio.sleep(READ_EVERY)


async def worker(request: web.Request) -> web.Response:
    """Say which process answers."""
    return web.json_response({"worker": os.getpid()})


def create_app() -> web.Application:
    """The application of one worker."""
    customers = LiveOrigins()
    app = web.Application()
    app.cleanup_ctx.append(customers.fed_by(tenants, stale_after=60 * READ_EVERY))
    Cors.for_app(app).origin(customers).allow_credentials().on(app.router.add_get("/", worker))
    return app


if __name__ == "__main__":
    web.run_app(create_app())
