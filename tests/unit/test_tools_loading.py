"""`MODULE:NAME` finds an application or its factory; what cannot be had is said in one line."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from aiohttp_cors._tools.loading import CannotRunError, load

PROGRAM: Final = """
import asyncio
import os
from aiohttp import web
from aiohttp_cors import Cors

print("a program that prints")

app = web.Application()
text = "no application"

class Holder:
    app = app

async def connect(app):
    print("connected")

async def database(app):
    print("opened")
    yield
    print("closed")

def create_app():
    made = web.Application()
    Cors.for_app(made)
    made.on_startup.append(connect)
    made.cleanup_ctx.append(database)
    return made

async def create_later():
    return create_app()

def needs(settings):
    return app

def fails():
    raise LookupError("no such\\nsetting")

def ends():
    raise SystemExit

def interrupted():
    raise KeyboardInterrupt

def gives_text():
    return "text"

async def refuse(app):
    raise ConnectionError("no database")

def does_not_start():
    made = create_app()
    made.on_startup.append(refuse)
    return made
"""


@pytest.fixture(autouse=True)
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The program above as `program`, and modules that cannot be imported, in the current folder."""
    files = {
        "program": PROGRAM,
        "broken": "import a_module_that_nobody_has",
        "ending": "raise SystemExit('usage: ending')",
        "interrupted": "raise KeyboardInterrupt",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name in files:
        sys.modules.pop(name, None)


@pytest.mark.parametrize("name", ["app", "Holder.app", "create_app", "create_later"])
async def test_an_application_or_its_factory_can_be_named(name: str) -> None:
    async with load(f"program:{name}", start=False) as loaded:
        assert len(loaded.app.router.resources()) == 0


async def test_what_the_program_prints_goes_to_the_error_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with load("program:app", start=False):
        pass
    assert capsys.readouterr() == ("", "a program that prints\n")


async def test_an_application_that_is_not_started_names_what_did_not_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with load("program:create_app", start=False) as loaded:
        assert loaded.not_run == ("program.connect", "program.database")
    assert capsys.readouterr() == ("", "a program that prints\n")


async def test_an_application_can_be_started_and_is_cleaned_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with load("program:create_app", start=True) as loaded:
        assert loaded.not_run == ()
        out, err = capsys.readouterr()
        assert (out, sorted(err.splitlines()[1:])) == ("", ["connected", "opened"])
    assert capsys.readouterr() == ("", "closed\n")


CANNOT: Final = {
    "program": "'program' names no application: write MODULE:NAME, as in app:create_app",
    ":app": "':app' names no application: write MODULE:NAME, as in app:create_app",
    "program:": "'program:' names no application: write MODULE:NAME, as in app:create_app",
    "nowhere:app": "cannot import 'nowhere': ModuleNotFoundError: No module named 'nowhere'",
    "broken:app": (
        "cannot import 'broken': ModuleNotFoundError: No module named 'a_module_that_nobody_has'"
    ),
    "ending:app": "cannot import 'ending': SystemExit: usage: ending",
    "program:nothing": "module 'program' has no 'nothing'",
    "program:Holder.nothing": "module 'program' has no 'Holder.nothing'",
    "program:text": "program:text is a str, and no application or factory of one",
    "program:fails": "program:fails fails: LookupError: no such setting",
    "program:ends": "program:ends fails: SystemExit",
    "program:gives_text": "program:gives_text gives a str, and no application",
    "program:needs": (
        "program:needs needs arguments (missing a required argument: 'settings'):"
        " name a function without any that calls it"
    ),
}


@pytest.mark.parametrize("spec", CANNOT)
async def test_what_cannot_be_had_is_said_in_one_line(spec: str) -> None:
    with pytest.raises(CannotRunError) as raised:
        async with load(spec, start=False):
            pass
    assert str(raised.value) == CANNOT[spec]


async def test_an_application_that_does_not_start_is_said_in_one_line() -> None:
    with pytest.raises(CannotRunError) as raised:
        async with load("program:does_not_start", start=True):
            pass
    assert str(raised.value) == (
        "program:does_not_start does not start: ConnectionError: no database"
    )


@pytest.mark.parametrize("spec", ["program:interrupted", "interrupted:app"])
async def test_an_interrupt_is_no_failure_of_the_program(spec: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        async with load(spec, start=False):
            pass


async def test_a_factory_whose_signature_nobody_knows_is_called() -> None:
    # `type` has no signature to look at, and cannot be called without arguments.
    with pytest.raises(CannotRunError) as raised:
        async with load("builtins:type", start=False):
            pass
    assert str(raised.value).startswith("builtins:type fails: TypeError")
