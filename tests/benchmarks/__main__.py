"""What CORS costs: a table of contenders, and each target's verdict.

Figures are instructions, counted under valgrind: for a GET, what it takes more than in the same
application without CORS; for a preflight, the whole request. They are the same run after run.
"""

import argparse
import platform
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from tests.benchmarks import counting, plan
from tests.benchmarks.callgrind import Failed, Missing
from tests.benchmarks.contenders import BASELINE, BY_KEY, Contender
from tests.benchmarks.counting import Counts, Settings, Unavailable
from tests.benchmarks.plan import Lane
from tests.benchmarks.workloads import Workload

_T = TypeVar("_T")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--package", type=Path, help="a checkout to take aiohttp_cors from")
    parser.add_argument("--cases", help=f"some of: {', '.join(plan.CASES)}")
    parser.add_argument("--contenders", help=f"some of: {', '.join(BY_KEY)}")
    parser.add_argument("--seeds", type=int, default=1, help="how many hash seeds (1)")
    parser.add_argument("--keep", type=Path, help="a folder to keep callgrind's files in")
    given = parser.parse_args()
    settings = Settings(
        seeds=range(1, given.seeds + 1),
        package=given.package and given.package.resolve(),
        keep=given.keep and given.keep.resolve(),
        progress=_progress,
    )
    try:
        _pick(given.contenders, given.cases, settings)
    except (Missing, Failed) as error:
        sys.exit(str(error))


def _pick(contenders: str | None, cases: str | None, settings: Settings) -> None:
    chosen = _chosen(contenders, BY_KEY) if contenders else plan.COUNTED
    workloads = _chosen(cases, plan.CASES) if cases else plan.TABLE
    lanes = [
        Lane(contender, workload)
        for workload in workloads
        for contender in chosen
        if contender.can(workload.shape, workload.preflight)
    ]
    counts = counting.run(lanes, settings)
    _print_counts(counts, [each for each in chosen if each is not BASELINE], workloads)


def _chosen(listed: str, known: dict[str, _T]) -> list[_T]:
    """What is listed, separated by commas; a part of a name will do."""
    chosen: dict[str, _T] = {}
    for word in listed.split(","):
        found = [name for name in known if name == word] or [name for name in known if word in name]
        if not found:
            raise SystemExit(f"no {word!r} among: {', '.join(known)}")
        chosen |= {name: known[name] for name in found}
    return list(chosen.values())


def _print_counts(
    counts: Counts, contenders: Sequence[Contender], workloads: Iterable[Workload]
) -> None:
    print(
        f"Python {platform.python_version()}, aiohttp {version('aiohttp')}. Instructions: ", end=""
    )
    print("a GET's beyond no CORS, a preflight's whole.\n")
    rows = [["request", *(each.name for each in contenders)]]
    rows += [
        [workload.name, *(_cell(counts, each, workload) for each in contenders)]
        for workload in workloads
    ]
    _print_table(rows)
    for why in counts.unavailable.values():
        print(f"not counted: {why}")


def _cell(counts: Counts, contender: Contender, workload: Workload) -> str:
    try:
        if workload.preflight:
            return f"{counts.whole(contender, workload):.0f}"
        return f"{counts.added(contender, workload):+.0f}"
    except Unavailable:
        return "-"


def _print_table(rows: list[list[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in [rows[0], ["-" * width for width in widths], *rows[1:]]:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print(f"| {' | '.join(cells)} |")


def _progress(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
