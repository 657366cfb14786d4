"""What a command prints reaches no terminal uninterpreted, and reads well at 80 columns."""

import io
import json
from pathlib import Path
from typing import Final

import pytest
from typing_extensions import override

from aiohttp_cors._tools.terminal import Styled, Terminal, place_shown, printable, wrapped
from aiohttp_cors._values.place import Place


class Tty(io.StringIO):
    @override
    def isatty(self) -> bool:
        return True


HOSTILE: Final = {
    "escape": ("a\x1b[2Jb", "a\\x1b[2Jb"),
    "new line": ("a\nb", "a\\nb"),
    "carriage return": ("a\rb", "a\\rb"),
    "C1 control": ("a\x9bb", "a\\x9bb"),
    "right-to-left override": ("a\u202eb", "a\\u202eb"),
    "a zero-width space": ("a\u200bb", "a\\u200bb"),
    "a lone surrogate": ("a\udcffb", "a\\udcffb"),
    "letters and marks": ("grün ✓", "grün ✓"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_could_steer_a_terminal_is_escaped(name: str) -> None:
    text, shown = HOSTILE[name]
    assert printable(text) == shown
    out = io.StringIO()
    terminal = Terminal(out)
    terminal.line(text, Styled(text, "bold"))
    assert out.getvalue() == f"{shown}{shown}\n"
    assert wrapped(text) == [shown]


def test_styles_show_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Tty()
    Terminal(out).line("a ", Styled("b\x1b", "red"))
    assert out.getvalue() == "a \x1b[31mb\\x1b\x1b[0m\n"


@pytest.mark.parametrize("stream", [io.StringIO, Tty])
def test_no_style_shows_with_no_color_or_in_a_pipe(
    stream: type[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    out = stream()
    Terminal(out).line(Styled("b", "red"))
    assert out.getvalue() == "b\n"


def test_a_paragraph_is_broken_at_words() -> None:
    out = io.StringIO()
    Terminal(out).paragraph("word-word " * 20, indent=2, hanging=4)
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("  word-word")
    assert lines[1].startswith("      word-word")
    assert max(map(len, lines)) <= 80
    assert lines[0].endswith("word-word")


def test_json_is_ascii() -> None:
    out = io.StringIO()
    Terminal(out).json({"origin": "https://\x1bü", "rows": ("a", 1, None)})
    assert out.getvalue().isascii()
    assert json.loads(out.getvalue()) == {"origin": "https://\x1bü", "rows": ["a", 1, None]}


def test_progress_shows_to_somebody_who_watches() -> None:
    watched, piped = Tty(), io.StringIO()
    Terminal(watched).progress("asking\x1b")
    Terminal(piped).progress("asking")
    assert watched.getvalue() == "\r\x1b[Kasking\\x1b"
    assert piped.getvalue() == ""


def test_a_place_is_shown_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert place_shown(Place(str(tmp_path / "sub" / "app.py"), 31)) == "sub/app.py:31"
    assert place_shown(Place("/elsewhere/app.py", 31)) == "/elsewhere/app.py:31"
