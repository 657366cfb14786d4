"""A lock on disk, beside the application that it was made of.

Owns: reading the file, and what is said where that cannot be done.
Leaves to: `aiohttp_cors._tools.locking.lock_file` the text; to `aiohttp_cors._tools.locking.difference` the comparison.
"""

from pathlib import Path

from aiohttp import web

from aiohttp_cors._tools.locking.difference import Difference, compare
from aiohttp_cors._tools.locking.lock_file import LockError, read_lock
from aiohttp_cors._tools.locking.reach import reach_of


def difference_from(path: Path, app: web.Application, *, spec: str = "MODULE:NAME") -> Difference:
    """What `app` allows that the lock at `path` does not, and the reverse.

    `spec` is how the command line names the application. Raises `LockError`.
    """
    make = f"make it with: python -m aiohttp_cors lock {spec} > {path}"
    try:
        before = read_lock(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise LockError(f"{path} is missing; {make}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise LockError(f"{path} cannot be read: {error}") from error
    except LockError as error:
        raise LockError(f"{path}: {error}; {make}") from error
    return compare(before, reach_of(app))
