"""How many examples a random test tries, and which.

In every ordinary run the examples are the same: a test run says the same thing each time. `make explore`
sets ``EXPLORE`` to a number, and each random test tries that many times as many examples, new ones.
"""

import os
from typing import Final

from hypothesis import settings

TIMES: Final = int(os.environ.get("EXPLORE") or 0)
"""What `make explore` asks for; 0 in an ordinary run."""


def examples(count: int) -> int:
    """`count` in an ordinary run, and a multiple of it where new examples are looked for."""
    return count * max(1, TIMES)


def choose() -> None:
    """Load the settings of Hypothesis that every test starts with.

    There is no deadline: a shared machine may be slow, and no test asserts on a clock. Nothing is
    remembered from run to run: a seed repeats what `make explore` found.
    """
    settings.register_profile(
        "explore" if TIMES else "ordinary",
        deadline=None,
        derandomize=not TIMES,
        database=None,
        print_blob=True,
        max_examples=examples(100),
    )
    settings.load_profile("explore" if TIMES else "ordinary")
