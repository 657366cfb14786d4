"""Why a request is allowed or blocked, from the library's own explanation.

Knows what is asked about, and how the page and the terminal are told. The answers are
`aiohttp_cors.introspection.explain`'s, of which ``Cors.explain`` is the usual way in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final, TypeAlias

from aiohttp_cors import CorsConfigError, Problem
from aiohttp_cors.introspection import Change, Explanation, Place, explain
from examples.demo.rows import Row
from examples.demo.site import Api, Site

Data: TypeAlias = Mapping[str, object]
"""What the page is told, as JSON."""

_WHAT: Final[Mapping[str, str]] = {
    "step": "add to the clause",
    "clause": "add a clause to the policy",
    "bind": "bind a policy to the route",
    "options": "write among the options",
    "add": "add the route",
    "route": "serve the method",
    "page": "change the page",
}


async def explain_at(
    api: Api,
    method: str,
    path: str,
    *,
    origin: str,
    headers: Iterable[str],
    credentials: bool,
) -> Explanation:
    """The explanation of a request to the API; `CorsConfigError` for what no page can ask."""
    if not path.startswith("/"):  # behind the API's origin, it could name another server
        raise CorsConfigError([Problem("path", path, "invalid", "a path begins with '/'", "")])
    return await explain(
        api.app,
        method,
        f"{api.origin}{path}",
        origin=origin,
        headers=headers,
        credentials=credentials,
    )


async def explain_row(site: Site, row: Row) -> Explanation:
    """The explanation of the request of a row."""
    return await explain_at(
        site.api,
        row.method,
        row.path,
        origin=site.page if row.sender == "page" else site.stranger,
        headers=[f"{name}: {value}" for name, value in row.headers.items()],
        credentials=row.credentials == "include",
    )


def why(explanation: Explanation) -> str:
    """What the first check says that fails or is left open; empty where all pass."""
    return next((step.text for step in explanation.steps if step.mark != "\u2713"), "")


def mending(explanation: Explanation) -> list[tuple[str, str]]:
    """What would allow the request: what to do and where, and the code to write, if it is code."""
    remedy = explanation.remedy
    if remedy is None:
        return []
    told = [(_what(change), change.code) for change in remedy.changes]
    if remedy.impossible:
        told.append((f"no change helps: {remedy.impossible}", ""))
    if remedy.danger:
        told.append((f"dangerous: {remedy.danger}", ""))
    if remedy.note:
        told.append((remedy.note, ""))
    return told


def as_data(explanation: Explanation, api: Api) -> Data:
    """What the page is told; `line` is the line of the policy that decided, None for no line of it."""
    decided = _decided(explanation)
    return {
        "allowed": explanation.allowed,
        "reason": explanation.reason,
        "why": why(explanation),
        "steps": [
            {
                "side": step.side,
                "mark": step.mark,
                "check": step.check,
                "link": step.link,
                "text": step.text,
                "rule": step.rule,
                "place": _shown(step.place),
            }
            for step in explanation.steps
        ],
        "near": [{"text": near.text, "place": _shown(near.place)} for near in explanation.near],
        "words": None if explanation.words is None else asdict(explanation.words),
        "mending": [{"what": what, "code": code} for what, code in mending(explanation)],
        "line": decided.lineno if decided is not None and decided.filename == api.file else None,
    }


def _decided(explanation: Explanation) -> Place | None:
    """Where the rule was written that refused, or what could have allowed, or what did allow."""
    refused = [step.place for step in reversed(explanation.steps) if step.mark == "\u2717"]
    nearest = [near.place for near in explanation.near]
    applied = [step.place for step in reversed(explanation.steps)]
    return next((place for place in [*refused, *nearest, *applied] if place is not None), None)


def _what(change: Change) -> str:
    where = "" if change.place is None else f" ({_shown(change.place)})"
    return f"{_WHAT[change.kind]}{where}"


def _shown(place: Place | None) -> str:
    return "" if place is None else f"{Path(place.filename).name}:{place.lineno}"
