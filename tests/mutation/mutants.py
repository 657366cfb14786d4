"""What became of each mutant, and which survivors CONTRIBUTING.md accounts for.

Knows the names and the words that mutmut prints. A mutant is a function and a number,
``origins.secure_hint 7``; the numbers change with the function.
"""

import re
from typing import Final

# The words of mutmut for a mutant that made a test fail, or never end.
KILLED: Final = frozenset({"killed", "timeout", "segfault"})

_RESULT: Final = re.compile(r"\s+aiohttp_cors\.(?:\w+\.)*(\w+)\.x([_ǁ])(\w+?)__mutmut_(\d+): (.+)")
# A row of the table: the function in backquotes, the numbers, the reason.
_LISTED: Final = re.compile(r"\| `([\w.]+)` \| ([0-9, ]+) \| .+ \|")


def read_results(printed: str) -> dict[str, str]:
    """What ``mutmut results --all true`` printed: mutants and what became of them."""
    return {
        f"{module}.{name.replace('ǁ', '.')} {number}": status
        for module, _, name, number, status in _RESULT.findall(printed)
    }


def read_listed(contributing: str) -> set[str]:
    """The survivors that the tables of CONTRIBUTING.md name."""
    return {
        f"{function} {number.strip()}"
        for function, numbers in _LISTED.findall(contributing)
        for number in numbers.split(",")
    }
