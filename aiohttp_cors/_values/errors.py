"""What this library says about a configuration it refuses or doubts.

Knows the five reasons and how problems are shown. Does not know what is wrong with what:
the parsers of the other value modules decide that and create the `Problem`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias, final

from typing_extensions import Self, override

Reason: TypeAlias = Literal["missing", "invalid", "forbidden", "prohibited", "conflicting"]
"""Why a value is refused.

- *missing*: nothing was given where something is needed;
- *invalid*: outside the grammar;
- *forbidden*: the Fetch standard rules it out, so it can never work;
- *prohibited*: it would work, and this library refuses to do it;
- *conflicting*: it contradicts something configured beside or before it.
"""


@final
@dataclass(frozen=True, slots=True)
class Problem:
    """One refused value: ``Problem("origin", "https://a.example/", "invalid", ...)``.

    - `field`: the part of the configuration, in its own spelling (``origin``, ``allow_headers``);
    - `value`: what was given, as `repr` for anything that is not a string;
    - `reason`: see `Reason`;
    - `hint`: the nearest legal spelling, or what to do instead.
    """

    field: str
    value: str
    reason: Reason
    hint: str

    @override
    def __str__(self) -> str:
        return f"{self.field} {self.value!r} is {self.reason} (hint: {self.hint})"


@final
class CorsConfigError(ValueError):
    """A refused configuration; `problems` names everything that is wrong with the call.

    Raised when configuring, never on a request. Nothing of a refused call takes effect.
    """

    problems: tuple[Problem, ...]

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))

    @override
    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Problem, ...]]]:
        # An exception is pickled by its message; ours is rebuilt from its problems.
        return type(self), (self.problems,)


def shown(value: object) -> str:
    """The `repr` of what was given; of an int beyond measure, which Python may not write, its size."""
    if isinstance(value, int) and value.bit_length() > 256:
        return f"int of {value.bit_length()} bits"
    return repr(value)


@final
class CorsWarning(UserWarning):
    """A configuration that is legal but cannot have the effect its author expects."""
