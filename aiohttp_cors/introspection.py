"""What `Cors.table` and `Cors.explain` give: the compiled table, and explanations, as frozen values.

Owns: the names that users annotate with.
Leaves to: `aiohttp_cors._tools.rows` how rows are made, to `aiohttp_cors._tools.explanations.explaining` how a
request is explained.

Not imported by ``import aiohttp_cors``: a server does not need it.
"""

from aiohttp_cors._tools.explanations.console import BrowserWords
from aiohttp_cors._tools.explanations.explaining import explain
from aiohttp_cors._tools.explanations.explanation import Change, Explanation, Near, Remedy, Step
from aiohttp_cors._tools.rows import Api, LevelName, TableRow, rows_of
from aiohttp_cors._values.enforcement import Enforcement
from aiohttp_cors._values.place import Place, Written

__all__ = (
    "Api",
    "BrowserWords",
    "Change",
    "Enforcement",
    "Explanation",
    "LevelName",
    "Near",
    "Place",
    "Remedy",
    "Step",
    "TableRow",
    "Written",
    "explain",
    "rows_of",
)
