"""Counts instructions: runs Python under valgrind, and reads what callgrind wrote.

Owns: valgrind's options, the markers that say what is counted, and the files that come out.
Leaves to: the modules it runs what they do between the markers.

A counted process calls `Markers`; it writes any number of counts, each under a name. Client requests
are used instead of ``--toggle-collect``, because only they leave the instrumentation off until then:
importing aiohttp with it takes half a minute.

Source: valgrind, *Callgrind: client requests*,
https://valgrind.org/docs/manual/cl-manual.html#cl-manual.clientrequests
"""

import ctypes
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final, final

from tests.benchmarks.contenders import CACHE, ROOT

_SOURCE: Final = Path(__file__).with_name("markers.c")
_NAME: Final = re.compile(r"^desc: Trigger: Client Request: (.*)$", re.MULTILINE)
_EVENTS: Final = re.compile(r"^events: (.*)$", re.MULTILINE)
_SUMMARY: Final = re.compile(r"^summary: (.*)$", re.MULTILINE)
_MARKERS: Final = "BENCHMARK_MARKERS"
# Debian's packages.
_PACKAGES: Final = "valgrind gcc libc6-dev"


# The interpreter keeps where it found a class's attribute, in 4096 places for all names of all classes.
# Two that share a place drive each other out, at up to 3000 instructions a request, and which two do is
# a matter of addresses. Of requests, the search after a miss is not counted, where the interpreter has
# symbols.
LEFT_OUT: Final = ("--toggle-collect=find_name_in_mro", "--collect-atstart=yes")


class Missing(Exception):
    """There is nothing to count with; says what has to be installed."""


class Failed(Exception):
    """A counted process ended with an error; says which."""


@final
class Markers:
    """What a counted process says to callgrind."""

    def __init__(self) -> None:
        library = ctypes.CDLL(os.environ[_MARKERS])
        self.count_from_here: Final = library.count_from_here
        """Begins to count; slow from here on."""
        self.forget: Final = library.forget
        """Counts from zero."""
        self._write_down: Final = library.write_down

    def write_down(self, name: str) -> None:
        """Keeps what was counted, under a name."""
        self._write_down(name.encode("utf-8"))


@cache
def markers() -> Path:
    """The library of the markers, compiled when it is not yet there.

    Raises `Missing`.
    """
    if shutil.which("valgrind") is None:
        raise Missing(f"valgrind is not installed (Debian's packages: {_PACKAGES})")
    source = _SOURCE.read_bytes()
    made = CACHE / f"markers-{sha256(source).hexdigest()[:12]}.so"
    if not made.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        new = made.with_suffix(f".{os.getpid()}.so")
        compiler = os.environ.get("CC", "cc")
        command = [compiler, "-O1", "-shared", "-fPIC", "-o", str(new), str(_SOURCE)]
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True)
        except OSError as error:
            raise Missing(f"no C compiler (Debian's packages: {_PACKAGES}): {error}") from error
        if done.returncode:
            raise Missing(
                f"the markers do not compile (Debian's packages: {_PACKAGES}): {done.stderr}"
            )
        new.rename(made)
    return made


def environment(seed: int) -> dict[str, str]:
    """What decides about a count, and nothing else: not even the length of a user's variables.

    Compiled files are kept, as those of an installed package are.
    """
    return {
        "LC_ALL": "C.UTF-8",
        "PATH": os.defpath,
        "PYTHONHASHSEED": str(seed),
        "PYTHONPYCACHEPREFIX": str(CACHE / "bytecode"),
        "PYTHONPATH": str(ROOT),
        _MARKERS: str(markers()),
    }


def count(
    arguments: Sequence[str], *, seed: int, options: Sequence[str] = (), keep: Path | None = None
) -> dict[str, Mapping[str, int]]:
    """Runs ``python ARGUMENTS`` and returns its counts: by name, then by callgrind's event.

    - `options`: more of valgrind's, such as `LEFT_OUT`;
    - `keep`: the folder where callgrind's files stay.

    Raises `Missing` and `Failed`.
    """
    library = environment(seed)
    valgrind = shutil.which("valgrind")
    assert valgrind is not None
    with tempfile.TemporaryDirectory(prefix="callgrind-") as temporary:
        folder = Path(temporary) if keep is None else keep
        folder.mkdir(parents=True, exist_ok=True)
        command = [
            valgrind,
            "--tool=callgrind",
            "--quiet",
            "--instr-atstart=no",
            f"--callgrind-out-file={folder}/counts.%p",
            *options,
            sys.executable,
            *arguments,
        ]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env=library, cwd=ROOT, timeout=900
        )
        if done.returncode:
            errors = (done.stderr or done.stdout).strip()
            raise Failed(f"{' '.join(arguments)}: {errors.rpartition(chr(10))[2] or 'no output'}")
        return dict(_counts(folder))


def _counts(folder: Path) -> Iterator[tuple[str, Mapping[str, int]]]:
    for file in sorted(folder.glob("counts.*")):
        text = file.read_text("utf-8", errors="replace")
        name = _NAME.search(text)
        events = _EVENTS.search(text)
        summary = _SUMMARY.search(text)
        if name is not None and events is not None and summary is not None:
            numbers = map(int, summary[1].split())
            yield name[1], dict(zip(events[1].split(), numbers, strict=True))
