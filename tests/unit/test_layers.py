"""Imports point downwards, from folder to folder; and the pure folders stay pure.

A folder imports itself and the folders below it. The modules at the top are what users import.
"""

import ast
import sys
from pathlib import Path

import pytest

import aiohttp_cors

PACKAGE = Path(aiohttp_cors.__file__).parent

# From the bottom to the top, as the design names them.
FOLDERS = ["_values", "browser", "_protocol", "_table", "_server", "_tools"]
PURE = {"_values", "browser", "_protocol"}
# Tools for tests and type checkers: no server imports them.
TOOLS = {"testing", "mypy_plugin", "introspection", "__main__"}
# Methods of the two APIs that import what they need when they are called.
LATE = {"cors", "cors_config"}
LATE_IMPORT = {"introspection"}

# Outside the standard library only these, and nothing that waits, listens, logs or tells time.
PURE_THIRD_PARTY = {"ada_url", "multidict", "publicsuffixlist", "typing_extensions"}
IMPURE = {
    "asyncio",
    "concurrent",
    "http",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "secrets",
    "select",
    "selectors",
    "socket",
    "ssl",
    "subprocess",
    "time",
    "warnings",
}


def dotted(path: Path) -> str:
    """``_values.errors`` for a file; ``_values`` for the `__init__` of a folder."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts) or "__init__"


def folder_of(module: str) -> str:
    """The folder that a module stands in; an empty text for the modules at the top."""
    first = module.partition(".")[0]
    return first if first in FOLDERS else ""


FILES = {dotted(path): path for path in PACKAGE.rglob("*.py")}
MODULES = sorted(FILES)


def imports_of(path: Path) -> set[str]:
    """All modules that a file imports, wherever in it, each by its full name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            assert node.module is not None
            found.add(node.module)
            # A module may be what is imported from a folder.
            found.update(
                f"{node.module}.{alias.name}"
                for alias in node.names
                if f"{node.module}.{alias.name}".removeprefix("aiohttp_cors.") in FILES
            )
    return found


IMPORTS = {module: imports_of(path) for module, path in FILES.items()}
OWN = {
    module: {
        full.removeprefix("aiohttp_cors.") for full in imports if full.startswith("aiohttp_cors.")
    }
    for module, imports in IMPORTS.items()
}


@pytest.mark.parametrize("module", MODULES)
def test_a_folder_imports_itself_and_the_folders_below_it(module: str) -> None:
    allowed = FOLDERS
    if folder := folder_of(module):
        allowed = FOLDERS[: FOLDERS.index(folder) + 1]
        assert {folder_of(imported) for imported in OWN[module]} <= set(allowed)


def test_every_folder_of_the_package_has_its_layer() -> None:
    folders = {folder_of(module) for module in MODULES} - {""}
    assert folders <= set(FOLDERS)


@pytest.mark.parametrize("module", MODULES)
def test_no_server_imports_the_browser_or_a_tool(module: str) -> None:
    if module not in TOOLS and folder_of(module) not in {"browser", "_tools"}:
        assert {each for each in OWN[module] if folder_of(each) in {"browser", "_tools"}} == set()
        assert OWN[module] & TOOLS == (LATE_IMPORT if module in LATE else set())


@pytest.mark.parametrize("module", sorted(LATE))
def test_what_a_method_imports_late_is_not_imported_with_the_module(module: str) -> None:
    tree = ast.parse(FILES[module].read_text(encoding="utf-8"))
    at_once = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert not at_once & {f"aiohttp_cors.{each}" for each in LATE_IMPORT}


def test_no_two_modules_import_each_other_on_any_way() -> None:
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " -> ".join((*way, module))
        if module not in done:
            for imported in sorted(OWN[module]):
                visit(imported, (*way, module))
            done.add(module)

    for module in MODULES:
        visit(module, ())


@pytest.mark.parametrize("module", [each for each in MODULES if folder_of(each) in PURE])
def test_the_pure_folders_know_no_server_clock_or_log(module: str) -> None:
    outside = {full.partition(".")[0] for full in IMPORTS[module]} - {"aiohttp_cors"}
    assert outside - sys.stdlib_module_names - PURE_THIRD_PARTY == set()
    assert outside & IMPURE == set()


@pytest.mark.parametrize("module", MODULES)
def test_no_module_asks_the_clock(module: str) -> None:
    tree = ast.parse(FILES[module].read_text(encoding="utf-8"))
    clocks = {"now", "utcnow", "today", "monotonic", "perf_counter"}
    asked = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert asked & clocks == set()


@pytest.mark.parametrize("module", MODULES)
def test_what_a_module_keeps_to_itself_is_imported_nowhere_else(module: str) -> None:
    tree = ast.parse(FILES[module].read_text(encoding="utf-8"))
    private = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_")
        and not alias.name.startswith("__")
        and alias.name not in FOLDERS
    }
    assert private == set()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_one_idea_and_so_at_most_300_lines(module: str) -> None:
    assert len(FILES[module].read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("module", MODULES)
def test_a_module_opens_with_what_it_owns_and_what_it_leaves_to_others(module: str) -> None:
    text = ast.get_docstring(ast.parse(FILES[module].read_text(encoding="utf-8"))) or ""
    if module not in {"__init__", "__about__"}:
        assert "\nOwns: " in text
        assert "\nLeaves to: " in text


def test_the_runtime_depends_on_aiohttp_and_what_comes_with_it_only() -> None:
    # No server imports the browser or a tool: a test above.
    apart = {"browser", "_tools"}
    runtime = {module for module in IMPORTS if folder_of(module) not in apart} - TOOLS
    outside = {full.partition(".")[0] for module in runtime for full in IMPORTS[module]}
    outside -= sys.stdlib_module_names
    assert outside <= {"aiohttp", "aiohttp_cors", "multidict", "typing_extensions", "yarl"}


# The receiver of responses reads one header by itself: a call is 4 % of what the library adds.
READS_OF_HEADERS = {"_server.actual": ["request.headers.get(_ORIGIN)"]}


def reads_of_headers(module: str) -> list[str]:
    """Where a module reads the headers of a request, each with what it does to them."""
    source = FILES[module].read_text(encoding="utf-8")
    tree = ast.parse(source)
    around = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"headers", "raw_headers"}:
            owner = (
                node.value.attr
                if isinstance(node.value, ast.Attribute)
                else ast.unparse(node.value)
            )
            if "request" in owner:
                found.append(ast.unparse(around[id(around[id(node)])]))
    return found


@pytest.mark.parametrize("module", MODULES)
def test_one_module_reads_the_headers_of_a_request(module: str) -> None:
    if module == "_server.headers":
        assert reads_of_headers(module)
    elif module not in TOOLS and folder_of(module) not in {"browser", "_tools"}:
        assert reads_of_headers(module) == READS_OF_HEADERS.get(module, [])
