"""``explain``: why a page may or may not read an answer, or what a browser's console means.

Owns: what the command is asked, and what it says about a console's text.
Leaves to: `aiohttp_cors._tools.explanations.explaining` the explanation, to `aiohttp_cors._tools.explanations.console` reading
a console's text.
"""

import argparse
import shlex
from dataclasses import asdict
from typing import Final

from aiohttp_cors._tools.explanations.console import ConsoleReading, read_console
from aiohttp_cors._tools.explanations.explaining import explain
from aiohttp_cors._tools.explanations.explanation import as_json
from aiohttp_cors._tools.loading import CannotRunError, load
from aiohttp_cors._tools.terminal import Terminal
from aiohttp_cors._values.errors import CorsConfigError

SUMMARY: Final = "why a page may or may not read an answer, and what would allow it"

_NEEDED: Final = ("application", "method", "path", "origin")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``explain`` is asked."""
    parser.add_argument(
        "application", metavar="MODULE:NAME", nargs="?", help="an application or its factory"
    )
    parser.add_argument("method", metavar="METHOD", nargs="?", help="as the script writes it")
    parser.add_argument("path", metavar="PATH", nargs="?", help="/users, or the whole URL")
    parser.add_argument("--origin", metavar="O", help="the page's: https://app.example.com")
    parser.add_argument(
        "--header",
        metavar="N",
        action="append",
        default=[],
        help="a header that the script sets: X-A, or 'Content-Type: text/plain'",
    )
    parser.add_argument("--credentials", action="store_true", help="the script includes cookies")
    parser.add_argument("--console", metavar="TEXT", help="what the browser's console said")


async def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the explanation; exit code 0, whatever it is."""
    if arguments.console is not None:
        _explain_console(arguments.console, terminal, as_data=arguments.json)
        return 0
    missing = [name for name in _NEEDED if getattr(arguments, name) is None]
    if missing:
        names = ", ".join("--origin" if name == "origin" else name.upper() for name in missing)
        raise CannotRunError(f"explain needs {names}, or --console TEXT")
    async with load(arguments.application, start=arguments.start) as loaded:
        try:
            explanation = await explain(
                loaded.app,
                arguments.method,
                arguments.path,
                origin=arguments.origin,
                headers=arguments.header,
                credentials=arguments.credentials,
            )
        except CorsConfigError as error:
            raise CannotRunError(str(error)) from error
    if arguments.json:
        terminal.json({**as_json(explanation), "not_run": loaded.not_run})
        return 0
    for line in str(explanation).splitlines():
        terminal.line(line)
    if loaded.not_run:
        terminal.line()
        terminal.paragraph(f"Not run: {', '.join(loaded.not_run)}; --start runs them.")
    return 0


def _explain_console(text: str, terminal: Terminal, *, as_data: bool) -> None:
    read = read_console(text)
    if read is None:
        raise CannotRunError(
            "this is no sentence about CORS that Chromium, Firefox or Safari are known to say"
        )
    command = _command(read)
    if as_data:
        terminal.json({**asdict(read), "command": command})
        return
    code = f" ({read.code})" if read.code else ""
    terminal.paragraph(f"{read.browser}{code}: {read.meaning}.")
    for name, value in _taken(read):
        terminal.paragraph(f"{name}: {value}", indent=2, hanging=2)
    terminal.line()
    terminal.paragraph(read.look_at)
    terminal.line()
    terminal.line("Ask your application:")
    terminal.line(command, indent=2)  # to be copied: never broken


def _taken(read: ConsoleReading) -> list[tuple[str, str]]:
    """What the text names."""
    found = {
        "origin": read.origin,
        "URL": read.url,
        "method": read.method,
        "header": read.header,
        "credentials": "included" if read.credentials else "",
    }
    return [(name, value) for name, value in found.items() if value]


def _command(read: ConsoleReading) -> str:
    """The command that explains the request, with words in capitals for what the text does not tell."""
    origin, header = read.origin or "ORIGIN", ["--header", read.header] if read.header else []
    words = [read.method or "METHOD", read.url or "PATH", "--origin", origin, *header]
    if read.credentials:
        words.append("--credentials")
    return f"python -m aiohttp_cors explain MODULE:NAME {shlex.join(words)}"
