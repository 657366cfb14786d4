"""``show``: the compiled table of an application.

Owns: how rows are laid out.
Leaves to: `aiohttp_cors._tools.rows` the rows.
"""

import argparse
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from aiohttp_cors._tools.loading import load
from aiohttp_cors._tools.rows import TableRow, rows_of
from aiohttp_cors._tools.terminal import Json, Styled, Terminal, place_shown, wrapped
from aiohttp_cors._values.place import Place

SUMMARY: Final = "the table: which policy decides about each path and method"

_METHODS: Final = 16
"""The columns for a row's methods."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``show`` is asked."""
    parser.add_argument("application", metavar="MODULE:NAME", help="an application or its factory")
    parser.add_argument(
        "--path", metavar="PATH", help="only what may serve this path, as in /users/7"
    )


async def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the table; exit code 0."""
    async with load(arguments.application, start=arguments.start) as loaded:
        rows = rows_of(loaded.app, url_path=arguments.path)
    if arguments.json:
        terminal.json({"rows": [_json(row) for row in rows], "not_run": loaded.not_run})
        return 0
    for path, group in groupby(rows, key=lambda row: row.path):
        terminal.line(Styled(path, "bold"))
        for row in group:
            _print_row(terminal, row)
    _print_summary(terminal, rows)
    if loaded.not_run:
        terminal.paragraph(f"Not run: {', '.join(loaded.not_run)}; --start runs them.")
    return 0


def _print_row(terminal: Terminal, row: TableRow) -> None:
    indent = 4 + _METHODS
    said = wrapped(_decision(row), indent=indent)
    methods = ", ".join(row.methods) or "no route"
    if len(methods) < _METHODS:
        said[0] = f"    {methods:<{_METHODS}}{said[0].lstrip()}"
    else:
        said.insert(0, f"    {methods}")
    for line in said:
        terminal.line(line if row.is_covered else Styled(line, "yellow"))
    if row.written is not None:
        face = f"{row.level}, {row.api} API, {place_shown(row.written.bound)}"
        for line in wrapped(face, indent=indent):
            terminal.line(Styled(line, "dim"))


def _decision(row: TableRow) -> str:
    if row.is_covered:
        named = {"preflight": "; a preflight needs its method named", "always": "; if they name it"}
        enforced = "" if row.enforced is None else f"; {row.enforced.words}"
        return row.policy + named.get(row.named, "") + enforced
    return "no policy" if row.level is None else "no policy: excluded"


def _print_summary(terminal: Terminal, rows: Sequence[TableRow]) -> None:
    covered = sum(row.is_covered for row in rows)
    terminal.line()
    enforced = sum(row.enforced is not None for row in rows)
    text = f"; {enforced} of them are enforced" if enforced else ""
    terminal.line(f"{covered} of {len(rows)} rows have a policy{text}.")


def _json(row: TableRow) -> Json:
    written = row.written
    return {
        "path": row.path,
        "methods": row.methods,
        "policy": row.policy or None,
        "level": row.level,
        "api": row.api,
        "named": row.named,
        "enforced": None if row.enforced is None else row.enforced._asdict(),
        "bound": None if written is None else _place(written.bound),
        "clauses": [] if written is None else [_place(place) for place in written.clauses],
    }


def _place(place: Place) -> Json:
    return {"file": place.filename, "line": place.lineno}
