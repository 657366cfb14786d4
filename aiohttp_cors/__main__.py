"""``python -m aiohttp_cors``: the command line.

Owns: the streams and arguments of the process.
Leaves to: `aiohttp_cors._tools.command` everything else.
"""

import sys

from aiohttp_cors._tools.command import main

if __name__ == "__main__":
    # A character that the terminal lacks is no reason to fail.
    with (
        open(1, "w", errors="backslashreplace", closefd=False) as out,
        open(2, "w", errors="backslashreplace", closefd=False) as err,
    ):
        code = main(sys.argv[1:], out=out, err=err)
    sys.exit(code)
