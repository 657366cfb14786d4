"""``python -m aiohttp_cors``: the command line.

Owns: the streams and arguments of the process.
Leaves to: `aiohttp_cors._tools.command` everything else.
"""

import sys

from aiohttp_cors._tools.command import main


def _run() -> int:
    # A character that the terminal lacks is no reason to fail.
    with (
        open(1, "w", errors="backslashreplace", closefd=False) as out,
        open(2, "w", errors="backslashreplace", closefd=False) as err,
    ):
        return main(sys.argv[1:], out=out, err=err)


if __name__ == "__main__":
    sys.exit(_run())
