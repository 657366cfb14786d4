"""How a difference is told: one request for each change, in a sentence.

Owns: the sentences, and the same as JSON.
Leaves to: `aiohttp_cors._tools.locking.difference` the changes.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from typing_extensions import assert_never

from aiohttp_cors._tools.locking.difference import Change, Difference, Gain, Kind, Request
from aiohttp_cors._tools.locking.facts import NO_RESOURCE, NO_ROUTE
from aiohttp_cors._tools.terminal import Json, wrapped

_MARKS: Final = {Kind.WIDER: "+", Kind.NARROWER: "-", Kind.OTHER: "~"}
_FEW: Final = 3
"""How many more origins and paths are named."""


def lines_of(difference: Difference) -> list[str]:
    """What a person reads: ``+`` is wider, ``-`` narrower, ``~`` neither, ``?`` cannot be seen."""
    lines: list[str] = []
    for change in difference.changes:
        lines += wrapped(f"{_MARKS[change.kind]} {_sentence(change)}", hanging=2)
        also = "; ".join(_also(change))
        lines += wrapped(f"also {also}", indent=4, hanging=2) if also else []
    for name in difference.unseen:
        lines += wrapped(f"? {name} decides by itself: no change behind it can be seen", hanging=2)
    counts = [f"{len(difference.of(kind))} {kind.value}" for kind in Kind]
    lines.append(f"{', '.join(counts)}." if difference.changes else "No difference.")
    return lines


def json_of(difference: Difference) -> dict[str, Json]:
    """The same for programs."""
    found: dict[str, Json] = {
        kind.value: [_json_of(change) for change in difference.of(kind)] for kind in Kind
    }
    return {**found, "unseen": difference.unseen}


def _sentence(change: Change) -> str:
    request, what = change.request, _answer(change.request)
    who = request.origin
    if request.accepted:
        who += f", if {' and '.join(request.accepted)} accepts it,"
    may = "may now" if change.kind is Kind.WIDER else "may no longer"
    match change.gain:
        case Gain.ANSWER | Gain.CREDENTIALS:
            return f"{who} {may} read {what}{' with cookies' if request.credentials else ''}"
        case Gain.HEADER:
            return f"{who} {may} read {what} after setting {_names('request', change)}"
        case Gain.EXPOSED:
            return f"{who} {may} see {_names('response', change)} of {what}"
        case Gain.ENFORCED:
            no_longer = "no longer" if change.kind is Kind.WIDER else "now"
            return f"the server {no_longer} refuses what is not allowed to read {what}"
        case Gain.VIEW:
            before = f"{change.before} decided before" if change.before else "a policy did before"
            now = f"{change.now} decides by itself" if change.now else "a policy decides"
            return f"who may read {what} cannot be compared: {now}, {before}"
        case Gain.MAX_AGE:
            before, now = _age(change.before), _age(change.now)
            return f"preflights of {what} for {who} are remembered {now}, before {before}"
        case Gain.ANSWERS:
            return f"answers to {what} for {who} are written as {change.now}, not {change.before}"
        case _:
            assert_never(change.gain)


def _answer(request: Request) -> str:
    """``GET /users``, or the answer to it that no route makes."""
    what = f"{request.method} {request.path}"
    said = {NO_ROUTE: f"the 405 to {what}", NO_RESOURCE: f"the 404 to {what}"}
    return said.get(request.answer, what)


def _names(side: str, change: Change) -> str:
    names = change.request.headers or change.request.exposed
    if change.is_any:
        return f"any {side} header (such as {names[0]})"
    return f"the {side} header{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _age(seconds: str) -> str:
    return f"for {seconds} s" if seconds else "as long as browsers do unasked"


def _also(change: Change) -> Iterator[str]:
    """Of what else the same is true."""
    if change.methods:
        yield ", ".join(change.methods)
    if change.origins:
        yield _some(change.origins)
    if change.paths:
        yield _some(change.paths)


def _some(names: Sequence[str]) -> str:
    more = len(names) - _FEW
    named = ", ".join(names[:_FEW])
    return f"{named} and {more} more" if more > 0 else named


def _json_of(change: Change) -> Json:
    request = change.request
    return {
        "change": change.gain.value,
        "text": _sentence(change),
        "request": {
            "origin": request.origin,
            "accepted_by": request.accepted,
            "method": request.method,
            "path": request.path,
            "status": int(request.answer.removesuffix(":")) if request.answer else None,
            "credentials": request.credentials,
            "headers": request.headers,
            "exposed": request.exposed,
        },
        "before": change.before or None,
        "now": change.now or None,
        "more_origins": change.origins,
        "more_methods": change.methods,
        "more_paths": change.paths,
    }
