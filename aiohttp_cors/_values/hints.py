"""Hints: how several values are spelled, and what a value of another type was meant to be.

Owns: the steps that hints name, the spelling of a call that takes values one by one, and of a text
in something else.
Leaves to: the parser that asks which values are legal, and how a text is mended.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sized
from typing import Final, TypeGuard

ANY_ORIGIN: Final = ".any_origin"
"""The step that is meant by every origin."""

ORIGIN_WHERE: Final = ".origin_where"
"""The step that is meant by what no origin and no pattern says."""

EMPTY_SETTING: Final = "is the setting empty?"
"""The question that ends a `Problem.because` where nothing was given."""


def spelled(values: Iterable[str]) -> str:
    """One value as it is, several as a call is given them, each once: ``'X-A', 'X-B'``.

    Precondition: there is one.
    """
    distinct = list(dict.fromkeys(values))
    return distinct[0] if len(distinct) == 1 else ", ".join(map(repr, distinct))


def unpacked(given: object, is_legal: Callable[[object], bool]) -> str:
    """``*['X-A']`` for a list, a tuple or a set of legal values; empty for all else."""
    values = members_of(given)
    return f"*{values!r}" if values and all(map(is_legal, values)) else ""


def mended_members(given: object, mend: Callable[[object], str]) -> str:
    """``*['X-A']`` for a list, a tuple or a set whose members can be mended; empty for all else.

    `mend` gives the legal text that a member means, or an empty one.
    """
    texts = [mend(member) for member in members_of(given)]
    return f"*{texts!r}" if texts and all(texts) else ""


def members_of(given: object) -> list[object]:
    """What a list, a tuple or a set holds; nothing of any other value."""
    return list(given) if _is_collection(given) else []


def is_empty(given: object) -> bool:
    """Whether it is None, or a text or a collection of nothing."""
    return given is None or (isinstance(given, Sized) and not len(given))


def text_of(given: object) -> str | None:
    """The text in what is no string: of bytes, or of an object that writes itself as a URL."""
    if isinstance(given, bytes | bytearray):
        return given.decode() if given.isascii() else None
    try:
        text = str(given)
    except Exception:  # noqa: BLE001 -- a class of the user's own, in the middle of an error
        return None
    return text if "://" in text else None


def nearest_name(given: object, names: Collection[str]) -> str:
    """The name that a misspelt one means; an empty text where none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 -- loaded for a misspelt name alone

    folded = given.lower().replace("-", "_") if isinstance(given, str) else ""
    return next(iter(get_close_matches(folded, names, n=1)), "")


def _is_collection(value: object) -> TypeGuard[Collection[object]]:
    no_list = isinstance(value, str | bytes | bytearray | Mapping)
    return isinstance(value, Collection) and not no_list
