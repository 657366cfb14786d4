"""Origins in a table of PostgreSQL, which tells every worker of a change (``LISTEN`` and ``NOTIFY``).

A trigger notifies, whoever changes the table. A notification says *when* to read and never *what*:
one that is lost costs a delay of `READ_EVERY`, and no wrong decision that stays.

To start it, with four workers:

    POSTGRESQL="dbname=shop" gunicorn "examples.live_origins.from_postgresql:create_app()" \
        --worker-class aiohttp.GunicornWebWorker --workers 4
"""

import os
from collections.abc import AsyncGenerator
from typing import Final

import psycopg
from aiohttp import web

from aiohttp_cors import Cors, LiveOrigins

READ_EVERY: Final = float(os.environ.get("READ_EVERY", "5"))
"""Seconds until the table is read without a notification."""

SCHEMA: Final = """
CREATE TABLE tenant_origin (origin text PRIMARY KEY);
CREATE FUNCTION notify_of_tenant_origin() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NOTIFY tenant_origin; RETURN NULL; END $$;
CREATE TRIGGER notify AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON tenant_origin
    FOR EACH STATEMENT EXECUTE FUNCTION notify_of_tenant_origin();
"""


def save(origins: list[str]) -> None:
    """Make `origins` the whole table; an origin that no worker would take is refused here."""
    LiveOrigins(origins)
    with psycopg.connect(os.environ["POSTGRESQL"]) as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM tenant_origin")
        cursor.executemany("INSERT INTO tenant_origin VALUES (%s)", [(each,) for each in origins])


async def tenants() -> AsyncGenerator[list[str], None]:
    """The table, at once, after each notification, and every `READ_EVERY` seconds.

    ``LISTEN`` comes before the first read: a change between the two is notified of.
    """
    connect = psycopg.AsyncConnection.connect(os.environ["POSTGRESQL"], autocommit=True)
    async with await connect as connection, connection.cursor() as cursor:
        await cursor.execute("LISTEN tenant_origin")
        while True:
            await cursor.execute("SELECT origin FROM tenant_origin")
            yield [origin for (origin,) in await cursor.fetchall()]
            async for _ in connection.notifies(timeout=READ_EVERY, stop_after=1):
                pass


async def worker(request: web.Request) -> web.Response:
    """Say which process answers."""
    return web.json_response({"worker": os.getpid()})


def create_app() -> web.Application:
    """The application of one worker."""
    customers = LiveOrigins()
    app = web.Application()
    app.cleanup_ctx.append(customers.fed_by(tenants, stale_after=12 * READ_EVERY))
    Cors.for_app(app).origin(customers).allow_credentials().on(app.router.add_get("/", worker))
    return app


if __name__ == "__main__":
    web.run_app(create_app())
