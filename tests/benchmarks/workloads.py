"""The workloads, requests that are measured, and what their answers have to say before they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

from aiohttp import hdrs

from tests.benchmarks.contenders import Contender
from tests.benchmarks.shape import (
    EXPOSED,
    MAX_AGE,
    REFUSED,
    REQUEST_HEADERS,
    UNCOVERED,
    Shape,
    exact,
    matching,
    path,
)
from tests.benchmarks.wire import Answer

_PAGE: Final = (
    "Host: api.example",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)",
    "Accept: */*",
    "Accept-Language: en-US,en;q=0.9",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Sec-Fetch-Dest: empty",
    "Sec-Fetch-Mode: cors",
    "Sec-Fetch-Site: cross-site",
)
# Origins that take turns in one workload, so that none stays in a processor's cache by privilege.
_TURNS: Final = 50


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Requests that ask one thing."""

    name: str
    shape: Shape
    requests: tuple[bytes, ...]
    origins: tuple[str | None, ...]
    """Whom each request is from."""
    allowed: bool = False
    preflight: bool = False
    covered: bool = True
    wrong_method: bool = False
    """Whether the answers are 405; who may read them is not asked."""
    times: int = 100
    """Requests in a burst."""
    counted: int = 50
    """Requests that are counted."""
    fresh: tuple[bytes, ...] = ()
    """Requests that are counted in place of `requests`, each for a resource that was not asked before."""
    method: str = ""
    """The method that a preflight asks for."""
    names: frozenset[str] = frozenset()
    """Header names that a preflight asks for."""

    def complaints(self, contender: Contender, answers: list[Answer]) -> Iterator[str]:
        """What is wrong with the answers, one to each of `requests`."""
        for origin, answer in zip(self.origins, answers, strict=True):
            if self.wrong_method:
                if answer.status != 405:
                    yield f"status {answer.status}, not 405"
                continue
            if not contender.has_cors:
                yield from _complaints_about_none(self, answer)
            elif self.allowed:
                yield from _complaints_about_allowed(self, origin, answer)
            else:
                yield from _complaints_about_refused(self, contender, answer)
            varies = contender.has_cors and contender.sends_vary and self.covered
            vary = answer.headers.get(hdrs.VARY, "")
            if (hdrs.ORIGIN in vary) is not varies:
                yield f"Vary is {vary!r}"


def _complaints_about_none(workload: Workload, answer: Answer) -> Iterator[str]:
    status = 405 if workload.preflight else 200
    if answer.status != status:
        yield f"status {answer.status}, not {status}"
    if any(name.lower().startswith("access-control-") for name in answer.headers):
        yield "headers of the CORS protocol"


def _complaints_about_allowed(
    workload: Workload, origin: str | None, answer: Answer
) -> Iterator[str]:
    if answer.status != 200:
        yield f"status {answer.status}"
    wanted = {
        hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin,
        hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS: "true",
        hdrs.ACCESS_CONTROL_MAX_AGE: str(MAX_AGE) if workload.preflight else None,
    }
    for name, value in wanted.items():
        if answer.headers.getall(name, [None]) != [value]:
            yield f"{name} is {answer.headers.getall(name, [])}, not {value}"
    if workload.preflight:
        yield from _not_listed(workload, answer)
    elif answer.body != b"hello":
        yield "another body"
    exposed = _members(answer, hdrs.ACCESS_CONTROL_EXPOSE_HEADERS)
    if (EXPOSED in exposed) is not (workload.shape.expose_all and not workload.preflight):
        yield f"exposed are {exposed}"


def _complaints_about_refused(
    workload: Workload, contender: Contender, answer: Answer
) -> Iterator[str]:
    if contender.lists_for_allowed and workload.preflight and answer.status == 200:
        # A browser sees by itself that it must not send what follows.
        if not list(_not_listed(workload, answer)):
            yield "everything is allowed"
        return
    status = 403 if workload.preflight and contender.refuses_preflights else 200
    if answer.status != status:
        yield f"status {answer.status}, not {status}"
    if hdrs.ACCESS_CONTROL_ALLOW_ORIGIN in answer.headers:
        yield "the refused origin is allowed"


def _not_listed(workload: Workload, answer: Answer) -> Iterator[str]:
    if workload.method not in _members(answer, hdrs.ACCESS_CONTROL_ALLOW_METHODS):
        yield "the method is not allowed"
    listed = {name.lower() for name in _members(answer, hdrs.ACCESS_CONTROL_ALLOW_HEADERS)}
    if not workload.names <= listed:
        yield "the headers are not allowed"


def _members(answer: Answer, name: str) -> set[str]:
    return {member.strip() for member in answer.headers.get(name, "").split(",")}


def _actual(origin: str | None, where: str, method: str = "GET") -> bytes:
    lines = (
        f"{method} {where} HTTP/1.1",
        *_PAGE,
        *(() if origin is None else (f"Origin: {origin}",)),
    )
    return "\r\n".join((*lines, "", "")).encode("ascii")


def _preflight(origin: str, where: str, method: str, headers: str, padding: str) -> bytes:
    lines = (
        f"OPTIONS {where} HTTP/1.1",
        *_PAGE,
        f"Access-Control-Request-Method: {method}",
        f"Access-Control-Request-Headers: {headers}",
        f"Origin: {origin}",
        *((f"X-Padding: {padding}",) if padding else ()),
    )
    return "\r\n".join((*lines, "", "")).encode("ascii")


def _spread(count: int) -> list[int]:
    """Up to `_TURNS` numbers below `count`, evenly spread."""
    return [turn * count // min(count, _TURNS) for turn in range(min(count, _TURNS))]


def allowed_get(name: str, shape: Shape, *, middle: bool = False, counted: int = 50) -> Workload:
    """From origins of the whole policy, for resources of the whole application or the middle one."""
    makes = matching if shape.patterns else exact
    origins = tuple(makes(number) for number in _spread(shape.patterns or shape.origins))
    numbers = [shape.resources // 2] if middle else _spread(shape.resources)
    paths = [shape.path(number) for number in numbers]
    turns = range(max(len(origins), len(paths)))
    return Workload(
        name=name,
        shape=shape,
        origins=tuple(origins[turn % len(origins)] for turn in turns),
        requests=tuple(
            _actual(origins[turn % len(origins)], paths[turn % len(paths)]) for turn in turns
        ),
        allowed=True,
        counted=counted,
    )


def refused_get(name: str, shape: Shape, origin: str | None = REFUSED) -> Workload:
    """From an origin that the policy does not name, or from none."""
    return Workload(name=name, shape=shape, origins=(origin,), requests=(_actual(origin, path(0)),))


def uncovered_get(name: str, shape: Shape) -> Workload:
    """For a resource that no policy covers, from an allowed origin."""
    origin = exact(shape.origins // 2)
    return Workload(
        name=name,
        shape=shape,
        origins=(origin,),
        requests=(_actual(origin, UNCOVERED),),
        covered=False,
    )


def wrong_method(name: str, shape: Shape) -> Workload:
    """With a method that no resource has, from an allowed origin."""
    origin = exact(shape.origins // 2)
    return Workload(
        name=name,
        shape=shape,
        origins=(origin,),
        requests=(_actual(origin, shape.path(shape.resources // 2), "DELETE"),),
        wrong_method=True,
    )


_BROWSERS_LINE: Final = ",".join(sorted(name.lower() for name in REQUEST_HEADERS))


def first_preflight(name: str, shape: Shape) -> Workload:
    """The first preflight for each of some resources, after the first resource answered some."""
    origin = exact(0)
    middle = shape.resources // 2

    def ask(number: int) -> bytes:
        return _preflight(origin, shape.path(number), "PUT", _BROWSERS_LINE, "")

    return Workload(
        name=name,
        shape=shape,
        origins=(origin,),
        requests=(ask(0),),
        allowed=True,
        preflight=True,
        method="PUT",
        counted=10,
        fresh=tuple(ask(number) for number in range(middle, middle + 10)),
    )


def preflight(
    name: str,
    shape: Shape,
    *,
    origin: str | None = None,
    method: str = "PUT",
    headers: str = _BROWSERS_LINE,
    padding: str = "",
    allowed: bool = True,
    times: int = 100,
    counted: int = 50,
) -> Workload:
    """From origins of the whole policy unless one is given."""
    origins = (
        tuple(exact(number) for number in _spread(shape.origins)) if origin is None else (origin,)
    )
    return Workload(
        name=name,
        shape=shape,
        origins=origins,
        requests=tuple(
            _preflight(each, shape.path(shape.resources // 2), method, headers, padding)
            for each in origins
        ),
        allowed=allowed,
        preflight=True,
        method=method,
        names=frozenset(filter(None, (name.strip().lower() for name in headers.split(",")))),
        times=times,
        counted=counted,
    )
