"""Puts the same program and requests to two libraries and says where their answers differ.

Each library lives in a worker process of its own; one process answers many tasks.
"""

from __future__ import annotations

import dataclasses
import pathlib
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, final

from typing_extensions import Self, override

from tests.comparison import description as d
from tests.comparison.differences import DIFFERENCES
from tests.comparison.differences.question import Difference, Expected, Question, settled
from tests.comparison.lines import from_line, to_line
from tests.comparison.written import row

_ROOT: Final = pathlib.Path(__file__).parents[2]


class Worker:
    """A process that has imported the ``aiohttp_cors`` of one folder."""

    def __init__(self, folder: pathlib.Path) -> None:
        command = [sys.executable, "-m", "tests.comparison.worker", str(folder)]
        self._process: Final = subprocess.Popen(
            command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("no pipes")
        self._tasks: Final = self._process.stdin
        self._reports: Final = self._process.stdout
        self._unread = 0
        place, _, version = self._reports.readline().strip().rpartition(" ")
        self.version: Final = version
        if pathlib.Path(place).parent.parent != folder:
            self.close()
            raise RuntimeError(f"{folder} was asked for, {place} was imported")

    def start(self, task: d.Task) -> None:
        """Hands the task over and does not wait."""
        while self._unread:
            # Somebody failed before the last report was fetched.
            self._unread -= 1
            self._reports.readline()
        self._unread = 1
        print(to_line(task), file=self._tasks, flush=True)

    def finish(self) -> d.Report:
        """The report on the task handed over."""
        self._unread = 0
        report = from_line(self._reports.readline() or "null")
        if not isinstance(report, d.Report):
            raise TypeError(f"no report: {report}")
        return report

    def close(self) -> None:
        """Ends the process."""
        self._tasks.close()
        self._process.wait()
        self._reports.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """An answer, or the outcome of a step, that is not what it has to be."""

    program: d.Program
    subject: d.Request | d.Step
    expected: object
    answer: object
    differences: tuple[str, ...] = ()

    @override
    def __str__(self) -> str:
        considered = [f"considered: {sentence}" for sentence in self.differences]
        requests = (self.subject,) if isinstance(self.subject, d.Request) else ()
        task = d.Task(program=self.program, requests=requests)
        parts = (
            self.program,
            self.subject,
            "\n".join((f"expected {self.expected}", *considered)),
            f"answered {self.answer}",
            f"As a row of tests/comparison/test_found.py:\n\n{row(task)}",
        )
        return "\n\n".join(map(str, parts)) + "\n"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of it: how many answers were compared, and how many not in every part."""

    discrepancies: tuple[Discrepancy, ...]
    answers: int = 0
    left_out: int = 0


def compare(
    original: Worker,
    ours: Worker,
    task: d.Task,
    *,
    differences: Sequence[Difference] = DIFFERENCES,
    changed: d.Program | None = None,
) -> Comparison:
    """Holds `ours` against what `original` says, once the differences are taken into account.

    `changed` is given to `ours` instead of the task's program, to see that it is noticed.
    """
    program = task.program if changed is None else changed
    ours.start(d.Task(program=program, requests=task.requests))
    original.start(dataclasses.replace(task, with_routing=True))
    theirs, report = original.finish(), ours.finish()
    if _share_an_engine(task.program, theirs):
        return Comparison(discrepancies=())
    steps = tuple(
        Discrepancy(program=task.program, subject=step, expected=expected, answer=done)
        for step, expected, done in zip(
            task.program.steps, theirs.steps, report.steps, strict=changed is None
        )
        if not _same_outcome(expected, done)
    )
    if steps:
        return Comparison(discrepancies=steps)
    plain = settled(task.program, theirs.steps)
    questions = [
        Question(program=plain, request=request, routing=routing)
        for request, routing in zip(task.requests, theirs.routing, strict=True)
    ]
    considered = [_rephrased(question, differences) for question in questions]
    asked = [question for question, _ in considered]
    fresh = [
        question
        for question, before in zip(asked, questions, strict=True)
        if not _same(question, before)
    ]
    answers = _ask(original, fresh)
    found: list[Discrepancy] = []
    left_out = 0
    for question, (rephrased, applied), said, answer in zip(
        questions, considered, theirs.answers, report.answers, strict=True
    ):
        expected = Expected.exactly(answers.get((rephrased.program, rephrased.request), said))
        for difference, met in applied:
            if not expected.says_nothing:
                expected = difference.expected(met, expected)
        left_out += None in {expected.status, expected.cors, expected.body}
        if not expected.fits(answer):
            found.append(
                Discrepancy(
                    program=task.program,
                    subject=question.request,
                    expected=expected,
                    answer=answer,
                    differences=tuple(difference.sentence for difference, _ in applied),
                )
            )
    return Comparison(discrepancies=tuple(found), answers=len(questions), left_out=left_out)


def _share_an_engine(program: d.Program, report: d.Report) -> bool:
    """Whether 0.8.1 let two configurations of one app cover the same view, and breaks over it.

    "several `CorsConfig`s on one app share its engine": a target is bound once.
    """
    plain = settled(program, report.steps)
    owners = {(step.resource, step.cors) for step in plain.steps if isinstance(step, d.Add)}
    return len(owners) != len({resource for resource, _ in owners})


def _same_outcome(expected: d.Done, done: d.Done) -> bool:
    """The same, or else another of the words for a resource that is taken already.

    0.8.1 knows it only by the OPTIONS route that stands there; for a directory not even that, and
    aiohttp raises a `RuntimeError`.
    """
    taken = ("already has OPTIONS handler", "CORS is already configured for")
    if expected.error in {"RuntimeError", taken[0]} and done.error in taken:
        return expected.added == done.added
    return expected == done


def _rephrased(
    question: Question, differences: Iterable[Difference]
) -> tuple[Question, tuple[tuple[Difference, Question], ...]]:
    applied: list[tuple[Difference, Question]] = []
    for difference in differences:
        if difference.applies(question):
            applied.append((difference, question))
            question = difference.asked(question)
    return question, tuple(applied)


def _same(question: Question, other: Question) -> bool:
    return question.program == other.program and question.request == other.request


def _ask(
    original: Worker, questions: Iterable[Question]
) -> Mapping[tuple[d.Program, d.Request], d.Answer]:
    requests: dict[d.Program, list[d.Request]] = {}
    for question in questions:
        requests.setdefault(question.program, []).append(question.request)
    tasks = [d.Task(program=program, requests=tuple(r)) for program, r in requests.items()]
    answers: dict[tuple[d.Program, d.Request], d.Answer] = {}
    for task in tasks:
        original.start(task)
        report = original.finish()
        for step, done in zip(task.program.steps, report.steps, strict=True):
            if done.error:
                raise RuntimeError(f"{task.program}\n\n{step}\n{done.error}")
        answers |= {
            (task.program, r): a for r, a in zip(task.requests, report.answers, strict=True)
        }
    return answers
