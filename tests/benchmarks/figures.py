"""A figure of the clock, with its uncertainty."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from statistics import quantiles
from typing import final


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
