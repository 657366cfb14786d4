"""``python -m aiohttp_cors``: finds the command and runs it.

Owns: the list of commands, the options that all have, and exit codes.
Leaves to: `aiohttp_cors._tools.commands` each command.

Exit codes: 0; 1 for what a command was asked to find; 2, with one line on the error output, for
what cannot be run.
"""

import argparse
import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Final, NamedTuple, NoReturn, TextIO, final

from typing_extensions import override

from aiohttp_cors._tools.commands import check, diff, explain, lock, probe, show
from aiohttp_cors._tools.loading import CannotRunError
from aiohttp_cors._tools.terminal import Terminal, printable

_PROGRAM: Final = "python -m aiohttp_cors"
_CANNOT_RUN: Final = 2
_INTERRUPTED: Final = 130


@final
class _Command(NamedTuple):
    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Terminal], Coroutine[None, None, int]]


COMMANDS: Final = {
    "explain": _Command(explain.SUMMARY, explain.add_arguments, explain.run),
    "check": _Command(check.SUMMARY, check.add_arguments, check.run),
    "diff": _Command(diff.SUMMARY, diff.add_arguments, diff.run),
    "lock": _Command(lock.SUMMARY, lock.add_arguments, lock.run),
    "probe": _Command(probe.SUMMARY, probe.add_arguments, probe.run),
    "show": _Command(show.SUMMARY, show.add_arguments, show.run),
}


@final
class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    @override
    def error(self, message: str) -> NoReturn:
        raise CannotRunError(f"{message} (see {self.prog} --help)")


def main(arguments: Sequence[str], *, out: TextIO, err: TextIO) -> int:
    """Run the command that `arguments` name; returns the exit code."""
    try:
        parsed = _parser().parse_args(arguments)
        code = asyncio.run(COMMANDS[parsed.command].run(parsed, Terminal(out)))
        out.flush()
    except CannotRunError as error:
        err.write(f"aiohttp_cors: {printable(str(error))}\n")
        return _CANNOT_RUN
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # whoever read has read enough
        with suppress(BrokenPipeError):
            out.close()
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=_PROGRAM, description="What the CORS configuration of an application means."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        sub = commands.add_parser(name, help=command.summary, description=command.summary)
        command.add_arguments(sub)
        sub.add_argument("--json", action="store_true", help="print JSON")
        sub.add_argument(
            "--start", action="store_true", help="run the application's startup receivers first"
        )
    return parser
