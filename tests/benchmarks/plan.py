"""What is measured: the rows of the table, and the workloads that only a target asks about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, final

from tests.benchmarks.contenders import (
    BASELINE,
    BY_HAND,
    BY_HAND_WITH_TEXT,
    CLASSIC,
    CONTENDERS,
    CONTROL,
    EVERYWHERE,
    FLOOR,
    FLUENT,
    MIDDLEWARES,
    OLD,
    OTHER_HANDS,
    OURS,
    Contender,
)
from tests.benchmarks.shape import REFUSED, REQUEST_HEADERS, Shape
from tests.benchmarks.workloads import (
    Workload,
    allowed_get,
    first_preflight,
    preflight,
    refused_get,
    uncovered_get,
    wrong_method,
)

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
    ALLOWED,
    REFUSED_GET,
    NO_ORIGIN,
    EXPOSING,
    UNCOVERED,
    PREFLIGHT,
    REFUSED_PREFLIGHT,
)
ANCHORS: Final = (FLOOR, BY_HAND, OLD, MIDDLEWARES)
"""Whom the table compares ours with."""

# What does not depend on how much there is; each beside the same without CORS.
ORIGINS: Final = {
    count: allowed_get(f"GET with {count} origins", Shape(origins=count))
    for count in (1, 100, MANY)
}
PATTERNS: Final = {
    count: allowed_get(f"GET with {count} patterns", Shape(origins=0, patterns=count))
    for count in (1, 1000)
}
_FEW: Final = Shape(methods=("GET",))
_THOUSANDS: Final = Shape(methods=("GET",), resources=4000)
_TEN_THOUSAND: Final = Shape(methods=("GET",), resources=MANY)
RESOURCES: Final = {
    shape.resources: allowed_get(f"GET with {shape.resources} resources", shape)
    for shape in (_FEW, _TEN_THOUSAND)
}
WRONG_METHODS: Final = {
    shape.resources: wrong_method(f"405 beside {shape.resources} resources", shape)
    for shape in (_THOUSANDS, _TEN_THOUSAND)
}
_OVERLAPPING: Final = Shape(methods=("GET", "PUT"), resources=1000, overlapping=True)
_CATCH_ALL: Final = Shape(resources=100, catch_all=True)
# Preflights, and the GET that they are compared with.
BESIDE: Final = {
    what: (
        {
            "a preflight": preflight(f"preflight beside {what}", shape, counted=10),
            "a resource's first preflight": first_preflight(f"first beside {what}", shape),
        },
        allowed_get(f"GET beside {what}", shape, middle=True, counted=10),
    )
    for what, shape in (("1000 overlapping resources", _OVERLAPPING), ("a catch-all", _CATCH_ALL))
}

# aiohttp itself takes no line of more than 8 190 bytes.
_LINE: Final = 8190
_NAME: Final = REQUEST_HEADERS[0].lower()
_ANY: Final = Shape(any_header=True)
_LONG_ORIGIN: Final = "https://" + "a" * (8000 - len("https://"))
HOSTILE: Final = (
    preflight("one name", _SHAPE, headers="a" * _LINE, allowed=False, times=20, counted=10),
    preflight(
        "4 095 names", _SHAPE, headers=",".join("a" * 4095), allowed=False, times=20, counted=10
    ),
    preflight("one name in commas", _SHAPE, headers=f"{_NAME:,<{_LINE}}", times=20, counted=10),
    preflight(
        "one name in spaces",
        _SHAPE,
        headers=f"{_NAME},{'':<{_LINE - 14}},",
        times=20,
        counted=10,
    ),
    preflight(
        "255 times an allowed name",
        _SHAPE,
        headers=",".join([f"{_NAME:<31}"] * 255),
        times=20,
        counted=10,
    ),
    preflight("one method", _SHAPE, method="A" * _LINE, allowed=False, times=20, counted=10),
    preflight("another header", _SHAPE, padding="a" * _LINE, times=20, counted=10),
)
"""8 KiB in a header of a preflight, of which one by hand says the same."""
HOSTILE_ANY: Final = (
    preflight(
        "255 names, any allowed",
        _ANY,
        headers=",".join(f"{number:031}" for number in range(255)),
        times=20,
        counted=10,
    ),
    preflight(
        "4 095 names, any allowed",
        _ANY,
        headers=",".join("a" * 4095),
        allowed=False,
        times=20,
        counted=10,
    ),
)
"""8 KiB where any name is allowed, which nobody reads by hand."""
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
        shape = self.workload.shape
        if self.contender.has_cors:
            return shape
        # Without CORS a policy makes no difference, and one process does for all.
        return Shape(
            methods=shape.methods,
            resources=shape.resources,
            overlapping=shape.overlapping,
            catch_all=shape.catch_all,
        )


def table(contenders: tuple[Contender, ...]) -> Iterator[Lane]:
    """The table's, of those that can; the counting adds the same without CORS."""
    for workload in TABLE:
        for contender in contenders:
            if contender.can(workload.shape, workload.preflight):
                yield Lane(contender, workload)


def other_hands() -> Iterator[Lane]:
    """Other forms of a refusal by hand."""
    for contender in OTHER_HANDS:
        yield Lane(contender, REFUSED_PREFLIGHT)


def flat() -> Iterator[Lane]:
    """What does not depend on a number."""
    for workload in (*ORIGINS.values(), *PATTERNS.values()):
        for contender in OURS:
            yield Lane(contender, workload)
    yield from beside(RESOURCES.values())


def beside(workloads: Iterable[Workload]) -> Iterator[Lane]:
    """Ours, and the same without CORS."""
    for workload in workloads:
        for contender in (BASELINE, *OURS):
            yield Lane(contender, workload)


def overlapping() -> Iterator[Lane]:
    """What resources cost that are beside others, and what 405s do."""
    for preflights, get in BESIDE.values():
        for workload in (*preflights.values(), get):
            for contender in (*OURS, EVERYWHERE):
                yield Lane(contender, workload)
    yield from beside(WRONG_METHODS.values())


def hostile() -> Iterator[Lane]:
    """What is long, and the ordinary that it is compared with."""
    # Of the forms of a refusal by hand that are raised, the cheaper one.
    for contender in (BY_HAND_WITH_TEXT, *OURS):
        for workload in (PREFLIGHT, *HOSTILE):
            yield Lane(contender, workload)
    for contender in OURS:
        for workload in (ORDINARY_ANY, *HOSTILE_ANY):
            yield Lane(contender, workload)
    yield from beside((REFUSED_GET, LONG_ORIGIN, REFUSED_PREFLIGHT, LONG_ORIGIN_PREFLIGHT))


def growth() -> Iterator[Lane]:
    """Those of all targets but the table's."""
    yield from flat()
    yield from overlapping()
    yield from hostile()


def clocked() -> Iterator[Lane]:
    """What is timed, when the clock is asked for; what is compared is next to each other."""
    for workload in TABLE:
        for contender in CONTENDERS:
            if contender is not BASELINE or not workload.preflight:
                yield Lane(contender, workload)
    yield Lane(CONTROL, ALLOWED)


COUNTED: Final = (*ANCHORS, CLASSIC, FLUENT)
CASES: Final = {lane.workload.name: lane.workload for lane in (*table(COUNTED), *growth())}
