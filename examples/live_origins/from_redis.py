"""Origins in a set of Redis, and a message to every worker when the set has changed.

Redis keeps no message for a worker that is away. A message therefore says *when* to read and never
*what*: one that is lost costs a delay of `READ_EVERY`, and no wrong decision that stays.

To start it, with four workers:

    REDIS="redis://localhost" gunicorn "examples.live_origins.from_redis:create_app()" \
        --worker-class aiohttp.GunicornWebWorker --workers 4
"""

# redis-py leaves some parameters without a type.
# pyright: reportUnknownMemberType=false

import os
from collections.abc import AsyncGenerator
from typing import Final

import redis.asyncio
from aiohttp import web

from aiohttp_cors import Cors, LiveOrigins

READ_EVERY: Final = float(os.environ.get("READ_EVERY", "5"))
"""Seconds until the set is read without a message."""

KEY: Final = "tenant-origins"
CHANNEL: Final = "tenant-origins-changed"


def save(origins: list[str]) -> None:
    """Make `origins` the whole set; an origin that no worker would take is refused here.

    The change and its message are one transaction: who is told reads the new set.
    """
    LiveOrigins(origins)
    with redis.from_url(os.environ["REDIS"]) as client, client.pipeline() as transaction:
        transaction.delete(KEY)
        if origins:
            transaction.sadd(KEY, *origins)
        transaction.publish(CHANNEL, "")
        transaction.execute()


async def tenants() -> AsyncGenerator[list[str], None]:
    """The set, at once, after each message, and every `READ_EVERY` seconds.

    The answer to ``SUBSCRIBE`` is the first message. The set is thus read again when messages have
    begun to come, and so it is when redis-py has connected anew by itself.
    """
    async with (
        redis.asyncio.from_url(os.environ["REDIS"], decode_responses=True) as client,
        client.pubsub() as messages,
    ):
        await messages.subscribe(CHANNEL)
        while True:
            yield [str(origin) for origin in await client.smembers(KEY)]
            await messages.get_message(timeout=READ_EVERY)


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
