"""`make soak`: each server under load, what came of it, and an exit code."""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path
from time import monotonic

from tests.soak import report, soaking
from tests.soak.servers import SERVERS
from tests.soak.wrk import MissingToolError


async def run(lengths: soaking.Lengths) -> list[str]:
    """Print a block for each server; gives all that is wrong."""
    wrong: list[str] = []
    for server in SERVERS:
        say(server.name)
        if server.left_out is not None:
            say(f"  left out: {server.left_out}")
            continue
        with tempfile.TemporaryDirectory() as name:
            soaked = await soaking.soak(server, lengths, Path(name))
            throughput = await soaking.throughput(server, lengths, Path(name))
        for line in report.lines(soaked, throughput):
            say(line)
        wrong += [
            f"{server.name}: {text}" for text in report.complaints(soaked, throughput, lengths)
        ]
    return wrong


def say(line: str) -> None:
    """Print what may hold something that a server has sent."""
    shown = "".join(each if each.isprintable() else "?" for each in line)
    encoding = sys.stdout.encoding
    sys.stdout.write(shown.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    sys.stdout.flush()


def main() -> int:
    """0 when all is well."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under 40 seconds")
    quick: bool = parser.parse_args().quick
    begin = monotonic()
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    say(f"{os.cpu_count()} processors, load before {load}")
    try:
        wrong = asyncio.run(run(soaking.QUICK if quick else soaking.WHOLE))
    except MissingToolError as error:
        wrong = [str(error)]
    for text in wrong:
        say(f"WRONG: {text}")
    say(
        f"{'all is well' if not wrong else f'{len(wrong)} complaints'}, {monotonic() - begin:.0f} s"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
