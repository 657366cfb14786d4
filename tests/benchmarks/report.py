"""What was counted, as verdicts on the targets.

Owns: which figures are compared for each target.
Leaves to: `tests.benchmarks.limits` the limits.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from math import nan
from typing import Final

from tests.benchmarks import limits, plan
from tests.benchmarks.contenders import (
    BASELINE,
    BY_HAND_WITH_TEXT,
    EVERYWHERE,
    FLUENT,
    OURS,
    Contender,
)
from tests.benchmarks.counting import Counts, Unavailable
from tests.benchmarks.limits import RATIOS, Ratio, Verdict
from tests.benchmarks.once import OPERATIONS, SIZES
from tests.benchmarks.paid_once import Once
from tests.benchmarks.plan import Lane
from tests.benchmarks.workloads import Workload

_LIVE: Final = OPERATIONS[:-1]
_STEP: Final = OPERATIONS[-1]


def ratios(counts: Counts) -> Iterator[Verdict]:
    """Those of the table, for each API."""
    for row in RATIOS:
        for who in OURS:
            yield Verdict(
                target="A request, compared",
                what=f"{row.workload.name}, to {row.peer.name}",
                who=who.name,
                figure=_or_nan(partial(_ratio, counts, row, who)),
                limit=row.limit,
                today=row.today,
            )


def _ratio(counts: Counts, row: Ratio, who: Contender) -> float:
    return counts.cost(who, row.workload) / counts.cost(row.peer, row.workload)


def growth(counts: Counts) -> Iterator[Verdict]:
    """Those of what does not grow."""
    for who in OURS:
        yield from _flat(counts, who)
    for who in (*OURS, EVERYWHERE):
        yield from _beside(counts, who)
    for who in OURS:
        yield from _wrong_method(counts, who)
    for who in OURS:
        yield from _hostile(counts, who)


def _flat(counts: Counts, who: Contender) -> Iterator[Verdict]:
    for what, workloads, limit in (
        ("1, 100, 10 000 origins: the most to the least", plan.ORIGINS, limits.FLAT),
        ("1, 1000 patterns: the most to the least", plan.PATTERNS, limits.PATTERNS),
        ("1, 10 000 resources: the most to the least", plan.RESOURCES, limits.FLAT),
    ):

        def spread(workloads: Mapping[int, Workload]) -> float:
            added = [counts.added(who, workload) for workload in workloads.values()]
            return max(added) / min(added)

        yield Verdict(
            target="A request, whatever the number",
            what=what,
            who=who.name,
            figure=_or_nan(partial(spread, workloads)),
            limit=limit,
        )


def _beside(counts: Counts, who: Contender) -> Iterator[Verdict]:
    for what, (preflights, get) in plan.BESIDE.items():
        for which, workload in preflights.items():
            yield Verdict(
                target="A request beside others",
                what=f"{which} beside {what}, to a GET there",
                who=who.name,
                figure=_or_nan(partial(_wholes, counts, Lane(who, workload), Lane(who, get))),
                limit=limits.BESIDE,
            )


def _wrong_method(counts: Counts, who: Contender) -> Iterator[Verdict]:
    for workload in plan.WRONG_METHODS.values():
        yield Verdict(
            target="A request beside others",
            what=f"{workload.name}, to the same without CORS",
            who=who.name,
            figure=_or_nan(partial(_wholes, counts, Lane(who, workload), Lane(BASELINE, workload))),
            limit=limits.WRONG_METHOD,
        )


def _wholes(counts: Counts, one: Lane, other: Lane) -> float:
    return counts.whole(one.contender, one.workload) / counts.whole(other.contender, other.workload)


def _longer(counts: Counts, who: Contender, long: Workload, ordinary: Workload) -> float:
    added, usual = (
        counts.whole(who, each) - counts.whole(BASELINE, each) for each in (long, ordinary)
    )
    return added / usual


def _hostile(counts: Counts, who: Contender) -> Iterator[Verdict]:
    def verdict(what: str, compute: Callable[[], float], limit: float) -> Verdict:
        return Verdict(
            target="Hostile requests", what=what, who=who.name, figure=_or_nan(compute), limit=limit
        )

    for workload in (*plan.HOSTILE, *plan.HOSTILE_ANY):
        ordinary = plan.ORDINARY_ANY if workload.shape.any_header else plan.PREFLIGHT
        yield verdict(
            f"8 KiB, {workload.name}, to an ordinary preflight",
            partial(_wholes, counts, Lane(who, workload), Lane(who, ordinary)),
            limits.HOSTILE,
        )
    for workload in plan.HOSTILE:
        yield verdict(
            f"8 KiB, {workload.name}, to the same by hand",
            partial(_wholes, counts, Lane(who, workload), Lane(BY_HAND_WITH_TEXT, workload)),
            limits.HOSTILE_TO_HAND,
        )
    for long, ordinary in (
        (plan.LONG_ORIGIN, plan.REFUSED_GET),
        (plan.LONG_ORIGIN_PREFLIGHT, plan.REFUSED_PREFLIGHT),
    ):
        # Beyond no CORS, because aiohttp itself takes longer over a longer request.
        yield verdict(
            f"{long.name}: added, to a refused one",
            partial(_longer, counts, who, long, ordinary),
            limits.LONG_ORIGIN,
        )


def once(paid: Once) -> Iterator[Verdict]:
    """Those of what is paid once, or by the program."""
    for who in (*OURS, EVERYWHERE):
        yield Verdict(
            target="Setting up 10 000 resources",
            what="a resource, beyond the same without CORS",
            who=who.name,
            figure=paid.set_up[who],
            limit=limits.SET_UP,
            unit=limits.MICROSECONDS,
        )
        yield Verdict(
            target="Setting up 10 000 resources",
            what="kept of a resource that answered a GET and a preflight, beyond the same without CORS",
            who=who.name,
            figure=paid.memory[who],
            limit=limits.MEMORY,
            unit=limits.BYTES,
        )
    for who in OURS:
        yield Verdict(
            target="Starting",
            what="a view of 4000 that overlap, bound to nothing, to one of 500",
            who=who.name,
            figure=paid.overlapping[who],
            limit=limits.LINEAR,
        )
        yield Verdict(
            target="Starting",
            what="the same, memory at the peak",
            who=who.name,
            figure=paid.overlapping_peak[who],
            limit=limits.LINEAR,
        )
    yield Verdict(
        target="Starting",
        what=".on() with 10 000 origins",
        who=FLUENT.name,
        figure=paid.on,
        limit=limits.ON,
        unit=limits.MILLISECONDS,
    )
    names: Sequence[tuple[str, float]] = (
        (_STEP, limits.STEP),
        *((name, limits.LIVE) for name in _LIVE),
    )
    for name, limit in names:
        few, many = (paid.operations.get(f"{name}, {size}", nan) for size in SIZES)
        yield Verdict(
            target="Changing",
            what=f"{name}, 10 000 origins, to 100",
            who=FLUENT.name,
            figure=many / few,
            limit=limit,
        )
    for who, figure in paid.longer.items():
        yield Verdict(
            target="Hostile requests",
            what="the largest answer to one, beyond an ordinary one's (names it asked for aside)",
            who=who.name,
            figure=figure,
            limit=limits.LONGER,
            unit=limits.BYTES,
        )
    yield Verdict(
        target="Import",
        what="import aiohttp_cors, beyond import aiohttp.web",
        who="ours",
        figure=paid.imported / 1e6,
        limit=limits.IMPORT,
        unit=limits.MILLIONS,
    )


def _or_nan(compute: Callable[[], float]) -> float:
    try:
        return compute()
    except Unavailable:
        return nan
