"""Descriptions as lines of JSON, for two processes that talk through pipes."""

import dataclasses
import json
from collections.abc import Callable
from typing import Final, TypeGuard

from tests.comparison import description

_CLASSES: Final[dict[str, Callable[..., object]]] = {}
for _cls in vars(description).values():
    if isinstance(_cls, type) and dataclasses.is_dataclass(_cls):
        _CLASSES[_cls.__name__] = _cls


def to_line(value: description.Task | description.Report) -> str:
    """One line of ASCII; every object carries the name of its class under ``"is"``."""
    return json.dumps(_plain(value))


def from_line(line: str) -> object:
    """The value that `to_line` wrote."""
    return json.loads(line, object_hook=_revived)


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        fields = {
            field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
        return {"is": type(value).__name__} | fields
    return [_plain(item) for item in value] if _is_tuple(value) else value


def _revived(fields: dict[str, object]) -> object:
    values = {name: _frozen(value) for name, value in fields.items()}
    return _CLASSES[str(values.pop("is"))](**values)


def _frozen(value: object) -> object:
    return tuple(_frozen(item) for item in value) if _is_list(value) else value


def _is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(value, tuple)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
