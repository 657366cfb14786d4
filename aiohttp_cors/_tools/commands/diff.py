"""``diff``: what an application allows that its lock does not, and the reverse.

Owns: exit code 1 for something wider.
Leaves to: `aiohttp_cors._tools.locking.locked` the comparison; to `aiohttp_cors._tools.locking.difference_text` what is
said about it.
"""

import argparse
from pathlib import Path
from typing import Final

from aiohttp_cors._tools.loading import CannotRunError, load
from aiohttp_cors._tools.locking.difference import Kind
from aiohttp_cors._tools.locking.difference_text import json_of, lines_of
from aiohttp_cors._tools.locking.lock_file import LockError
from aiohttp_cors._tools.locking.locked import difference_from
from aiohttp_cors._tools.terminal import Style, Styled, Terminal

SUMMARY: Final = "what pages may do now, and could not do when the lock was made"

_STYLES: Final[dict[str, Style]] = {"+": "red", "-": "green", "~": "dim", "?": "yellow"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``diff`` is asked."""
    parser.add_argument("lock", metavar="LOCK", type=Path, help="a file that `lock` has printed")
    parser.add_argument("application", metavar="MODULE:NAME", help="an application or its factory")


async def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the difference; exit code 1 if something is wider."""
    async with load(arguments.application, start=arguments.start) as loaded:
        try:
            found = difference_from(arguments.lock, loaded.app, spec=arguments.application)
        except LockError as error:
            raise CannotRunError(str(error)) from error
    if arguments.json:
        terminal.json({**json_of(found), "not_run": loaded.not_run})
    else:
        for line in lines_of(found):
            style = _STYLES.get(line[:1])
            terminal.line(line if style is None else Styled(line, style))
        if loaded.not_run:
            terminal.paragraph(f"Not run: {', '.join(loaded.not_run)}; --start runs them.")
    return 1 if found.of(Kind.WIDER) else 0
