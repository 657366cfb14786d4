"""The rule about live sets that change in one process of several.

Owns: how many workers are in view, and whether something feeds a live set.
Leaves to: `aiohttp_cors._tools.findings.code` what a startup receiver refers to.

Sources: gunicorn, *Settings*, https://docs.gunicorn.org/en/stable/settings.html (``workers``,
``WEB_CONCURRENCY``, ``GUNICORN_CMD_ARGS``, ``gunicorn.conf.py``)
"""

import ast
import os
import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from aiohttp_cors._server.live_origins import LiveOrigins
from aiohttp_cors._table.router import app_tree
from aiohttp_cors._tools.findings.survey import NotLookedAt, Survey
from aiohttp_cors._values.findings import UNFED_LIVE_ORIGINS, Finding

_CONFIG: Final = "gunicorn.conf.py"
_FEED: Final = (
    "app.cleanup_ctx.append(live.fed_by(snapshots)), where snapshots() yields each new set"
)


def look(survey: Survey) -> Iterator[Finding | NotLookedAt]:
    """Live sets that nothing feeds, where several workers are in view."""
    unfed = [
        said
        for said in survey.said
        for source in said.sources
        if isinstance(source, LiveOrigins) and not _is_fed(survey, source)
    ]
    if not unfed:
        return
    seen = _workers_in_view()
    if isinstance(seen, NotLookedAt):
        yield seen
    elif seen:
        text = f"{seen}: a change of a live set that nothing feeds reaches one worker alone"
        for said in unfed:
            yield Finding(UNFED_LIVE_ORIGINS, said.place, text, _FEED)


def _is_fed(survey: Survey, live: LiveOrigins) -> bool:
    """Whether a startup receiver or a cleanup context refers to the set."""
    for app in app_tree(survey.app):
        # A set may be kept in the application: its key is named then.
        kept = [key for key, value in app.items() if value is live]
        for receiver in (*app.on_startup, *app.cleanup_ctx):
            if any(survey.reader.refers_to(receiver, each) for each in (live, *kept)):
                return True
    return False


def _workers_in_view() -> str | NotLookedAt:
    """What says that there are several workers; empty where nothing does."""
    found: list[str] = []
    count = os.environ.get("WEB_CONCURRENCY", "")
    if _is_several(count):
        found.append(f"WEB_CONCURRENCY={count}")
    arguments = _workers_argument(os.environ.get("GUNICORN_CMD_ARGS", ""))
    if _is_several(arguments):
        found.append(f"GUNICORN_CMD_ARGS has --workers {arguments}")
    with suppress(OSError, SyntaxError, ValueError):
        for node in ast.parse(Path(_CONFIG).read_bytes()).body:
            if isinstance(node, ast.Assign) and _assigns_workers(node):
                if not isinstance(node.value, ast.Constant):
                    return NotLookedAt(f"how many workers {_CONFIG} starts is computed there")
                number = repr(node.value.value)
                if _is_several(number):
                    found.append(f"{_CONFIG} has workers = {number}")
    return ", ".join(found)


def _assigns_workers(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "workers" for target in node.targets)


def _workers_argument(arguments: str) -> str:
    """The number after ``-w`` or ``--workers``."""
    with suppress(ValueError):  # a quotation mark without its partner
        words = shlex.split(arguments)
        for word, after in zip(words, [*words[1:], ""], strict=True):
            if word in {"-w", "--workers"}:
                return after
            for begin in ("--workers=", "-w"):
                if word.startswith(begin):
                    return word.removeprefix(begin)
    return ""


def _is_several(count: str) -> bool:
    return count.isdecimal() and int(count) > 1
