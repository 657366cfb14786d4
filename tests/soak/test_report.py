"""A run that shows enough is good; each thing that can be wrong makes it fail."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.soak import report
from tests.soak.cases import CASES
from tests.soak.client import Tally
from tests.soak.moving import State
from tests.soak.servers import trouble
from tests.soak.soaking import QUICK, Burst, Soaked, Throughput
from tests.soak.wrk import Load

_THROUGHPUT = Throughput(
    {
        "no CORS": [Burst(1000.0, 100.0), Burst(500.0, 200.0), Burst(100.0, 100.0)],
        "ours, fluent": [Burst(900.0, 110.0), Burst(450.0, 230.0), Burst(80.0, 110.0)],
    },
    dropped=0,
)


_LOAD = Load(requests=10, seconds=1.0, checked=10)
_TALLY = Tally(
    answered=Counter(case.name for case in CASES),
    live=Counter({True: 1, False: 1}),
    state=State(QUICK.least_changes, 1),
)
_SOAKED = Soaked(load=_LOAD, tally=_TALLY, before=1.0, after=2.0, trouble=())


def _complaints(soaked: Soaked, throughput: Throughput = _THROUGHPUT) -> list[str]:
    return list(report.complaints(soaked, throughput, QUICK))


def test_a_run_in_which_nothing_is_wrong_is_good() -> None:
    assert not _complaints(_SOAKED)


_LOADS = {
    "a wrong decision": replace(_LOAD, wrong=1),
    "a 5xx": replace(_LOAD, server_errors=1),
    "a dropped connection": replace(_LOAD, dropped=1),
    "an answer at which nobody looked": replace(_LOAD, checked=9),
    "a complaint": replace(_LOAD, complaints=("that",)),
}


@pytest.mark.parametrize("load", _LOADS.values(), ids=_LOADS)
def test_what_wrk_finds_makes_it_fail(load: Load) -> None:
    assert _complaints(replace(_SOAKED, load=load))


_TALLIES = {
    "a wrong decision": replace(_TALLY, wrong=1),
    "a 5xx": replace(_TALLY, server_errors=1),
    "a dropped connection": replace(_TALLY, dropped=1),
    "a complaint": replace(_TALLY, complaints=["that"]),
    "a case never answered": replace(_TALLY, answered=Counter(case.name for case in CASES[1:])),
    "live origins never refused": replace(_TALLY, live=Counter({True: 1})),
    "live origins never allowed": replace(_TALLY, live=Counter({False: 1})),
    "too few changes": replace(_TALLY, state=State(QUICK.least_changes - 1, 1)),
    "no route added": replace(_TALLY, state=State(QUICK.least_changes, 0)),
}


@pytest.mark.parametrize("tally", _TALLIES.values(), ids=_TALLIES)
def test_what_the_client_finds_makes_it_fail(tally: Tally) -> None:
    assert _complaints(replace(_SOAKED, tally=tally))


def test_what_the_log_and_the_comparison_say_makes_it_fail() -> None:
    assert _complaints(replace(_SOAKED, trouble=("Traceback",)))
    assert _complaints(_SOAKED, replace(_THROUGHPUT, dropped=1))
    assert _complaints(_SOAKED, replace(_THROUGHPUT, missing="not measured"))


def test_the_report_gives_the_figures() -> None:
    text = "\n".join(report.lines(_SOAKED, _THROUGHPUT))
    assert "ours, fluent: 450 a second (0.90), 110 µs of processor time a request (1.10)" in text
    assert "1.0 MiB before, 2.0 MiB after" in text


def test_errors_of_a_log_are_found_once_each() -> None:
    log = """\
[2026-01-01 00:00:00 +0000] [2] [INFO] Booting worker with pid: 2
[2026-01-01 00:00:00 +0000] [2] [ERROR] Error handling request
Traceback (most recent call last):
  File "a.py", line 1, in a
    raise ValueError

ValueError: one
[2026-01-01 00:00:00 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:2)
Unhandled exception
Traceback (most recent call last):
  File "a.py", line 1, in a
KeyError: two"""
    assert trouble(log) == [
        "Error handling request: ValueError: one",
        "WORKER TIMEOUT (pid:2)",
        "KeyError: two",
    ]
    assert not trouble("======== Running on http://127.0.0.1:1 ========\n(Press CTRL+C to quit)")
