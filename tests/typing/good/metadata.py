"""What the package says of itself, and how its warnings are filtered."""

import logging
import warnings

import aiohttp_cors
from aiohttp_cors import CorsConfigError, CorsWarning, Problem, __version__

ABOUT: tuple[str, ...] = (
    aiohttp_cors.__title__,
    __version__,
    aiohttp_cors.__summary__,
    aiohttp_cors.__uri__,
    aiohttp_cors.__author__,
    aiohttp_cors.__email__,
    aiohttp_cors.__license__,
    aiohttp_cors.__copyright__,
)

warnings.simplefilter("error", CorsWarning)
logging.getLogger("aiohttp_cors").setLevel(logging.DEBUG)


def report(error: ValueError) -> str:
    if isinstance(error, CorsConfigError):
        return "\n".join(problem.hint for problem in error.problems)
    return str(error)


def raise_one() -> None:
    raise CorsConfigError([Problem("origin", "null", "prohibited", "any site can send it", "")])
