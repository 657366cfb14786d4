"""Runs the first Python block of a README, and asks its application as a page of its origin would.

Runs where nothing but the wheel is installed, so that it imports nothing of `tests`.
"""

import asyncio
import re
import sys
from pathlib import Path
from types import ModuleType

from aiohttp import ClientSession, web

_ORIGIN = "https://app.example.com"


async def _ask(app: web.Application) -> None:
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        _, port = runner.addresses[0]
        async with (
            ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/users", headers={"Origin": _ORIGIN}) as answer,
        ):
            allowed = answer.headers.get("Access-Control-Allow-Origin")
    finally:
        await runner.cleanup()
    if allowed != _ORIGIN:
        sys.exit(f"the README's first example answered with {allowed!r}")


def _main(readme: str) -> None:
    block = re.search(r"```python\n(.*?)```", Path(readme).read_text("utf-8"), re.DOTALL)
    if block is None:
        sys.exit("the README has no Python block")
    module = ModuleType("example")
    exec(compile(block[1], readme, "exec"), module.__dict__)
    app: object = module.create_app()
    if not isinstance(app, web.Application):
        sys.exit("the README's first example has no create_app")
    asyncio.run(_ask(app))


if __name__ == "__main__":
    _main(sys.argv[1])
