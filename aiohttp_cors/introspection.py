"""What `Cors.table` gives: the compiled table as frozen values.

Owns: the names that users annotate with.
Leaves to: `aiohttp_cors._tools.rows` how rows are made.

Not imported by ``import aiohttp_cors``: a server does not need it.
"""

from aiohttp_cors._tools.rows import Api, LevelName, TableRow, rows_of
from aiohttp_cors._values.enforcement import Enforcement
from aiohttp_cors._values.place import Place, Written

__all__ = ("Api", "Enforcement", "LevelName", "Place", "TableRow", "Written", "rows_of")
