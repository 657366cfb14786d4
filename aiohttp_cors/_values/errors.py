"""Errors and warnings: what this library says of a configuration that it refuses or doubts.

Owns: the five reasons, and how a problem is shown.
Leaves to: the parsers of this folder to find what is wrong, with which rule and which hint.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, final

from typing_extensions import Self, override

Reason: TypeAlias = Literal["missing", "invalid", "forbidden", "prohibited", "conflicting"]
"""Why a value is refused.

- *missing*: nothing was given where something is needed;
- *invalid*: outside the grammar;
- *forbidden*: the Fetch standard rules it out, so it can never work;
- *prohibited*: it would work, and this library refuses to do it;
- *conflicting*: it contradicts something configured beside or before it.
"""

_LONGEST: Final = 300
"""How many characters of a `repr` are shown."""


@final
@dataclass(frozen=True, slots=True, init=False)
class Problem:
    """One refused value: ``Problem("origin", "https://a.example/", "invalid", ...)``.

    - `field`: the part of the configuration, in its own spelling (``origin``, ``allow_headers``);
    - `value`: what was given, as `repr` for anything that is not a string;
    - `reason`: see `Reason`;
    - `because`: the rule, a sentence without its full stop;
    - `hint`: the nearest legal spelling, computed from `value`, or the step to use instead; empty
      where there is neither.
    """

    field: str
    value: str
    reason: Reason
    because: str
    hint: str

    def __init__(self, field: str, value: str, reason: Reason, because: str, hint: str) -> None:
        # The only way to fill a frozen value; a generated function takes a hundredth of the import.
        fill = object.__setattr__
        fill(self, "field", field)
        fill(self, "value", value)
        fill(self, "reason", reason)
        fill(self, "because", because)
        fill(self, "hint", hint)

    @override
    def __str__(self) -> str:
        missing = self.reason == "missing" and not self.value
        refused = self.field if missing else f"{self.field} {self.value!r}"
        hint = f" (hint: {self.hint})" if self.hint else ""
        return f"{refused} is {self.reason}: {self.because}{hint}"


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
    """The `repr` of what was given, cut to a line; of an int beyond measure its size.

    Python refuses to write an int of thousands of digits.
    """
    if isinstance(value, int) and value.bit_length() > 256:
        return f"int of {value.bit_length()} bits"
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


@final
class CorsWarning(UserWarning):
    """A configuration that is legal but cannot have the effect its author expects."""
