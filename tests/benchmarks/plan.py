"""What is measured: the rows of the table, and the workloads that only a target asks about."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

from tests.benchmarks.contenders import BASELINE, CONTENDERS, CONTROL, FLOOR, OURS, Contender
from tests.benchmarks.shape import REFUSED, REQUEST_HEADERS, Shape
from tests.benchmarks.workloads import Workload, allowed_get, preflight, refused_get, uncovered_get

MANY: Final = 10_000
_SHAPE: Final = Shape()

NO_ORIGIN: Final = refused_get("GET without Origin", _SHAPE, origin=None)
ALLOWED: Final = allowed_get("GET allowed", _SHAPE)
REFUSED_GET: Final = refused_get("GET refused", _SHAPE)
EXPOSING: Final = allowed_get("GET allowed exposing *", Shape(expose_all=True))
UNCOVERED: Final = uncovered_get("a resource without CORS", _SHAPE)
PREFLIGHT: Final = preflight("preflight allowed", _SHAPE)
REFUSED_PREFLIGHT: Final = preflight("preflight refused", _SHAPE, origin=REFUSED, allowed=False)
TABLE: Final = (
    NO_ORIGIN,
    ALLOWED,
    REFUSED_GET,
    EXPOSING,
    UNCOVERED,
    PREFLIGHT,
    REFUSED_PREFLIGHT,
)

ORIGINS: Final = {
    count: allowed_get(f"GET, {count} origins", Shape(origins=count)) for count in (1, 100, MANY)
}
PATTERNS: Final = {
    count: allowed_get(f"GET, {count} patterns", Shape(origins=0, patterns=count))
    for count in (1, 1000)
}
RESOURCES: Final = {
    count: allowed_get(f"GET, {count} resources", Shape(resources=count)) for count in (1, MANY)
}

# aiohttp itself takes no line of more than 8 190 bytes.
_LINE: Final = 8190
_NAME: Final = REQUEST_HEADERS[0].lower()
_ANY: Final = Shape(any_header=True)
_LONG_ORIGIN: Final = "https://" + "a" * (8000 - len("https://"))
HOSTILE: Final = (
    preflight("one name", _SHAPE, headers="a" * _LINE, allowed=False, times=20),
    preflight("4 095 names", _SHAPE, headers=",".join("a" * 4095), allowed=False, times=20),
    preflight("one name in commas", _SHAPE, headers=f"{_NAME:,<{_LINE}}", times=20),
    preflight("one name in spaces", _SHAPE, headers=f"{_NAME},{'':<{_LINE - 14}},", times=20),
    preflight(
        "255 times an allowed name",
        _SHAPE,
        headers=",".join([f"{_NAME:<31}"] * 255),
        times=20,
    ),
    preflight(
        "255 names, any allowed",
        _ANY,
        headers=",".join(f"{number:031}" for number in range(255)),
        times=20,
    ),
    preflight(
        "4 095 names, any allowed", _ANY, headers=",".join("a" * 4095), allowed=False, times=20
    ),
)
ORDINARY_ANY: Final = preflight("preflight, any header allowed", _ANY)
LONG_ORIGIN: Final = refused_get("GET, an Origin of 8 000 bytes", _SHAPE, origin=_LONG_ORIGIN)
LONG_ORIGIN_PREFLIGHT: Final = preflight(
    "preflight, an Origin of 8 000 bytes", _SHAPE, origin=_LONG_ORIGIN, allowed=False
)


@final
@dataclass(frozen=True, slots=True)
class Lane:
    """A contender that is measured with a workload."""

    contender: Contender
    workload: Workload

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return f"{self.contender.key}={self.workload.name}"

    @property
    def application(self) -> str:
        """What its application is called, which other lanes may share."""
        return f"{self.contender.key} with {self.shape}"

    @property
    def shape(self) -> Shape:
        """The application that its process serves."""
        if not self.contender.has_cors:
            # Without CORS a policy makes no difference, and one process does for all.
            return Shape(resources=self.workload.shape.resources)
        return self.workload.shape


def lanes() -> Iterator[Lane]:
    """All of them; what is compared is next to each other."""
    for workload in TABLE:
        for contender in CONTENDERS:
            if contender is not BASELINE or not workload.preflight:
                yield Lane(contender, workload)
    yield Lane(CONTROL, ALLOWED)
    for workloads in (ORIGINS, PATTERNS, RESOURCES):
        for workload in workloads.values():
            for contender in (BASELINE, *OURS):
                yield Lane(contender, workload)
    for workload in (*HOSTILE, ORDINARY_ANY):
        for contender in OURS:
            yield Lane(contender, workload)
    for workload in (REFUSED_GET, LONG_ORIGIN, REFUSED_PREFLIGHT, LONG_ORIGIN_PREFLIGHT):
        for contender in (BASELINE, *OURS):
            if workload not in TABLE or (contender is BASELINE and workload.preflight):
                yield Lane(contender, workload)


COUNTED: Final = (*CONTENDERS[:2], FLOOR, *CONTENDERS[2:])
CASES: Final = {workload.name: workload for workload in TABLE}
WORKLOADS: Final = {lane.workload.name: lane.workload for lane in lanes()}
