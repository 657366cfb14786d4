"""Reads a hint as the values that it names, so that a test can ask whether each is legal."""

from ast import literal_eval

SWITCH = "dangerously_over_http=True"


def is_step(hint: str) -> bool:
    """Whether a hint names what to do instead of a value to write: ``.origin_where``, a switch."""
    return hint.startswith(".") or hint == SWITCH


def values_of(hint: str) -> list[str]:
    """``X-A`` names itself, ``'X-A', 'X-B'`` two names, and ``*['X-A']`` what it unpacks.

    An empty hint and one that is a step name no value. No origin, name or age has a space after a
    comma or begins like a list that is unpacked.
    """
    hint = hint.removesuffix(f", or {SWITCH}")
    if not hint or is_step(hint):
        return []
    if hint.startswith("*["):
        unpacked: list[str] = literal_eval(hint[1:])
        return unpacked
    if ", " in hint:
        listed: list[str] = literal_eval(f"[{hint}]")
        return listed
    return [hint]
