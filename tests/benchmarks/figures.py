"""A figure with its uncertainty, and what is claimed of it."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles
from typing import final

from tests.benchmarks.contenders import Contender


@final
@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured several times, each time in fresh processes."""

    values: tuple[float, ...]

    @property
    def value(self) -> float:
        return median(self.values)

    @property
    def spread(self) -> float:
        """Half of the range that the middle half of the values lies in."""
        if len(self.values) == 1:
            return 0.0
        low, _, high = quantiles(self.values, n=4, method="inclusive")
        return (high - low) / 2

    def __sub__(self, other: "Figure") -> "Figure":
        return self._with(other, lambda mine, its: mine - its)

    def __truediv__(self, other: "Figure") -> "Figure":
        return self._with(other, lambda mine, its: mine / its if its > 0 else float("inf"))

    def _with(self, other: "Figure", combine: Callable[[float, float], float]) -> "Figure":
        pairs = zip(self.values, other.values, strict=True)
        return Figure(tuple(combine(mine, its) for mine, its in pairs))


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
        if excess <= 0:
            return "holds"
        noise = ", within the noise" if self.figure.spread >= excess else ""
        return f"missed by {number(excess)}{self.unit}{noise}"


def number(value: float) -> str:
    """For people: as many digits as can mean something."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"
