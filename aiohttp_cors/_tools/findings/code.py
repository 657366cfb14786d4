"""What the program's own functions mention, as far as it can be read without running them.

Owns: which functions a callable reaches, the names and the texts in their code, and which of them
write a response header of the CORS protocol.
Leaves to: `aiohttp_cors._tools.findings.layers` and `live` what follows from that.

A function reaches those of its own package that it names, a few steps far. What it finds otherwise
(an attribute of an object, a registry) is not seen.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from functools import partial
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Final, NamedTuple, TypeGuard, final

from aiohttp import web

from aiohttp_cors._values.place import Place
from aiohttp_cors._values.vocabulary import CORS_RESPONSE_HEADERS

_STEPS: Final = 3
"""How far a function is followed into the functions that it names."""

_OURS: Final = __name__.partition(".")[0]
_ADDING: Final = frozenset({"add", "setdefault", "__setitem__"})


@final
class Mentions(NamedTuple):
    """What one function mentions itself.

    - `words`: the names and the texts in its code;
    - `objects`: what its global names and its closure refer to.
    """

    words: frozenset[str]
    objects: tuple[object, ...]


@final
class Reader:
    """Reads functions, each once."""

    __slots__ = ("_mentions", "_reached")

    def __init__(self) -> None:
        # By identity, with what keeps the identity from being used again.
        self._mentions: dict[int, tuple[FunctionType, Mentions]] = {}
        self._reached: dict[int, tuple[object, list[FunctionType]]] = {}

    def mentions(self, function: FunctionType) -> Mentions:
        """What `function` mentions itself."""
        known = self._mentions.get(id(function))
        if known is None:
            known = self._mentions[id(function)] = function, _mentions_of(function)
        return known[1]

    def reached(self, thing: object) -> list[FunctionType]:
        """The functions that a callable consists of, and those of its package that they name."""
        known = self._reached.get(id(thing))
        if known is None:
            known = self._reached[id(thing)] = thing, self._follow(thing)
        return known[1]

    def _follow(self, thing: object) -> list[FunctionType]:
        found = {id(function): function for function in functions_of(thing)}
        latest, owner = list(found.values()), _owner_of(thing)
        for _ in range(_STEPS):
            named = [
                other
                for function in latest
                for each in (*self.mentions(function).objects, *self._own(function, owner))
                if _package(each) == _package(function)
                for other in functions_of(each)
            ]
            latest = [function for function in named if id(function) not in found]
            found.update((id(function), function) for function in latest)
        return list(found.values())

    def _own(self, function: FunctionType, owner: type | None) -> list[object]:
        """The methods of the same object that a method names."""
        if owner is None:
            return []
        return [
            value
            for word in self.mentions(function).words
            if isinstance(value := getattr(owner, word, None), FunctionType)
        ]

    def words(self, thing: object) -> frozenset[str]:
        """The names and the texts in all functions that a callable reaches."""
        return frozenset[str]().union(
            *(self.mentions(function).words for function in self.reached(thing))
        )

    def refers_to(self, thing: object, target: object) -> bool:
        """Whether a callable reaches an object by a name, by its closure or by what it is bound to."""
        named = [each for f in self.reached(thing) for each in self.mentions(f).objects]
        return any(
            found is target for each in (thing, *named) for found in (each, *_bound_to(each))
        )

    def writes_cors_headers(self, thing: object) -> FunctionType | None:
        """The function that writes a response header of the protocol, None if none is seen to."""
        for function in self.reached(thing):
            mentions = self.mentions(function)
            if any(map(_is_table_of_headers, mentions.objects)):
                return function
            if any(map(_is_header, mentions.words)) and _writes(function):
                return function
        return None


def functions_of(thing: object) -> Iterator[FunctionType]:
    """The functions that run when a callable is called; nothing of what Python cannot read."""
    while isinstance(thing, partial):
        thing = thing.func
    if isinstance(thing, MethodType):
        thing = thing.__func__
    if isinstance(thing, FunctionType):
        yield thing
        wrapped: object = getattr(thing, "__wrapped__", None)
        if wrapped is not None:
            yield from functions_of(wrapped)
    elif isinstance(thing, type):
        # All methods of a view, wherever the program defines them.
        for kind in thing.__mro__ if issubclass(thing, web.View) else ():
            if kind not in web.View.__mro__ and _package(kind) != _OURS:
                yield from (each for each in vars(kind).values() if isinstance(each, FunctionType))
    elif callable(thing):
        call: object = inspect.getattr_static(type(thing), "__call__", None)
        if isinstance(call, FunctionType):
            yield call


def place_of(thing: object) -> Place | None:
    """Where a callable is written; None for what Python cannot read."""
    for function in functions_of(thing):
        return Place(function.__code__.co_filename, function.__code__.co_firstlineno)
    return None


def name_of(thing: object) -> str:
    """The name of a callable as its author knows it."""
    while isinstance(thing, partial):
        thing = thing.func
    name: object = getattr(thing, "__qualname__", None)
    return name if isinstance(name, str) else type(thing).__qualname__


def _package(thing: object) -> str:
    while isinstance(thing, partial):
        thing = thing.func
    return str(getattr(thing, "__module__", "")).partition(".")[0]


def _owner_of(thing: object) -> type | None:
    """The class of the object whose methods a method may name."""
    while isinstance(thing, partial):
        thing = thing.func
    if isinstance(thing, FunctionType | type):
        return None
    return type(thing.__self__ if isinstance(thing, MethodType) else thing)


def _bound_to(thing: object) -> list[object]:
    """The object that a method is bound to, and the arguments of a partial."""
    if isinstance(thing, partial):
        return [*_bound_to(thing.func), *thing.args, *thing.keywords.values()]
    return [thing.__self__] if isinstance(thing, MethodType) else []


def _mentions_of(function: FunctionType) -> Mentions:
    words: set[str] = set()
    names: set[str] = set()
    pending = [function.__code__]
    while pending:
        code = pending.pop()
        names.update(code.co_names)
        for constant in _flat(code.co_consts):
            if isinstance(constant, CodeType):
                pending.append(constant)
            elif isinstance(constant, str):
                words.add(constant)
    scope = function.__globals__
    objects = [scope[name] for name in names if name in scope]
    for module in [each for each in objects if isinstance(each, ModuleType)]:
        objects += [vars(module)[name] for name in names if name in vars(module)]
    for cell in function.__closure__ or ():
        try:
            objects.append(cell.cell_contents)
        except ValueError:  # not filled yet
            continue
    return Mentions(frozenset(words | names), tuple(objects))


def _flat(constant: object) -> Iterator[object]:
    """The constants in a constant: tuples and sets of names are constants, too."""
    if _is_several(constant):
        for each in constant:
            yield from _flat(each)
    else:
        yield constant


def _is_several(constant: object) -> TypeGuard[tuple[object, ...] | frozenset[object]]:
    return isinstance(constant, tuple | frozenset)


def _is_header(word: str) -> bool:
    """Whether a text or a name (``hdrs.ACCESS_CONTROL_ALLOW_ORIGIN``) is a header of the protocol."""
    return word.lower().replace("_", "-") in CORS_RESPONSE_HEADERS


def _is_table_of_headers(value: object) -> bool:
    return _is_mapping(value) and any(isinstance(key, str) and _is_header(key) for key in value)


def _is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(value, dict)


def _writes(function: FunctionType) -> bool:
    """Whether the source writes such a header, and does not just read it."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError, TypeError):  # no source, or a part of a line
        return True
    return any(map(_is_writing, ast.walk(tree)))


def _is_writing(node: ast.AST) -> bool:
    if isinstance(node, ast.Subscript):
        return isinstance(node.ctx, ast.Store) and _names_header(node.slice)
    if isinstance(node, ast.Dict):
        return any(key is not None and _names_header(key) for key in node.keys)
    if isinstance(node, ast.Tuple):  # an item of a list of headers
        is_pair = len(node.elts) == 2
        return is_pair and _names_header(node.elts[0]) and not _names_header(node.elts[1])
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _ADDING
        and bool(node.args)
        and _names_header(node.args[0])
    )


def _names_header(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and _is_header(node.value)
    if isinstance(node, ast.Attribute):
        return _is_header(node.attr)
    return isinstance(node, ast.Name) and _is_header(node.id)
