"""nginx and Varnish as shared caches: started here, in front of an application, over Unix sockets.

Knows their configuration files and when they are ready. Knows nothing of CORS, and no port: the
sockets are files in the folder that each cache has for itself.
"""

import shutil
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final, TypeAlias

from tests.browser.processes import child, until

StartCache: TypeAlias = Callable[[Path, Path], AbstractAsyncContextManager[Path]]
"""Given a folder of its own and the application's socket, a cache that gives its own socket."""


class MissingCacheError(Exception):
    """This program is not installed."""


# Debian keeps both where an ordinary user's path does not lead.
_PATHS: Final = "/usr/local/sbin:/usr/sbin:/sbin"

# As root the workers would be another user, who cannot read the folder of a test.
_NGINX: Final = """
daemon off;
user root;
worker_processes 1;
pid {home}/nginx.pid;
error_log stderr notice;
events {{}}
http {{
    access_log off;
    client_body_temp_path {home}/body;
    fastcgi_temp_path {home}/fastcgi;
    proxy_temp_path {home}/proxy;
    scgi_temp_path {home}/scgi;
    uwsgi_temp_path {home}/uwsgi;
    proxy_cache_path {home}/cache keys_zone=shared:1m;
    server {{
        listen unix:{own};
        location / {{
            proxy_pass http://unix:{app}:;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_cache shared;
        }}
    }}
}}
"""

_VARNISH: Final = """
vcl 4.1;
backend default {{ .path = "{app}"; }}
"""


@asynccontextmanager
async def nginx(home: Path, app: Path) -> AsyncGenerator[Path, None]:
    """An nginx with a ``proxy_cache``."""
    program = installed("nginx")
    own, config = home / "own", home / "nginx.conf"
    config.write_text(_NGINX.format(home=home, own=own, app=app))
    async with child(program, "-p", home, "-c", config, "-e", "stderr", home=home) as running:
        await running.line(r"start worker process \d")
        yield own


@asynccontextmanager
async def varnish(home: Path, app: Path) -> AsyncGenerator[Path, None]:
    """A Varnish with the behaviour that it has of its own."""
    program = installed("varnishd")
    own, config = home / "own", home / "varnish.vcl"
    config.write_text(_VARNISH.format(app=app))
    command = (program, "-F", "-j", "none", "-n", home / "work", "-a", own, "-f", config)
    async with child(*command, "-s", "malloc,32m", home=home) as running:

        async def is_there() -> bool | None:
            return own.is_socket() or None

        await running.line(r"Child starts")
        await until(is_there, "socket of Varnish")
        yield own


CACHES: Final[Mapping[str, StartCache]] = {"nginx": nginx, "varnish": varnish}


def installed(name: str) -> str:
    """The path of a program; raises `MissingCacheError` without it."""
    found = shutil.which(name) or shutil.which(name, path=_PATHS)
    if found is None:
        raise MissingCacheError(f"{name} is not installed")
    return found
