"""The text of a lock: the reach of a configuration, one fact a line.

Owns: how facts are written, and which texts are a lock.
Leaves to: `aiohttp_cors._tools.locking.reach` the facts; to `docs/lock.md` what each word means to a person.

    aiohttp-cors lock 1
    methods DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT
    origins @https://app.example.com https://*.preview.example.com
    origins @https://app.example.com https://app.example.com
    read /users GET,HEAD @https://app.example.com credentials=yes headers=x-csrf-token ...
    asks /me GET,PUT app.views.Me

A line is words between single spaces. The order of lines means nothing; they are sorted, so that the
same facts have the same text. An empty line is a comment, and so is one that begins with ``#``.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Final, NamedTuple, final

from aiohttp_cors._tools.locking.facts import Fact, Reach
from aiohttp_cors._tools.locking.lock_words import (
    escaped,
    methods_word,
    read_methods,
    read_named,
    read_rights,
    rights_words,
    unescaped,
    word_of,
)
from aiohttp_cors._tools.locking.origin_sets import Named, OriginSet
from aiohttp_cors._tools.locking.rights import Rights
from aiohttp_cors._tools.terminal import printable
from aiohttp_cors._values.origins import OriginPattern

VERSION: Final = 1
_TITLE: Final = "aiohttp-cors lock"

_OUTSIDE: Final = "!"
"""Precedes what is not in a set, although it matches something wider that is."""
SET: Final = "@"
"""Precedes the name of a set, which is one of its members."""
_EVERY: Final = "*"
_ASKED: Final = ("where:", "live:")


class LockError(Exception):
    """A text that is no lock of this version: one sentence."""


def write_lock(reach: Reach, comments: Iterable[str] = ()) -> str:
    """The text of a lock; the same for the same facts."""
    names = names_of(reach)
    members = [
        f"origins {name} {words}"
        for origins, name in names.items()
        if name.startswith(SET)
        for words in words_of(origins)
    ]
    facts = [
        (escaped(fact.path), methods_word(fact.methods), *_end(fact.rights, names[fact.origins]))
        for fact in reach.facts
    ]
    lines = [
        f"{_TITLE} {VERSION}",
        *(f"# {text}" for text in map(printable, comments)),
        f"methods {methods_word(reach.methods)}",
        *sorted(members),
        *(f"{kind} {path} {methods} {rest}" for path, methods, rest, kind in sorted(facts)),
    ]
    return "\n".join([*lines, ""])


def read_lock(text: str) -> Reach:
    """The facts that a lock states. Raises `LockError`."""
    title, _, rest = text.partition("\n")
    said, _, version = title.removesuffix("\r").rpartition(" ")
    if said != _TITLE:
        raise LockError(f"it is no lock, whose first line is {f'{_TITLE} {VERSION}'!r}")
    if version != str(VERSION):
        raise LockError(f"it is a lock of version {version}, and this program reads {VERSION}")
    reader = _Reader()
    for number, line in enumerate(rest.split("\n"), 2):
        try:
            reader.read(line.removesuffix("\r"))
        except ValueError as error:
            raise LockError(f"it is damaged: line {number}: {error}") from error
    return reader.reach()


def _end(rights: Rights | str, origins: str) -> tuple[str, str]:
    """How the line of a fact ends, and the word that it begins with."""
    if isinstance(rights, str):
        return escaped(rights), "asks"
    return f"{origins} {rights_words(rights)}", "read"


@final
class _Said(NamedTuple):
    """A fact whose set of origins has still to be looked up: lines may come in any order."""

    path: str
    methods: frozenset[str]
    origins: str
    rights: Rights | str


@final
class _Members:
    """The members of a set, as its lines name them."""

    def __init__(self) -> None:
        self._named: dict[bool, set[Named]] = {True: set(), False: set()}
        self._asked: dict[str, bool] = {}
        self._rest = False

    def read(self, words: list[str]) -> None:
        """Read the words of one line: one origin, or everything that is asked, in its order."""
        names = {word.removeprefix(_OUTSIDE): not word.startswith(_OUTSIDE) for word in words}
        if all(name.startswith(_ASKED) for name in names) and not self._asked:
            self._asked = {unescaped(name): is_in for name, is_in in names.items()}
        elif words == [_EVERY]:
            self._rest = True
        elif len(words) == 1:
            for name, is_in in names.items():
                self._named[is_in].add(read_named(name))
        else:
            raise ValueError("one origin a line, and what is asked all in one")

    def origins(self) -> OriginSet:
        """The set."""
        inside, outside = frozenset(self._named[True]), frozenset(self._named[False])
        return OriginSet(inside, outside, tuple(self._asked.items()), self._rest)


@final
class _Reader:
    """Reads line after line. Raises `ValueError` with what is wrong about one."""

    def __init__(self) -> None:
        self._methods: frozenset[str] = frozenset()
        self._sets: dict[str, _Members] = {}
        self._facts: list[_Said] = []

    def read(self, line: str) -> None:
        """Read one line."""
        if not line or line.startswith("#"):
            return
        match line.split(" "):
            case ["methods", methods]:
                self._methods |= read_methods(methods)
            case ["origins", name, *words] if words and name.startswith(SET):
                self._sets.setdefault(name, _Members()).read(words)
            case ["read", path, methods, origins, *rights]:
                if not origins.startswith(SET) and origins not in self._sets:
                    self._sets.setdefault(origins, _Members()).read([origins])
                known = read_methods(methods)
                self._facts.append(_Said(unescaped(path), known, origins, read_rights(rights)))
            case ["asks", path, methods, view]:
                self._sets.setdefault(_EVERY, _Members()).read([_EVERY])
                known = read_methods(methods)
                self._facts.append(_Said(unescaped(path), known, _EVERY, unescaped(view)))
            case _:
                raise ValueError(f"no line of a lock reads {line[:60]!r}")

    def reach(self) -> Reach:
        """All that was read."""
        if not self._methods:
            raise LockError("it is damaged: no line names the methods")
        sets = {name: members.origins() for name, members in self._sets.items()}
        facts: list[Fact] = []
        stated: set[tuple[str, str, str]] = set()
        for path, methods, origins, rights in self._facts:
            known = sets.get(origins)
            if known is None:
                raise LockError(f"it is damaged: no line says which origins are {origins[:60]!r}")
            again = stated.intersection((path, method, origins) for method in methods)
            if again:
                raise LockError(f"it is damaged: it speaks of {' '.join(min(again))!r} twice")
            stated.update((path, method, origins) for method in methods)
            facts.append(Fact(path, methods, known, rights))
        return Reach(self._methods, tuple(facts))


def names_of(reach: Reach) -> dict[OriginSet, str]:
    """A name for each set of origins: its only member, or one of its members behind `SET`.

    The member is the one that the fewest sets have, an exact origin before a pattern.
    """
    sets = {fact.origins for fact in reach.facts}
    times = Counter(member for origins in sets for member in _members_of(origins))
    names: dict[OriginSet, str] = {}
    taken: Counter[str] = Counter()
    for words, origins in sorted(((words_of(s), s) for s in sets), key=itemgetter(0)):
        if len(words) == 1 and " " not in words[0]:
            names[origins] = words[0]
            continue
        _, _, member = min((times[each], *each) for each in _members_of(origins))
        taken[member] += 1
        number = f"#{taken[member]}" if taken[member] > 1 else ""
        names[origins] = f"{SET}{member}{number}"
    return names


def _members_of(origins: OriginSet) -> Iterator[tuple[int, str]]:
    """What is in a set, as words; the plainest kind has the lowest number."""
    for each in origins.inside:
        yield (1 if isinstance(each, OriginPattern) else 0), word_of(each)
    for name, is_in in origins.asked:
        if is_in:
            yield 2, escaped(name)
    if origins.rest:
        yield 3, _EVERY


def words_of(origins: OriginSet) -> list[str]:
    """What is in a set and what is not, a line each; what is asked stands in order in one line."""
    words = [word_of(each) for each in origins.inside]
    words += [f"{_OUTSIDE}{word_of(each)}" for each in origins.outside]
    asked = [f"{'' if is_in else _OUTSIDE}{escaped(name)}" for name, is_in in origins.asked]
    words += [" ".join(asked)] if asked else []
    words += [_EVERY] if origins.rest else []
    return sorted(words)
