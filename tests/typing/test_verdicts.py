"""What counts as reported, and what as noise."""

import pytest

from tests.typing.checkers import Report
from tests.typing.programs import Program
from tests.typing.verdicts import judge

PROGRAM = Program("bad/program.py", "fine()\nwrong()  # E\nfine()\n")


def said(line: int, *, is_error: bool = True) -> Report:
    return Report("bad/program.py", line, is_error, "no good")


def test_an_error_on_the_marked_line_and_nothing_else_passes() -> None:
    verdict = judge([PROGRAM], [said(2), said(2)])
    assert verdict.passed
    assert verdict.summary == "1 of 1 lines reported, 0 others"


def test_silence_on_a_marked_line_fails() -> None:
    verdict = judge([PROGRAM], [])
    assert verdict.missed == ["bad/program.py:2: wrong()  # E"]
    assert not verdict.passed


def test_a_warning_on_a_marked_line_is_not_enough() -> None:
    assert judge([PROGRAM], [said(2, is_error=False)]).missed


@pytest.mark.parametrize("is_error", [True, False], ids=["error", "warning"])
def test_anything_on_another_line_fails(is_error: bool) -> None:
    verdict = judge([PROGRAM], [said(2), said(3, is_error=is_error)])
    assert verdict.others == ["bad/program.py:3: no good"]
    assert not verdict.passed


def test_a_report_of_another_program_fails() -> None:
    verdict = judge([PROGRAM], [said(2), Report("good/program.py", 2, True, "no good")])
    assert verdict.others == ["good/program.py:2: no good"]
