"""What `make soak` prints of each server, and whether it is good.

Owns: the lines, and what makes a run fail: a wrong decision, a 5xx, a dropped connection, an error in a
log, and a run that has shown too little.
Leaves to: `tests.soak.soaking` the figures. Memory and throughput are figures without a limit.
"""

from collections.abc import Iterator
from itertools import zip_longest
from statistics import median

from tests.benchmarks.contenders import BASELINE
from tests.soak.cases import CASES
from tests.soak.soaking import Lengths, Soaked, Throughput


def lines(soaked: Soaked, throughput: Throughput) -> Iterator[str]:
    """The figures of a server."""
    load, tally = soaked.load, soaked.tally
    rows = {
        "requests": f"{load.requests + tally.checked:,}, {load.per_second:,.0f} a second",
        "decisions checked": f"{load.checked:,} by wrk, {tally.checked:,} by a client that knows each",
        "wrong": f"{load.wrong + tally.wrong}",
        "5xx": f"{load.server_errors + tally.server_errors}",
        "dropped connections": f"{load.dropped + tally.dropped + throughput.dropped}",
        "errors in the log": f"{len(soaked.trouble)}",
        "meanwhile": (
            f"live origins changed {tally.state.changes:,} times in a worker (allowed "
            f"{tally.live[True]:,} times, refused {tally.live[False]:,}), {tally.state.routes} routes added"
        ),
        "memory": f"{soaked.before:.1f} MiB before, {soaked.after:.1f} MiB after",
    }
    for name, text in rows.items():
        yield f"  {name:<21}{text}"
    for name, text in zip_longest(["throughput"], _compared(throughput), fillvalue=""):
        yield f"  {name:<21}{text}"


def _compared(throughput: Throughput) -> Iterator[str]:
    """A line for each contender. Ratios are of one round each: the machine differs between rounds."""
    without = throughput.rounds[BASELINE.name]
    for name, rounds in throughput.rounds.items():
        figure, taken = (
            median(burst.per_second for burst in rounds),
            median(burst.microseconds for burst in rounds),
        )
        pairs = list(zip(rounds, without, strict=True))
        many = median(its.per_second / bare.per_second for its, bare in pairs)
        work = median(its.microseconds / bare.microseconds for its, bare in pairs)
        yield (
            f"{name}: {figure:,.0f} a second ({many:.2f}), "
            f"{taken:.0f} µs of processor time a request ({work:.2f})"
        )


def complaints(soaked: Soaked, throughput: Throughput, lengths: Lengths) -> Iterator[str]:
    """Why a server's run is not good."""
    load, tally = soaked.load, soaked.tally
    yield from (f"wrk: {text}" for text in load.complaints)
    yield from tally.complaints
    yield from soaked.trouble
    if throughput.missing:
        yield throughput.missing
    counts = {
        "wrong decisions": load.wrong + tally.wrong,
        "5xx": load.server_errors + tally.server_errors,
        "dropped connections": load.dropped + tally.dropped + throughput.dropped,
    }
    yield from (f"{count} {name}" for name, count in counts.items() if count)
    if load.checked != load.requests:
        yield f"wrk has looked at {load.checked} of {load.requests} answers"
    if unasked := [case.name for case in CASES if not tally.answered[case.name]]:
        yield f"never answered: {', '.join(unasked)}"
    if not (tally.live[True] and tally.live[False]):
        yield "origins that come and go were not seen both allowed and refused"
    if tally.state.changes < lengths.least_changes or not tally.state.routes:
        yield f"too little changed: {tally.state}"
