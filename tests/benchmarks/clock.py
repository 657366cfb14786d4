"""What CORS costs by the clock: a table of contenders.

Figures are microseconds of processor time: for a GET, what it takes more than in the same application
without CORS; for a preflight, the whole request. Behind each, half the range that the middle half of
the repetitions lies in. Only ratios inside one run count, and the limits are none of
the clock's: `python -m tests.benchmarks` counts.
"""

import argparse
import platform
import sys
from importlib.metadata import version

from tests.benchmarks import measure, plan
from tests.benchmarks.contenders import (
    BASELINE,
    CONTENDERS,
    CONTROL,
    Contender,
)
from tests.benchmarks.figures import Figure
from tests.benchmarks.limits import number
from tests.benchmarks.workloads import Workload


def main() -> None:
    """Reports; whatever the figures, the exit code is 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.clock", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute, and less certain")
    quick: bool = parser.parse_args().quick
    results = measure.run(
        plan.clocked(),
        generations=2 if quick else 6,
        rounds=5 if quick else 25,
        progress=_progress,
    )
    _print_table(results)


def _print_table(results: measure.Results) -> None:
    columns = [each for each in CONTENDERS if each is not BASELINE]
    print(f"Python {platform.python_version()}, aiohttp {version('aiohttp')}. ", end="")
    print(f"GET without CORS: {_cell(results.whole(BASELINE, plan.ALLOWED))} µs; ", end="")
    print(f"noise, beside itself: {_cell(results.added(CONTROL, plan.ALLOWED), '+')} µs.\n")
    rows = [["request", *(each.name for each in columns)]]
    rows += [
        [workload.name, *(_result(results, each, workload) for each in columns)]
        for workload in plan.TABLE
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print(f"| {' | '.join(cells)} |")
    for contender, why in results.unavailable.items():
        print(f"{contender.name} was not measured: {why}")


def _result(results: measure.Results, contender: Contender, workload: Workload) -> str:
    if contender in results.unavailable:
        return "-"
    if workload.preflight:
        return _cell(results.whole(contender, workload))
    return _cell(results.added(contender, workload), "+")


def _cell(figure: Figure, sign: str = "") -> str:
    plus = sign if figure.value >= 0 else ""
    return f"{plus}{number(figure.value)} ± {number(figure.spread)}"


def _progress(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
