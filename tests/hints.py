"""Reads a hint as the values that it names, so that a test can ask whether each is legal."""

from ast import literal_eval


def values_of(hint: str) -> list[str]:
    """``X-A`` names itself, ``'X-A', 'X-B'`` two names, and ``*['X-A']`` what it unpacks.

    No origin, name or age has a space after a comma or begins like a list that is unpacked.
    """
    if hint.startswith("*["):
        unpacked: list[str] = literal_eval(hint[1:])
        return unpacked
    if ", " in hint:
        listed: list[str] = literal_eval(f"[{hint}]")
        return listed
    return [hint]
