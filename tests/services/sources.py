"""The source of each recipe: how the recipe saves, and what somebody changes behind its back.

Knows the recipes, their stores, and the variable in which a recipe finds its store. Expects nothing.
"""

import os
import sqlite3
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, final

import psycopg
import redis

from examples.live_origins import from_file, from_postgresql, from_redis, from_sqlite
from tests.services.servers import PostgreSQL, Server, redis_server


@final
@dataclass(frozen=True)
class Source:
    """A store that one recipe reads."""

    save: Callable[[list[str]], None]
    """Makes these origins the whole store, as the recipe does."""
    add_by_hand: Callable[[str], None]
    """Adds any text, without validation, and tells nobody."""
    server: Server | None = None
    """What can be killed."""


MakeSource: TypeAlias = Callable[[Path], AbstractAsyncContextManager[Source]]
"""Given a folder of its own, a store that is ready and empty."""


@asynccontextmanager
async def sqlite(home: Path) -> AsyncGenerator[Source, None]:
    """A database in a file."""
    database = os.environ["DATABASE"] = str(home / "tenants.db")

    def add(origin: str) -> None:
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("INSERT INTO tenant_origin VALUES (?)", (origin,))

    from_sqlite.save([])
    yield Source(from_sqlite.save, add)


@asynccontextmanager
async def file(home: Path) -> AsyncGenerator[Source, None]:
    """A text file."""
    path = home / "origins.txt"
    os.environ["ORIGINS"] = str(path)

    def add(origin: str) -> None:
        with path.open("a", encoding="utf-8") as lines:
            lines.write(f"{origin}\n")

    from_file.save([])
    yield Source(from_file.save, add)


@asynccontextmanager
async def postgresql(home: Path) -> AsyncGenerator[Source, None]:
    """A PostgreSQL with the schema of the recipe."""
    cluster = PostgreSQL(home)
    address = os.environ["POSTGRESQL"] = cluster.address

    def add(origin: str) -> None:
        with psycopg.connect(address) as connection:
            # No trigger fires, and so nobody is notified.
            connection.execute("SET session_replication_role = replica")
            connection.execute("INSERT INTO tenant_origin VALUES (%s)", (origin,))

    async with Server(cluster.running) as server:
        with psycopg.connect(address) as connection:
            connection.execute(from_postgresql.SCHEMA)
        yield Source(from_postgresql.save, add, server)


@asynccontextmanager
async def redis_(home: Path) -> AsyncGenerator[Source, None]:
    """A Redis that keeps what it has stored."""
    address = os.environ["REDIS"] = f"unix://{home}/redis"

    def add(origin: str) -> None:
        with redis.from_url(address) as client:
            client.sadd(from_redis.KEY, origin)

    async with Server(lambda: redis_server(home)) as server:
        yield Source(from_redis.save, add, server)


SOURCES: Final[Mapping[str, MakeSource]] = {
    "sqlite": sqlite,
    "file": file,
    "postgresql": postgresql,
    "redis": redis_,
}
"""By the name of the recipe: ``from_NAME``."""
NOTIFYING: Final = ("postgresql", "redis")
