"""How a hint spells several values that were given as one, in a text or in a collection.

Knows how a call is written that takes values one by one. Does not know which values are legal:
whoever asks says that.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeGuard


def spelled(values: Iterable[str]) -> str:
    """One value as it is, several as a call is given them, each once: ``'X-A', 'X-B'``.

    Precondition: there is one.
    """
    distinct = list(dict.fromkeys(values))
    return distinct[0] if len(distinct) == 1 else ", ".join(map(repr, distinct))


def unpacked(given: object, is_legal: Callable[[object], bool]) -> str | None:
    """``*['X-A']`` for a list, a tuple or a set of legal values; None for all else."""
    if not _is_collection(given):
        return None
    values = list(given)
    return f"*{values!r}" if values and all(map(is_legal, values)) else None


def _is_collection(value: object) -> TypeGuard[Collection[object]]:
    return isinstance(value, Collection) and not isinstance(value, str | Mapping)
