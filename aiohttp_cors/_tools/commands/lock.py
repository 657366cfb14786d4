"""``lock``: the reach of an application's configuration, to be kept beside its code.

Owns: what is printed.
Leaves to: `aiohttp_cors._tools.locking.reach` the facts; to `aiohttp_cors._tools.locking.lock_file` their text.
"""

import argparse
from typing import Final

from aiohttp_cors._tools.loading import load
from aiohttp_cors._tools.locking.facts import Reach
from aiohttp_cors._tools.locking.lock_file import SET, VERSION, names_of, words_of, write_lock
from aiohttp_cors._tools.locking.reach import reach_of
from aiohttp_cors._tools.locking.rights import Rights
from aiohttp_cors._tools.terminal import Json, Terminal

SUMMARY: Final = "who may read what, one fact a line, for a file that is kept"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``lock`` is asked."""
    parser.add_argument("application", metavar="MODULE:NAME", help="an application or its factory")


async def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the lock; exit code 0."""
    async with load(arguments.application, start=arguments.start) as loaded:
        reach = reach_of(loaded.app)
    if arguments.json:
        terminal.json({"version": VERSION, **_json(reach), "not_run": loaded.not_run})
        return 0
    for line in write_lock(reach, (f"not run: {name}" for name in loaded.not_run)).splitlines():
        terminal.line(line)
    return 0


def _json(reach: Reach) -> dict[str, Json]:
    names = names_of(reach)
    facts = [
        {
            "path": fact.path,
            "methods": sorted(fact.methods),
            "origins": names[fact.origins],
            **_rights(fact.rights),
        }
        for fact in reach.facts
    ]
    sets = {name: words_of(each) for each, name in names.items() if name.startswith(SET)}
    return {"methods": sorted(reach.methods), "origins": sets, "facts": facts}


def _rights(rights: Rights | str) -> dict[str, Json]:
    """The fields of rights; lists of names are null for any."""
    if isinstance(rights, str):
        return {"view": rights}
    return {
        "credentials": rights.credentials,
        "headers": None if rights.headers is None else sorted(rights.headers),
        "exposed": None if rights.exposed is None else sorted(rights.exposed),
        "enforced": rights.enforced,
        "max_age": None if rights.max_age is None else int(rights.max_age),
        "answers": rights.answers,
    }
