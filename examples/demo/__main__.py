"""``python -m examples.demo [--once]``: start the demo, and say where."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

from examples.demo.once import make_requests
from examples.demo.policies import Configure
from examples.demo.report import describe_outcomes, describe_site
from examples.demo.serving import serving
from examples.demo.site import Ports


def main(arguments: Sequence[str] | None = None, configure: Configure | None = None) -> int:
    """Run the demo until Ctrl-C, or once; the exit status is 1 where an outcome differs.

    `configure` takes the place of the table's policy.
    """
    parser = argparse.ArgumentParser(prog="python -m examples.demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="make the requests and stop")
    for name in ("api", "page", "stranger"):
        parser.add_argument(
            f"--{name}-port", type=int, default=0, metavar="N", help="default: a free one"
        )
    options = parser.parse_args(arguments)
    ports = Ports(api=options.api_port, page=options.page_port, stranger=options.stranger_port)
    try:
        if options.once:
            return asyncio.run(_once(ports, configure))
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve(ports, configure))
    except (OSError, OverflowError) as error:  # taken, forbidden, or no port at all
        parser.exit(1, f"cannot listen: {error}\n")
    return 0


async def _once(ports: Ports, configure: Configure | None) -> int:
    async with serving(ports, configure) as site:
        print(describe_site(site))
        outcomes = await make_requests(site)
    print(describe_outcomes(outcomes))
    return 0 if all(outcome.is_expected for outcome in outcomes) else 1


async def _serve(ports: Ports, configure: Configure | None) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows: Ctrl-C is a KeyboardInterrupt there
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
    async with serving(ports, configure) as site:
        print(describe_site(site))
        print(f"Open {site.page} in a browser. Ctrl-C stops the demo.", flush=True)
        await stopped.wait()


if __name__ == "__main__":
    sys.exit(main())
