"""Settings that every test runs with.

Each folder in `tests` is a package, and pytest's ordinary import mode puts the folder that holds
`tests` on the path: `from tests.truth_table.rows import ...` means the same file to pytest, mypy and pyright,
and two folders may have a `test_errors.py` each.
"""

import os

from hypothesis import settings

# No deadline: a shared machine may be slow, and no test asserts on a clock.
settings.register_profile("dev", deadline=None)
# The same examples in every run, so that a red build is red for the reason it names.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
