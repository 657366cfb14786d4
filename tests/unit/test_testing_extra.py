"""Without the extra ``aiohttp-cors[testing]``, one sentence says what to install."""

import re
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from aiohttp_cors.browser.body import form_body
from aiohttp_cors.browser.site import are_same_site
from aiohttp_cors.browser.url import parse_url
from aiohttp_cors.testing import Browser, BrowserClient
from tests.unit.test_imports import python

ROOT = Path(__file__).parents[2]

SENTENCE = (
    r'^a model of a browser needs the extra "testing": pip install "aiohttp-cors\[testing\]"$'
)


@pytest.fixture
def _without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ada_url", "publicsuffixlist"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("_without_the_extra")
def test_a_browser_without_the_extra_says_what_to_install() -> None:
    with pytest.raises(ImportError, match=SENTENCE) as missing:
        Browser(cast("BrowserClient", None), origin="https://app.example")
    assert missing.value.name == "ada_url"


@pytest.mark.usefixtures("_without_the_extra")
def test_urls_and_forms_without_the_extra_say_what_to_install() -> None:
    with pytest.raises(ImportError, match=SENTENCE):
        parse_url("http://127.0.0.1/")
    with pytest.raises(ImportError, match=SENTENCE):
        form_body({"a": "b"})


@pytest.mark.usefixtures("_without_the_extra")
def test_two_ports_of_a_host_are_one_site_without_any_list() -> None:
    assert are_same_site("http://localhost:1", "http://localhost:2")


def test_registrable_domains_without_the_extra_say_what_to_install() -> None:
    # In a fresh process: the list is read once and kept.
    run = python(
        "import sys\nsys.modules['publicsuffixlist'] = None\n"
        "from aiohttp_cors.browser.site import registrable_domain\n"
        "registrable_domain('app.example')"
    )
    assert re.search(f"^ImportError: {SENTENCE.removeprefix('^')}", run.stderr, re.MULTILINE)


def test_everything_can_be_imported_without_the_extra_and_the_demo_runs() -> None:
    program = (
        "import sys\nsys.modules['ada_url'] = sys.modules['publicsuffixlist'] = None\n"
        "import aiohttp_cors, aiohttp_cors.testing, aiohttp_cors.browser.fetch\n"
        "from examples.demo.__main__ import main\n"
        "sys.exit(main(['--once']))"
    )
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith("requests went as they should\n")


def test_importing_the_package_imports_neither_library() -> None:
    run = python(
        "import sys, aiohttp_cors\nprint({'ada_url', 'publicsuffixlist'} & {*sys.modules})"
    )
    assert (run.stdout, run.stderr) == ("set()\n", "")
