"""Imports point downwards: faces, adapters, protocol, values; and the pure layers stay pure.

The table is the design's. A module that is missing here, or no longer there, fails a test.
"""

import ast
import sys
from pathlib import Path

import pytest

import aiohttp_cors

PACKAGE = Path(aiohttp_cors.__file__).parent

# From the bottom to the top; a module may import those of its own layer and of the layers below.
LAYERS: dict[str, set[str]] = {
    "values": {
        "__about__",
        "errors",
        "fetch",
        "hints",
        "live_origins",
        "names",
        "origin_index",
        "origins",
        "policy",
        "resource_options",
    },
    "protocol": {"protocol", "table"},
    "adapters": {
        "adapters",
        "covered",
        "decisions",
        "engine",
        "neighbours",
        "paths",
        "places",
        "preflights",
        "responses",
        "targets",
    },
    "faces": {
        "__init__",
        "arguments",
        "classic_coverage",
        "configurations",
        "cors",
        "cors_config",
        "mixin",
    },
}

# A browser's side of the protocol, for test suites: stands on the vocabulary and nothing else, and
# no server imports it. Those of its modules that are pure are named first.
BROWSER_CORE = {
    "browser_checks",
    "browser_fetch",
    "browser_headers",
    "browser_request",
    "browser_url",
    "preflight_cache",
}
BROWSER = BROWSER_CORE | {"browser_response", "testing"}
# What a type checker loads: asks the parsers of the values, and looks at the fluent API's steps.
PLUGIN = {"mypy_plugin"}

PURE = LAYERS["values"] | LAYERS["protocol"] | BROWSER_CORE
# Outside the standard library only this one, and nothing that waits, listens, logs or tells time.
PURE_THIRD_PARTY = {"typing_extensions"}
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


def module_files() -> dict[str, Path]:
    return {path.stem: path for path in PACKAGE.glob("*.py")}


def imports_of(path: Path) -> set[str]:
    """All modules that a file imports, wherever in it, each by its full name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            assert node.module is not None
            if node.module == "aiohttp_cors":
                found.update(f"aiohttp_cors.{alias.name}" for alias in node.names)
            else:
                found.add(node.module)
    return found


IMPORTS = {name: imports_of(path) for name, path in module_files().items()}
OWN = {
    name: {
        full.partition(".")[2].partition(".")[0] or "__init__"
        for full in imports
        if full.partition(".")[0] == "aiohttp_cors"
    }
    for name, imports in IMPORTS.items()
}
MODULES = sorted(IMPORTS)


def test_every_module_has_its_place_and_every_place_its_module() -> None:
    placed = [*BROWSER, *PLUGIN, *(name for names in LAYERS.values() for name in names)]
    assert sorted(placed) == MODULES


def test_the_package_is_flat() -> None:
    assert not [path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE]


def allowed_for(module: str) -> set[str]:
    if module in BROWSER_CORE:
        return BROWSER_CORE | {"fetch"}
    if module in BROWSER:
        return BROWSER | {"fetch"}
    if module in PLUGIN:
        return LAYERS["values"] | {"cors"}
    below: set[str] = set()
    for names in LAYERS.values():
        below |= names
        if module in names:
            # Where all is gathered nothing may look back.
            return below - {"__init__"}
    raise LookupError(module)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_its_own_layer_and_those_below(module: str) -> None:
    assert OWN[module] - allowed_for(module) == set()


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


@pytest.mark.parametrize("module", sorted(PURE))
def test_values_protocol_and_the_browsers_core_know_no_server_clock_or_log(module: str) -> None:
    outside = {full.partition(".")[0] for full in IMPORTS[module]} - {"aiohttp_cors"}
    assert outside - sys.stdlib_module_names - PURE_THIRD_PARTY == set()
    assert outside & IMPURE == set()


@pytest.mark.parametrize("module", MODULES)
def test_no_module_asks_the_clock(module: str) -> None:
    tree = ast.parse(module_files()[module].read_text(encoding="utf-8"))
    clocks = {"now", "utcnow", "today", "monotonic", "perf_counter"}
    asked = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert asked & clocks == set()


@pytest.mark.parametrize("module", MODULES)
def test_what_a_module_keeps_to_itself_is_imported_nowhere_else(module: str) -> None:
    tree = ast.parse(module_files()[module].read_text(encoding="utf-8"))
    private = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    }
    assert private == set()


def test_the_runtime_depends_on_aiohttp_and_what_comes_with_it_only() -> None:
    runtime = IMPORTS.keys() - PLUGIN
    outside = {full.partition(".")[0] for name in runtime for full in IMPORTS[name]}
    outside -= sys.stdlib_module_names
    assert outside <= {"aiohttp", "aiohttp_cors", "multidict", "typing_extensions", "yarl"}
