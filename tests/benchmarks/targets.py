"""The targets, each with what was measured and whether it holds.

Only ratios inside one run count, and a target is a limit, not an average: it holds for an API of ours
or is missed by it.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from tests.benchmarks import plan
from tests.benchmarks.contenders import BY_HAND, OLD, OURS, Contender
from tests.benchmarks.figures import Claim
from tests.benchmarks.measure import Results
from tests.benchmarks.once import Once
from tests.benchmarks.workloads import Workload

MICROSECONDS: Final = " µs"


def claims(results: Results, once: Once) -> Iterator[Claim]:
    """Every claim about the contenders that could be measured."""
    measured = [each for each in OURS if each not in results.unavailable]
    for target in (_actual, _preflights, _uncovered, _flat):
        for who in measured:
            yield from target(results, who)
    for who, figure in once.memory.items():
        if who is not OLD:
            yield Claim(5, "memory of a further resource", who, figure, 1024, " B")
            yield Claim(5, "setting up a resource", who, once.set_up[who], 20, MICROSECONDS)
    for who in measured:
        yield from _hostile(results, who)
    yield from (
        Claim(7, "import aiohttp_cors", who, figure, 8, " ms")
        for who, figure in once.imported.items()
        if who is not OLD
    )


def _actual(results: Results, who: Contender) -> Iterator[Claim]:
    def against(peer: Contender, workload: Workload, limit: float) -> Iterator[Claim]:
        if peer not in results.unavailable:
            figure = results.added(who, workload) / results.added(peer, workload)
            yield Claim(1, f"{workload.name}: added, to {peer.name}", who, figure, limit)

    yield from against(BY_HAND, plan.ALLOWED, 1.0)
    yield from against(OLD, plan.ALLOWED, 0.25)
    yield from against(BY_HAND, plan.REFUSED_GET, 1.0)
    yield from against(BY_HAND, plan.NO_ORIGIN, 1.0)


def _preflights(results: Results, who: Contender) -> Iterator[Claim]:
    for workload, peer, limit in (
        (plan.PREFLIGHT, BY_HAND, 1.0),
        (plan.REFUSED_PREFLIGHT, OLD, 0.8),
    ):
        if peer not in results.unavailable:
            figure = results.whole(who, workload) / results.whole(peer, workload)
            yield Claim(2, f"{workload.name}, to {peer.name}", who, figure, limit)


def _uncovered(results: Results, who: Contender) -> Iterator[Claim]:
    if OLD not in results.unavailable:
        figure = results.added(who, plan.UNCOVERED) / results.added(OLD, plan.UNCOVERED)
        yield Claim(3, f"{plan.UNCOVERED.name}: added, to {OLD.name}", who, figure, 0.6)


def _flat(results: Results, who: Contender) -> Iterator[Claim]:
    yield from _apart(results, who, "1, 100, 10 000 origins", plan.ORIGINS.values())
    few, thousand = (results.added(who, workload) for workload in plan.PATTERNS.values())
    yield Claim(4, "1 000 patterns: added, to one pattern", who, thousand / few, 2.0)
    yield from _apart(results, who, "1, 10 000 resources", plan.RESOURCES.values())


def _apart(
    results: Results, who: Contender, what: str, workloads: Iterable[Workload]
) -> Iterator[Claim]:
    added = sorted(
        (results.added(who, workload) for workload in workloads), key=lambda each: each.value
    )
    figure = added[-1] - added[0]
    yield Claim(4, f"{what}: highest above lowest", who, figure, 0.5, MICROSECONDS)


def _hostile(results: Results, who: Contender) -> Iterator[Claim]:
    for workload in plan.HOSTILE:
        ordinary = plan.ORDINARY_ANY if workload.shape.any_header else plan.PREFLIGHT
        figure = results.whole(who, workload) / results.whole(who, ordinary)
        yield Claim(6, f"8 KiB of request headers, {workload.name}", who, figure, 3.0)
    for workload, ordinary in (
        (plan.LONG_ORIGIN, plan.REFUSED_GET),
        (plan.LONG_ORIGIN_PREFLIGHT, plan.REFUSED_PREFLIGHT),
    ):
        # Added, because aiohttp itself takes longer over a longer request.
        figure = results.added(who, workload) - results.added(who, ordinary)
        yield Claim(6, f"{workload.name}: beyond a refused one", who, figure, 0.0, MICROSECONDS)
