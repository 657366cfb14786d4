"""The limits, each in one place, and what a figure says of its limit.

`RATIOS` are the contract's: instructions of ours, through the API that costs more, in the unit of
somebody else's. A row that is missed says in `today` what CI holds it to instead; whoever makes it
better lowers that, and takes it out with the miss.
"""

from dataclasses import dataclass
from math import isnan
from typing import Final, final

from typing_extensions import override

from tests.benchmarks import plan
from tests.benchmarks.contenders import BY_HAND, FLOOR, OLD, Contender
from tests.benchmarks.workloads import Workload

TOLERANCE: Final = 1.05
"""What CI lets a ratio be above its limit: other Pythons and releases of aiohttp count otherwise."""


@final
@dataclass(frozen=True, slots=True)
class Ratio:
    """What a request may cost, compared with somebody else's: added, or whole for a preflight."""

    workload: Workload
    peer: Contender
    limit: float
    today: float | None = None


RATIOS: Final = (
    Ratio(plan.ALLOWED, FLOOR, 1.05),
    Ratio(plan.ALLOWED, OLD, 0.38),
    Ratio(plan.REFUSED_GET, FLOOR, 1.12),
    Ratio(plan.REFUSED_GET, OLD, 0.38),
    Ratio(plan.NO_ORIGIN, FLOOR, 1.05),
    Ratio(plan.NO_ORIGIN, OLD, 0.45),
    Ratio(plan.EXPOSING, OLD, 0.50),
    Ratio(plan.UNCOVERED, FLOOR, 1.05),
    Ratio(plan.UNCOVERED, OLD, 0.82, today=0.85),
    Ratio(plan.PREFLIGHT, BY_HAND, 1.12),
    Ratio(plan.PREFLIGHT, OLD, 0.85),
    Ratio(plan.REFUSED_PREFLIGHT, BY_HAND, 0.90),
    Ratio(plan.REFUSED_PREFLIGHT, OLD, 0.90),
)

TIMES: Final = " ×"
MICROSECONDS: Final = " µs"
MILLISECONDS: Final = " ms"
BYTES: Final = " B"
MILLIONS: Final = " M instructions"

# How much is flat: the highest of what is to be equal, in the unit of the lowest.
FLAT: Final = 1.05
PATTERNS: Final = 2.0
SET_UP: Final = 20.0
MEMORY: Final = 1024.0
ON: Final = 50.0
STEP: Final = 1.1
LIVE: Final = 1.1
# A figure of the clock.
LINEAR: Final = 1.5
BESIDE: Final = 3.0
WRONG_METHOD: Final = 1.3
HOSTILE: Final = 6.0
HOSTILE_TO_HAND: Final = 2.5
LONG_ORIGIN: Final = 1.0
LONGER: Final = 1024.0
IMPORT: Final = 60.0


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One figure and its limit; not a number for what could not be told."""

    target: str
    what: str
    who: str
    figure: float
    limit: float
    unit: str = TIMES
    today: float | None = None

    @property
    def is_met(self) -> bool:
        return self.figure <= self.limit

    @property
    def is_tolerated(self) -> bool:
        """Whether CI lets it pass."""
        return self.figure <= TOLERANCE * max(self.limit, self.today or 0)

    @override
    def __str__(self) -> str:
        found = f"{self.who}: {self.what}: {number(self.figure)}{self.unit}"
        return f"{found}, at most {number(self.limit)}{self.unit}: {self._said}"

    @property
    def _said(self) -> str:
        if isnan(self.figure):
            return "NOT COUNTED"
        if self.is_met:
            return "holds" if self.today is None else "holds, and its `today` is to be taken out"
        excess = f"MISSED by {number(self.figure - self.limit)}{self.unit}"
        return excess if self.today is None else f"{excess} (CI holds it to {number(self.today)})"


def number(value: float) -> str:
    """For people: as many digits as can mean something."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"
