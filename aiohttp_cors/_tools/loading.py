"""Finds the application that a command is about: ``MODULE:NAME``, or a factory of one.

Owns: what can be named, what is said where it cannot be had, and what was not run.
Leaves to: `aiohttp_cors._tools.command` how that is printed.
"""

import inspect
import sys
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, final

from aiohttp import web

from aiohttp_cors._table.router import app_tree

_OWN: tuple[str, ...] = ("aiohttp", "aiohttp_cors")


@final
class CannotRunError(Exception):
    """A command that cannot be run: one sentence, which is printed, and exit code 2."""


@final
class Loaded(NamedTuple):
    """An application, and the names of the startup receivers and contexts that were not run."""

    app: web.Application
    not_run: tuple[str, ...]


@asynccontextmanager
async def load(spec: str, *, start: bool) -> AsyncGenerator[Loaded]:
    """The application that `spec` names; started, and cleaned up at the end, if `start`.

    The current folder is importable. A factory may be async, and needs no argument. What the
    program prints goes to the error output.

    Raises `CannotRunError` for what cannot be had.
    """
    with redirect_stdout(sys.stderr):
        app = await _made(spec, _named(spec))
    if not start:
        # Nothing is routed or bound any more, so that a table keeps what it derives.
        app.freeze()
        yield Loaded(app, tuple(_receivers(app)))
        return
    runner = web.AppRunner(app)
    try:
        with redirect_stdout(sys.stderr):
            await runner.setup()
    except BaseException as error:
        _reraise_if_ended(error)
        await runner.cleanup()
        raise CannotRunError(f"{spec} does not start: {_one_line(error)}") from error
    try:
        yield Loaded(app, ())
    finally:
        with redirect_stdout(sys.stderr):
            await runner.cleanup()


def _named(spec: str) -> object:
    module_name, colon, names = spec.partition(":")
    if not (module_name and colon and names):
        raise CannotRunError(
            f"{spec!r} names no application: write MODULE:NAME, as in app:create_app"
        )
    folder = str(Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        found: object = import_module(module_name)
    except BaseException as error:
        _reraise_if_ended(error)
        raise CannotRunError(f"cannot import {module_name!r}: {_one_line(error)}") from error
    for name in names.split("."):
        try:
            found = getattr(found, name)
        except AttributeError as error:
            raise CannotRunError(f"module {module_name!r} has no {names!r}") from error
    return found


async def _made(spec: str, found: object) -> web.Application:
    if isinstance(found, web.Application):
        return found
    if not callable(found):
        raise CannotRunError(
            f"{spec} is a {type(found).__name__}, and no application or factory of one"
        )
    _check_takes_nothing(spec, found)
    try:
        made: object = found()
        made = await made if inspect.isawaitable(made) else made
    except BaseException as error:
        _reraise_if_ended(error)
        raise CannotRunError(f"{spec} fails: {_one_line(error)}") from error
    if not isinstance(made, web.Application):
        raise CannotRunError(f"{spec} gives a {type(made).__name__}, and no application")
    return made


def _check_takes_nothing(spec: str, factory: Callable[..., object]) -> None:
    try:
        inspect.signature(factory).bind()
    except TypeError as error:
        raise CannotRunError(
            f"{spec} needs arguments ({error}): name a function without any that calls it"
        ) from error
    except ValueError:  # it has no signature to look at
        return


def _receivers(app: web.Application) -> Iterator[str]:
    """What would run before the first request, by qualified name; the library's and aiohttp's left out."""
    for each in app_tree(app):
        for receiver in (*each.on_startup, *each.cleanup_ctx):
            module = str(getattr(receiver, "__module__", ""))
            if module.partition(".")[0] not in _OWN:
                yield f"{module}.{getattr(receiver, '__qualname__', type(receiver).__qualname__)}"


def _reraise_if_ended(error: BaseException) -> None:
    """Let an interrupt through; that the program exits is one of the ways to fail."""
    if not isinstance(error, Exception | SystemExit):
        raise error


def _one_line(error: BaseException) -> str:
    said = " ".join(str(error).split())
    kind = type(error).__name__
    return f"{kind}: {said}" if said else kind
