"""A task as the row that a person would paste into `tests.comparison.test_found`.

Knows how a description is written in Python. Knows neither library.
"""

import dataclasses
from typing import TypeGuard

from tests.comparison import description as d


def row(task: d.Task) -> str:
    """A row of ``_FOUND``, on one line: ``ruff format`` breaks it, and a person gives it its name."""
    return f'"say here what it is": {expression(task)},'


def expression(value: object) -> str:
    """Python that makes this value where the descriptions are imported as ``d``."""
    if dataclasses.is_dataclass(value):
        said = [
            f"{field.name}={expression(given)}"
            for field in dataclasses.fields(value)
            if (given := getattr(value, field.name)) != field.default
        ]
        return f"d.{type(value).__name__}({', '.join(said)})"
    if _is_tuple(value):
        items = ", ".join(map(expression, value))
        return f"({items},)" if len(value) == 1 else f"({items})"
    return ascii(value)


def _is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(value, tuple)
