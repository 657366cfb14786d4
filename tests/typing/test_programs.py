"""The consumer programs: what each checker says of them, and how they have to be written."""

import ast
import re
from pathlib import Path

import aiohttp_cors
from tests.typing.checkers import Checker
from tests.typing.environment import Environment, where_the_library_is, write_project
from tests.typing.programs import Program, all_programs, programs_in
from tests.typing.verdicts import judge


def in_(folder: str) -> list[Program]:
    return [program for program in all_programs() if program.path.startswith(f"{folder}/")]


def test_each_checker_reports_the_marked_lines_and_no_others(
    checker: Checker, environment: Environment, project: Path
) -> None:
    programs = all_programs()
    write_project(project, programs)
    verdict = judge(programs, checker.check(project, environment))
    assert verdict.missed == []
    assert verdict.others == []
    assert verdict.due > 250


def test_a_marked_line_that_is_fine_and_a_bad_one_without_a_mark_are_found(
    checker: Checker, environment: Environment, project: Path
) -> None:
    program = Program(
        "program.py",
        "from aiohttp_cors import Cors, OriginRule\n"
        "def bind(cors: Cors, rule: OriginRule) -> None:\n"
        '    cors.origin("https://a.example").allow_credentials()  # E\n'
        '    rule.on("/users")\n'
        "    cors.any_origin().allow_credentials()  # E\n",
    )
    write_project(project, [program])
    verdict = judge([program], checker.check(project, environment))
    assert verdict.due == 2
    assert [line.partition(": ")[0] for line in verdict.missed] == ["program.py:3"]
    assert {line.partition(": ")[0] for line in verdict.others} == {"program.py:4"}
    assert not verdict.passed


def test_programs_are_checked_with_the_wheel_and_not_with_the_source(
    environment: Environment, project: Path
) -> None:
    installed = where_the_library_is(environment, project)
    assert installed.is_relative_to(environment.folder)
    assert (installed / "py.typed").is_file()
    assert not installed.samefile(Path(aiohttp_cors.__file__).parent)


def test_good_programs_have_no_marks_and_bad_ones_have() -> None:
    assert not any(program.marked for program in in_("good"))
    assert all(program.marked for program in in_("bad") if "__init__" not in program.path)


def test_no_program_has_a_suppression() -> None:
    forms = re.compile(r"#\s*(type|mypy|pyright|ty|pyrefly)\s*:", re.IGNORECASE)
    found = [program.path for program in all_programs() if forms.search(program.text)]
    assert found == []


def test_a_marked_statement_stands_on_one_line() -> None:
    for program in in_("bad"):
        spans = [
            (node.lineno, node.end_lineno)
            for node in ast.walk(ast.parse(program.text))
            if isinstance(node, ast.stmt | ast.expr)
            and not isinstance(node, ast.ClassDef | ast.AsyncFunctionDef | ast.FunctionDef)
        ]
        torn = [span for span in spans if span[0] != span[1] and program.marked & set(span)]
        assert torn == [], program.path


def test_every_public_name_is_used_by_a_good_program() -> None:
    text = "\n".join(program.text for program in in_("good"))
    unused = [name for name in aiohttp_cors.__all__ if not re.search(rf"\b{name}\b", text)]
    assert unused == []


def test_a_block_of_a_page_is_a_program_whose_lines_keep_their_numbers() -> None:
    text = (
        "# Title\n\n```python\nimport os\n```\n\n```console\n$ ls\n```\n\n```python\nx = 1\n```\n"
    )
    first, second = programs_in("docs_page", text)
    assert first == Program("docs_page/line_4.py", "\n\n\nimport os\n")
    assert second.text.splitlines()[11] == "x = 1"
