"""Each module can be imported alone, and no import gives a warning or brings a tool along.

Importing any module of a package runs the package's own `__init__` first, which imports nearly all
of them, always in the same order. To import a module alone, the package is an empty one here.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

from tests.unit.test_layers import FILES as ALL
from tests.unit.test_layers import PACKAGE, PURE, folder_of

# The plugin is for whoever has mypy.
ABSENT = {"__init__"} if find_spec("mypy") else {"__init__", "mypy_plugin", "_tools.known_values"}
MODULES = sorted(ALL.keys() - ABSENT)
TOOLS = ("testing", "browser", "mypy_plugin", "_tools", "__main__")


def python(code: str) -> "subprocess.CompletedProcess[str]":
    """The code in a fresh interpreter that makes errors of warnings, with this very package."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=PACKAGE.parent,
        # Whoever measures this process should not slow that one down.
        env={key: value for key, value in os.environ.items() if not key.startswith("COV")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def alone(module: str) -> "subprocess.CompletedProcess[str]":
    """The output is what the module brought along of aiohttp and of what a pure module may not."""
    return python(
        "import sys, types\n"
        "package = types.ModuleType('aiohttp_cors')\n"
        f"package.__path__ = [{str(PACKAGE)!r}]\n"
        "sys.modules['aiohttp_cors'] = package\n"
        f"import aiohttp_cors.{module}\n"
        "print(*sorted(sys.modules.keys() & {'aiohttp', 'asyncio', 'logging'}))"
    )


def test_each_module_can_be_imported_alone_in_a_fresh_interpreter() -> None:
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        runs = dict(zip(MODULES, pool.map(alone, MODULES), strict=True))
    assert {name: run.stderr for name, run in runs.items() if run.returncode or run.stderr} == {}
    brought = {name: run.stdout.split() for name, run in runs.items()}
    assert {
        name: modules for name, modules in brought.items() if folder_of(name) in PURE and modules
    } == {}


def test_all_modules_can_be_imported_together() -> None:
    run = python("".join(f"import aiohttp_cors.{module}\n" for module in MODULES))
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_importing_the_package_imports_no_tool() -> None:
    run = python(
        "import sys, aiohttp_cors\n"
        "print(*(name for name in sys.modules if name.startswith('aiohttp_cors.')))"
    )
    assert run.returncode == 0, run.stderr
    imported = [name.removeprefix("aiohttp_cors.") for name in run.stdout.split()]
    assert "cors_config" in imported
    assert [name for name in imported if name.startswith(TOOLS)] == []


def test_importing_the_package_imports_nothing_that_only_tests_need() -> None:
    tools = {"aiohttp.test_utils", "pytest", "mypy", "hypothesis", "unittest"}
    run = python(f"import sys, aiohttp_cors\nprint(*({tools!r} & sys.modules.keys()))")
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == []
