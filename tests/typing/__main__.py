"""Check all consumer programs with all four checkers, and say what each reported."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.typing.checkers import CHECKERS
from tests.typing.environment import make_environment, write_project
from tests.typing.programs import all_programs
from tests.typing.verdicts import judge


def main() -> int:
    """Run the checkers one after the other; 1 when one of them fails its verdict."""
    programs = all_programs()
    passed = True
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        environment = make_environment(folder / "environment")
        project = folder / "project"
        write_project(project, programs)
        for checker in CHECKERS:
            verdict = judge(programs, checker.check(project, environment))
            sys.stdout.write(f"{checker.title}: {verdict.summary} ({len(programs)} programs)\n")
            for line in verdict.missed:
                sys.stdout.write(f"  not reported: {line}\n")
            for line in verdict.others:
                sys.stdout.write(f"  reported: {line}\n")
            passed = passed and verdict.passed
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
