"""What a checker said of the programs, held against their marks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

from tests.typing.checkers import Report
from tests.typing.programs import Program


@final
@dataclass(frozen=True)
class Verdict:
    """How a checker did.

    - `due`: how many lines it had to report;
    - `missed`: those among them on which it has no error, ``path:line: text``;
    - `others`: whatever it said of any other line, warnings included.
    """

    due: int
    missed: list[str]
    others: list[str]

    @property
    def passed(self) -> bool:
        """Whether it reported what it had to, and nothing else."""
        return not self.missed and not self.others

    @property
    def summary(self) -> str:
        """The verdict in one line."""
        reported = self.due - len(self.missed)
        return f"{reported} of {self.due} lines reported, {len(self.others)} others"


def judge(programs: Iterable[Program], reports: Iterable[Report]) -> Verdict:
    """Hold what was said against what had to be."""
    marked = {
        f"{program.path}:{number}": program.text.splitlines()[number - 1].strip()
        for program in programs
        for number in program.marked
    }
    errors: set[str] = set()
    others: list[str] = []
    for report in reports:
        place = f"{report.path}:{report.line}"
        if place not in marked:
            others.append(f"{place}: {report.message}")
        elif report.is_error:
            errors.add(place)
    missed = [f"{place}: {text}" for place, text in marked.items() if place not in errors]
    return Verdict(len(marked), missed, others)
