"""What wrk is given is what the cases say, and what it prints is read or refused."""

import pytest

from tests.soak import wrk
from tests.soak.cases import LOAD, UNIQUE, Case
from tests.soak.moving import live

_PRINTED = """\
Running 3s test @ http://127.0.0.1:1
  2 threads and 32 connections
soak-wrong GET, refused: status 200, origin *
soak checked 120
soak wrong 2
soak server_errors 1
soak requests 121
soak microseconds 2000000
soak connect 1
soak read 2
soak write 3
soak timeout 4
"""


def _case(name: str) -> Case:
    return next(case for case in LOAD if case.name == name)


def test_what_is_printed_is_read() -> None:
    load = wrk.Load.of(_PRINTED)
    assert load == wrk.Load(
        requests=121,
        seconds=2.0,
        checked=120,
        wrong=2,
        server_errors=1,
        dropped=10,
        complaints=("GET, refused: status 200, origin *",),
    )
    assert load.per_second == 60.5


@pytest.mark.parametrize("name", ["requests", "microseconds", "read", "timeout"])
def test_a_figure_that_is_missing_is_no_zero(name: str) -> None:
    printed = "".join(
        line for line in _PRINTED.splitlines(keepends=True) if f"soak {name} " not in line
    )
    with pytest.raises(ValueError, match=name):
        wrk.Load.of(printed)


@pytest.mark.parametrize(
    "name, outcomes",
    [
        ("GET, exact origin", {(200, "https://app.example.com")}),
        ("GET, pattern", {(200, f"https://n{UNIQUE}.preview.example.com")}),
        ("GET, refused", {(200, "none")}),
        ("preflight, refused", {(403, "none")}),
        ("GET, live 5", {(200, live(5)), (200, "none")}),
        ("preflight, live 5", {(200, live(5)), (403, "none")}),
        ("late route 20", {(200, "https://app.example.com"), (405, "https://app.example.com")}),
    ],
)
def test_a_case_has_the_outcomes_of_all_states(name: str, outcomes: set[tuple[int, str]]) -> None:
    assert wrk.outcomes_of(_case(name)) == outcomes


def test_every_byte_is_written_for_lua_as_its_number() -> None:
    assert wrk.quoted(b'a"\r\n\xff') == r'"\097\034\013\010\255"'
