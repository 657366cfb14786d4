"""What CORS costs: a table of contenders, and each target's verdict.

Figures are instructions, counted under valgrind: for a GET, what it takes more than in the same
application without CORS; for a preflight, the whole request. They are the same run after run. Where
they depend on hashes they are a mean over several seeds.
"""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Final, TypeVar

from aiohttp_cors import __version__
from tests.benchmarks import counting, picture, plan, report
from tests.benchmarks.callgrind import Failed, Missing
from tests.benchmarks.contenders import (
    BASELINE,
    BY_HAND,
    BY_KEY,
    FLOOR,
    MIDDLEWARES,
    OLD,
    OTHER_HANDS,
    OURS,
    ROOT,
    Contender,
)
from tests.benchmarks.counting import SEEDS, Batch, Counts, Settings, Unavailable
from tests.benchmarks.limits import Verdict
from tests.benchmarks.paid_once import Run
from tests.benchmarks.picture import Panel
from tests.benchmarks.plan import Lane
from tests.benchmarks.workloads import Workload

_T = TypeVar("_T")
_AT_ONCE: Final = 2
_PICTURE: Final = ROOT / "docs" / "benchmark.svg"


def main() -> None:
    """Reports; the exit code says whether it could count, and with ``--ci`` what it found."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--package", type=Path, help="a checkout to take aiohttp_cors from")
    parser.add_argument(
        "--ci", action="store_true", help="the ratios alone; fails for one too high"
    )
    parser.add_argument("--cases", help=f"only these: {', '.join(plan.CASES)}")
    parser.add_argument("--contenders", help=f"only these: {', '.join(BY_KEY)}")
    parser.add_argument("--seeds", type=int, default=1, help="of --cases and --contenders (1)")
    parser.add_argument("--keep", type=Path, help="a folder to keep callgrind's files in")
    given = parser.parse_args()
    picked = given.contenders or given.cases
    settings = Settings(
        seeds=range(1, given.seeds + 1) if picked else SEEDS[:2] if given.ci else SEEDS,
        package=given.package and given.package.resolve(),
        keep=given.keep and given.keep.resolve(),
        progress=_progress,
    )
    try:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            if picked:
                _pick(given.contenders, given.cases, settings, pool)
            elif given.ci:
                sys.exit(_judge(settings, pool))
            else:
                _everything(settings, pool)
    except Missing as missing:
        print(missing)
        sys.exit(1 if "CI" in os.environ else 0)
    except Failed as failed:
        sys.exit(str(failed))


def _everything(settings: Settings, pool: Executor) -> None:
    batches = [
        Batch((*plan.table(plan.COUNTED), *plan.other_hands()), settings.seeds),
        Batch(plan.flat(), settings.seeds[:1]),
        Batch(plan.overlapping(), settings.seeds[:1]),
        Batch(plan.hostile(), settings.seeds[:1]),
    ]
    counts = counting.run(batches, settings, pool)
    settings.progress("what is paid once")
    once = Run(pool, settings).result()
    _print_counts(counts, plan.COUNTED, plan.TABLE)
    for other in OTHER_HANDS:
        cell = _cell(counts, other, plan.REFUSED_PREFLIGHT)
        print(f"{plan.REFUSED_PREFLIGHT.name}, {other.name}: {cell} (no limit)")
    verdicts = [*report.ratios(counts), *report.growth(counts), *report.once(once)]
    _print_verdicts(verdicts)
    print(f"   Of the tools, the import loads {', '.join(sorted(once.tools)) or 'none'}.")
    _print_summary(verdicts)
    if settings.package is None:
        _draw(counts)


def _judge(settings: Settings, pool: Executor) -> int:
    contenders = tuple(each for each in plan.COUNTED if each is not MIDDLEWARES)
    counts = counting.run([Batch(plan.table(contenders), settings.seeds)], settings, pool)
    _print_counts(counts, contenders, plan.TABLE)
    verdicts = list(report.ratios(counts))
    _print_verdicts(verdicts)
    _print_summary(verdicts)
    too_high = [verdict for verdict in verdicts if not verdict.is_tolerated]
    for verdict in too_high:
        print(f"FAILED: {verdict}")
    return 1 if too_high else 0


def _pick(contenders: str | None, cases: str | None, settings: Settings, pool: Executor) -> None:
    chosen = _chosen(contenders, BY_KEY) if contenders else plan.COUNTED
    workloads = _chosen(cases, plan.CASES) if cases else plan.TABLE
    lanes = [
        Lane(contender, workload)
        for workload in workloads
        for contender in chosen
        if contender.can(workload.shape, workload.preflight)
    ]
    counts = counting.run([Batch(lanes, settings.seeds)], settings, pool)
    _print_counts(counts, [each for each in chosen if each is not BASELINE], workloads)


def _chosen(listed: str, known: Mapping[str, _T]) -> list[_T]:
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
    print(f"{_versions()}.")
    print("Instructions: of a preflight all, of other requests those beyond no CORS.\n")
    rows = [["request", *(each.name for each in contenders)]]
    rows += [
        [workload.name, *(_cell(counts, each, workload) for each in contenders)]
        for workload in workloads
    ]
    _print_table(rows)
    for why in counts.unavailable.values():
        print(f"not counted: {why}")


def _versions() -> str:
    valgrind = subprocess.run(
        ["valgrind", "--version"], check=True, capture_output=True, text=True
    ).stdout
    return (
        f"aiohttp_cors {__version__}, aiohttp {version('aiohttp')},"
        f" Python {platform.python_version()}, valgrind {valgrind.strip().removeprefix('valgrind-')}"
    )


def _cell(counts: Counts, contender: Contender, workload: Workload) -> str:
    try:
        cost = counts.cost(contender, workload)
    except Unavailable:
        return "-"
    return f"{cost:.0f}" if workload.preflight else f"{cost:+.0f}"


def _print_table(rows: list[list[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in [rows[0], ["-" * width for width in widths], *rows[1:]]:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print(f"| {' | '.join(cells)} |")


def _print_verdicts(verdicts: Iterable[Verdict]) -> None:
    by_target = sorted(verdicts, key=lambda verdict: verdict.target)
    for target, about in groupby(by_target, key=lambda verdict: verdict.target):
        print(f"\n{target}")
        for verdict in about:
            print(f"   {verdict}")


def _print_summary(verdicts: Sequence[Verdict]) -> None:
    missed = sum(not verdict.is_met for verdict in verdicts)
    print(f"\n{len(verdicts) - missed} of {len(verdicts)} limits hold; {missed} missed.")


def _draw(counts: Counts) -> None:
    series = {"by hand": (BY_HAND,), "floor": (FLOOR,), "this library": OURS, OLD.name: (OLD,)}

    def bars(workload: Workload) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, contenders in series.items():
            try:
                # Of our two APIs, the one that costs more.
                found[name] = max(0, *(counts.cost(each, workload) for each in contenders))
            except Unavailable:
                continue
        return found

    panels = [
        Panel(title, {each.name: bars(each) for each in plan.TABLE if each.preflight is whole})
        for title, whole in (
            ("Actual requests: beyond the same without CORS", False),
            ("Preflights: the whole request", True),
        )
    ]
    _PICTURE.write_text(picture.draw(panels, f"Counted with {_versions()}."), "utf-8")
    print(f"Drawn in {_PICTURE.relative_to(ROOT)}.")


def _progress(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
