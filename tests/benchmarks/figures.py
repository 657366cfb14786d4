"""A figure with its uncertainty, and what is claimed of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, isnan, nan
from statistics import quantiles
from typing import final

from tests.benchmarks.contenders import Contender


@final
@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured several times, each time in fresh processes.

    - `value`: the median;
    - `spread`: half the range that the middle half lies in.
    """

    value: float
    spread: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Figure":
        """The figure of one value for each time."""
        if len(values) == 1:
            return cls(values[0], 0.0)
        low, middle, high = quantiles(values, n=4, method="inclusive")
        return cls(middle, (high - low) / 2)

    def __sub__(self, other: "Figure") -> "Figure":
        return Figure(self.value - other.value, hypot(self.spread, other.spread))

    def __truediv__(self, other: "Figure") -> "Figure":
        """Their ratio; not a number where what it is compared with drowned in noise."""
        if other.value <= 0:
            return Figure(nan, nan)
        ratio = self.value / other.value
        return Figure(ratio, hypot(self.spread, ratio * other.spread) / other.value)


@final
@dataclass(frozen=True, slots=True)
class Claim:
    """One figure against its limit."""

    target: int
    what: str
    who: Contender
    figure: Figure
    limit: float
    unit: str = " ×"

    @property
    def verdict(self) -> str:
        """``holds``, or by how much it does not."""
        excess = self.figure.value - self.limit
        if isnan(excess):
            return "cannot be told: too much noise"
        if excess <= 0:
            return "holds"
        noise = ", within the noise" if self.figure.spread >= excess else ""
        return f"missed by {number(excess)}{self.unit}{noise}"


def number(value: float) -> str:
    """For people: as many digits as can mean something."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"
