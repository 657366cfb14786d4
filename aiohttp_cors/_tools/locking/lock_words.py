"""The words of a lock: how each value is written, and read again exactly.

Owns: the words of origins, methods, names of headers and rights, and escapes.
Leaves to: `aiohttp_cors._tools.locking.lock_file` the lines that the words stand in.

Whatever reads a word raises `ValueError` with what is wrong about it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from aiohttp_cors._tools.locking.facts import ANY, NO_RESOURCE, NO_ROUTE
from aiohttp_cors._tools.locking.origin_sets import Named
from aiohttp_cors._tools.locking.rights import Answers, Names, Rights
from aiohttp_cors._values.origin_grammar import Origin, read_origin
from aiohttp_cors._values.origin_index import is_serialized
from aiohttp_cors._values.vocabulary import is_token

_LITERAL: Final = "literal:"
"""Precedes an origin that the grammar does not take for one, such as ``null``."""
# No header and no method has such a name.
_NO_NAME: Final = "(none)"
_ANY_NAME: Final = "(any)"
_FIELDS: Final = ["credentials", "headers", "exposed", "enforced", "max-age", "answers"]
_SWITCH: Final = {"yes": True, "no": False}
_ANSWERS: Final[dict[str, Answers]] = {
    "fluent": "fluent",
    "constant": "constant",
    "classic": "classic",
}
_ESCAPED: Final = re.compile(r"\\x\{|[^!-~]")
_ESCAPE: Final = re.compile(r"\\x\{([0-9a-f]{1,6})\}")
_AGE: Final = re.compile(r"[0-9]{1,19}")

_Value = TypeVar("_Value")


def word_of(named: Named) -> str:
    """An exact origin or a pattern."""
    text = str(named)
    is_literal = isinstance(named, str) and not isinstance(read_origin(named), Origin)
    return f"{_LITERAL}{text}" if is_literal else text


def read_named(word: str) -> Named:
    """The origin or the pattern that `word_of` wrote."""
    literal = word.removeprefix(_LITERAL)
    if literal != word and is_serialized(literal):
        return literal
    parsed = read_origin(word)
    if parsed is None:
        raise ValueError(f"{word[:60]!r} is no origin")
    return str(parsed) if isinstance(parsed, Origin) else parsed


def methods_word(methods: Iterable[str]) -> str:
    """Methods: ``GET,PUT,*,405:POST``, those that are served first."""
    return ",".join(sorted(methods, key=lambda each: (":" in each, each.replace(ANY, "~"))))


def read_methods(word: str) -> frozenset[str]:
    """The methods that `methods_word` wrote."""
    methods = word.split(",")
    for method in methods:
        if not is_token(method.removeprefix(NO_ROUTE).removeprefix(NO_RESOURCE)):
            raise ValueError(f"{method[:60]!r} is no method")
    return frozenset(methods)


def rights_words(rights: Rights) -> str:
    """Rights: ``credentials=yes headers=x-csrf-token exposed=(none) ...``, in the order of the fields."""
    credentials, headers, exposed, enforced, max_age, answers = rights
    fields = {
        "credentials": _yes_or_no(credentials),
        "headers": _names_word(headers),
        "exposed": _names_word(exposed),
        "enforced": _yes_or_no(enforced),
        "max-age": max_age or _NO_NAME,
        "answers": answers,
    }
    return " ".join(f"{name}={value}" for name, value in fields.items())


def read_rights(words: list[str]) -> Rights:
    """The rights that `rights_words` wrote."""
    fields = [word.partition("=") for word in words]
    if [name for name, _, _ in fields] != _FIELDS:
        raise ValueError(f"the rights of a line are {', '.join(_FIELDS)}")
    credentials, headers, exposed, enforced, age, answers = [value for _, _, value in fields]
    if age != _NO_NAME and not _AGE.fullmatch(age):
        raise ValueError(f"{age[:60]!r} is no age")
    return Rights(
        _one_of(_SWITCH, credentials),
        _read_names(headers),
        _read_names(exposed),
        _one_of(_SWITCH, enforced),
        None if age == _NO_NAME else age,
        _one_of(_ANSWERS, answers),
    )


def escaped(text: str) -> str:
    r"""`text` as one word: ``\x{20}`` for a space, for a control character, for all beyond ASCII.

    >>> escaped("/a b/{id:\\d+}")
    '/a\\x{20}b/{id:\\d+}'
    """
    return _ESCAPED.sub(lambda found: f"\\x{{{ord(found[0][0]):x}}}{found[0][1:]}", text)


def unescaped(word: str) -> str:
    """The text that `escaped` wrote."""
    try:
        return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), word)
    except (OverflowError, ValueError) as error:
        raise ValueError(f"{word[:60]!r} has an escape of no character") from error


def _names_word(names: Names) -> str:
    return _ANY_NAME if names is None else ",".join(sorted(names)) or _NO_NAME


def _read_names(word: str) -> Names:
    if word in {_ANY_NAME, _NO_NAME}:
        return None if word == _ANY_NAME else frozenset()
    names = word.split(",")
    if not all(map(is_token, names)):
        raise ValueError(f"{word[:60]!r} is no list of header names")
    return frozenset(names)


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _one_of(known: Mapping[str, _Value], word: str) -> _Value:
    if word not in known:
        raise ValueError(f"{word[:60]!r} is none of {', '.join(known)}")
    return known[word]
