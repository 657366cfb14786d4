"""``show``: the compiled table of an application.

Owns: how rows are laid out.
Leaves to: `aiohttp_cors._tools.rows` the rows.
"""

import argparse
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from aiohttp_cors._tools.loading import CannotRunError, Loaded, load
from aiohttp_cors._tools.locking.rights import Names
from aiohttp_cors._tools.origin_reach import Readable, readable_by
from aiohttp_cors._tools.rows import TableRow, rows_of
from aiohttp_cors._tools.terminal import Json, Styled, Terminal, place_shown, wrapped
from aiohttp_cors._values.origin_index import is_serialized
from aiohttp_cors._values.place import Place

SUMMARY: Final = "the table: which policy decides about each path and method"

_METHODS: Final = 16
"""The columns for a row's methods."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``show`` is asked."""
    parser.add_argument("application", metavar="MODULE:NAME", help="an application or its factory")
    parser.add_argument("--origin", metavar="ORIGIN", help="what pages of this origin may read")
    parser.add_argument(
        "--path", metavar="PATH", help="only what may serve this path, as in /users/7"
    )


async def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the table, or what one origin may read; exit code 0."""
    origin: str | None = arguments.origin
    if origin is not None and not is_serialized(origin):
        raise CannotRunError(f"{origin!r} is no origin; one is https://app.example.com")
    async with load(arguments.application, start=arguments.start) as loaded:
        if origin is None:
            _show_table(arguments, terminal, loaded)
        else:
            _show_origin(arguments, terminal, loaded, origin)
    if loaded.not_run and not arguments.json:
        terminal.paragraph(f"Not run: {', '.join(loaded.not_run)}; --start runs them.")
    return 0


def _show_table(arguments: argparse.Namespace, terminal: Terminal, loaded: Loaded) -> None:
    rows = rows_of(loaded.app, url_path=arguments.path)
    if arguments.json:
        terminal.json({"rows": [_json(row) for row in rows], "not_run": loaded.not_run})
        return
    for path, group in groupby(rows, key=lambda row: row.path):
        terminal.line(Styled(path, "bold"))
        for row in group:
            _print_row(terminal, row)
    covered = sum(row.is_covered for row in rows)
    enforced = sum(row.enforced is not None for row in rows)
    text = f"; {enforced} of them are enforced" if enforced else ""
    terminal.line()
    terminal.line(f"{covered} of {len(rows)} rows have a policy{text}.")


def _show_origin(
    arguments: argparse.Namespace, terminal: Terminal, loaded: Loaded, origin: str
) -> None:
    readable = readable_by(loaded.app, origin, url_path=arguments.path)
    if arguments.json:
        found = [_readable_json(each) for each in readable]
        terminal.json({"origin": origin, "reads": found, "not_run": loaded.not_run})
        return
    terminal.line(f"Pages of {origin} may read:" if readable else f"{origin} may read nothing.")
    for path, group in groupby(readable, key=lambda each: each.path):
        terminal.line(Styled(path, "bold"))
        for each in group:
            mark = "?" if each.depends else "✓"
            terminal.paragraph(f"{mark} {', '.join(each.methods)}", indent=4, hanging=2)
            terminal.paragraph("; ".join(_rights_said(each)), indent=6)
    terminal.line()


def _rights_said(readable: Readable) -> Iterator[str]:
    """What a page may do, beside reading the answer."""
    if readable.depends:
        names = (name.rpartition(":")[2] for name in readable.depends)
        yield f"only {' and '.join(names)} can tell"
    if readable.rights is not None:
        credentials, headers, exposed, *_ = readable.rights
        yield "with cookies" if credentials else "without cookies"
        yield (
            f"sets {_names(headers)}"
            if headers != frozenset()
            else "sets no header that needs leave"
        )
        if exposed != frozenset():
            yield f"sees {_names(exposed)}"


def _names(names: Names) -> str:
    return "any header" if names is None else ", ".join(sorted(names))


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


def _readable_json(readable: Readable) -> Json:
    rights = readable.rights
    return {
        "path": readable.path,
        "methods": readable.methods,
        "depends": readable.depends,
        "credentials": None if rights is None else rights.credentials,
        "headers": None if rights is None or rights.headers is None else sorted(rights.headers),
        "exposed": None if rights is None or rights.exposed is None else sorted(rights.exposed),
    }


def _place(place: Place) -> Json:
    return {"file": place.filename, "line": place.lineno}
