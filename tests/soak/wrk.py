"""wrk, the load tool: what it is given to send, and what it has counted.

Owns: the rows for `load.lua` and `plain.lua`, in Lua, and wrk's output.
Leaves to: the two scripts what is asked of an answer; `tests.soak.cases` what is right.
"""

import asyncio
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from tests.soak.cases import LOAD, Case
from tests.soak.moving import CASE, CIRCLE, LATE_ROUTES, State

_HERE: Final = Path(__file__).parent
_DROPS: Final = ("connect", "read", "write", "timeout")
_FIGURE: Final = re.compile(r"^soak (\w+) (\d+)(?:\.\d+)?$", re.MULTILINE)
_WRONG: Final = re.compile(r"^soak-wrong (.*)$", re.MULTILINE)
_EVERY_STATE: Final = [
    State(changes, routes) for changes in range(CIRCLE) for routes in (0, LATE_ROUTES)
]


class MissingToolError(Exception):
    """wrk is not installed, or has not run to its end."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a run of wrk has counted."""

    requests: int
    seconds: float
    checked: int = 0
    wrong: int = 0
    server_errors: int = 0
    dropped: int = 0
    complaints: tuple[str, ...] = ()

    @classmethod
    def of(cls, output: str) -> "Load":
        """What the scripts have printed. Raises `ValueError` where it is not whole."""
        figures = {name: int(value) for name, value in _FIGURE.findall(output)}
        missing = {"requests", "microseconds", *_DROPS} - figures.keys()
        if missing:
            raise ValueError(f"wrk did not print {sorted(missing)}")
        return cls(
            requests=figures["requests"],
            seconds=figures["microseconds"] / 1e6,
            checked=figures.get("checked", 0),
            wrong=figures.get("wrong", 0),
            server_errors=figures.get("server_errors", 0),
            dropped=sum(figures[name] for name in _DROPS),
            complaints=tuple(_WRONG.findall(output)),
        )

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


async def check(port: int, seconds: int, home: Path) -> Load:
    """Send all of `LOAD` in turn, and look at every answer."""
    rows = home / "checked.lua"
    rows.write_text(_table(map(_row, LOAD, range(1, len(LOAD) + 1))), "ascii")
    return await _run("load.lua", rows, port, seconds, connections=32)


async def measure(port: int, seconds: int, requests: Iterable[bytes], home: Path) -> Load:
    """Send requests in turn, as fast as the server answers."""
    rows = home / "measured.lua"
    rows.write_text(_table(map(quoted, requests)), "ascii")
    return await _run("plain.lua", rows, port, seconds, connections=16)


async def _run(script: str, rows: Path, port: int, seconds: int, *, connections: int) -> Load:
    program = shutil.which("wrk")
    if program is None:
        raise MissingToolError("wrk is not installed: apt-get install wrk")
    options = ["--threads", "2", "--connections", str(connections), "--duration", f"{seconds}s"]
    command = [program, *options, "--timeout", "30s", "--script", str(_HERE / script)]
    process = await asyncio.create_subprocess_exec(
        *command,
        f"http://127.0.0.1:{port}",
        env={**os.environ, "SOAK_ROWS": str(rows)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), seconds + 60)
    finally:
        if process.returncode is None:
            process.kill()
    text = output.decode(errors="backslashreplace")
    try:
        return Load.of(text)
    except ValueError as error:
        raise MissingToolError(f"{error}: {text[-500:]!r}") from None


def _row(case: Case, number: int) -> str:
    line, _, rest = case.request.partition(b"\r\n")
    signed = b"\r\n".join((line, f"{CASE}: {number}-@@@@@@@@".encode(), rest))
    outcomes = ", ".join(
        f"{{ status = {status}, origin = {quoted(origin.encode())} }}"
        for status, origin in sorted(outcomes_of(case))
    )
    name = quoted(case.name.encode())
    return f"{{ name = {name}, request = {quoted(signed)}, outcomes = {{ {outcomes} }} }}"


def outcomes_of(case: Case) -> set[tuple[int, str]]:
    """Status and ``Access-Control-Allow-Origin`` (or ``none``) of what a case can be answered with."""
    expected = map(case.rule, _EVERY_STATE)
    return {
        (each.status, str(each.headers.get("access-control-allow-origin", "none")))
        for each in expected
    }


def _table(rows: Iterable[str]) -> str:
    return "return {\n" + "".join(f"{row},\n" for row in rows) + "}\n"


def quoted(raw: bytes) -> str:
    """A Lua string, every byte as its number."""
    return '"' + "".join(f"\\{byte:03}" for byte in raw) + '"'
