"""The table row x engine that a test run prints: what the model said, and what browsers did.

Knows outcomes; judges none of them.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias, final

from tests.truth_table.words import BLOCKED, Outcome, Sees

Verdict: TypeAlias = Literal["agrees", "deviates", "differs"]
"""As the truth table says; as the table of deviations says; as no table says."""

MODEL: Final = "model"

_MARKS: Final[dict[Verdict, str]] = {"agrees": "", "deviates": " *", "differs": " !"}


@final
class Report:
    """What was seen so far, by row and column: the model is one, each engine another."""

    def __init__(self, names: Sequence[str]) -> None:
        """`names` are those of the rows, in their order."""
        self._cells: dict[str, dict[str, str]] = {row: {} for row in names}
        self._counts: dict[str, dict[Verdict, int]] = {}
        self._versions: dict[str, str] = {}
        self._evidence: dict[str, set[str]] = {}

    def add(self, row: str, column: str, seen: Sequence[Outcome], verdict: Verdict) -> None:
        """Note what `column` saw in a row."""
        self._cells[row][column] = " ".join(map(_short, seen)) + _MARKS[verdict]
        counts = self._counts.setdefault(column, {"agrees": 0, "deviates": 0, "differs": 0})
        counts[verdict] += 1

    def explain(self, column: str, evidence: str) -> None:
        """Note the evidence for a deviation that was seen."""
        self._evidence.setdefault(evidence, set()).add(column)

    def name(self, column: str, version: str) -> None:
        """Note the version of an engine."""
        self._versions[column] = version

    def lines(self) -> Iterator[str]:
        """The table, the evidence for its deviations, and a line per column that sums it up."""
        columns = sorted(self._counts, key=lambda column: (column != MODEL, column))
        rows = [
            (row, [cells.get(column, "") for column in columns])
            for row, cells in self._cells.items()
            if cells
        ]
        if rows:
            yield "an outcome per fetch: its status, its type where that hides it, or x: blocked"
            yield ""
            rows.insert(0, ("", columns))
        widths = [max(len(cells[i]) for _, cells in rows) for i in range(len(columns))]
        for row, cells in rows:
            shown = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
            yield "  ".join([*shown, row])
        yield ""
        for evidence, found in sorted(self._evidence.items()):
            yield f"* {', '.join(sorted(found))}: {evidence}"
        for column in columns:
            counts = self._counts[column]
            yield (
                f"{self._versions.get(column, column)}: {sum(counts.values())} rows,"
                f" {counts['agrees']} as the standard says, {counts['deviates']} listed deviations"
                f" (*), {counts['differs']} differences (!)"
            )
        for column, version in sorted(self._versions.items()):
            if column not in columns:
                yield version


def _short(outcome: Outcome) -> str:
    if isinstance(outcome, Sees):
        return str(outcome.status or outcome.type)
    return "x" if outcome == BLOCKED else outcome
