"""`CorsViewMixin` and `custom_cors`: views that bring their own configuration.

Owns: how a view's class-level and per-method configurations are found and chained.
Leaves to: `aiohttp_cors._table.additions` what comes after a view's own configuration.
"""

from collections import ChainMap
from collections.abc import Callable, Iterator
from inspect import getattr_static
from typing import Any, ClassVar, Protocol, TypeVar, cast

from aiohttp import hdrs, web
from typing_extensions import override

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, OriginTable, compile_options
from aiohttp_cors._server.answers import answer_or_raise
from aiohttp_cors._server.headers import is_preflight
from aiohttp_cors._server.preflights import judge, judge_view, refuse
from aiohttp_cors._table.additions import AskedView, ConfiguredView
from aiohttp_cors._table.router import ANY_METHOD, defined_methods, handled_methods
from aiohttp_cors._values.configuration import Config, parse_config
from aiohttp_cors._values.place import Place, place_of
from aiohttp_cors.cors_config import APP_CONFIG_KEY

__all__ = ("CorsViewMixin", "custom_cors")

_Method = TypeVar("_Method", bound=Callable[..., object])


def custom_cors(config: Config) -> Callable[[_Method], _Method]:
    """Give one method of a view a configuration of its own, before that of its class.

        class Notes(web.View, CorsViewMixin):
            @custom_cors({"https://app.example.com": ResourceOptions(allow_credentials=True)})
            async def put(self) -> web.Response:
                return web.Response(text="bread")

        setup(app).add(app.router.add_view("/notes", Notes))

    The decorator returns the very function, on which it sets ``<name>_cors_config``.
    """

    def decorate(method: _Method) -> _Method:
        setattr(method, _attribute(method.__name__), config)
        return method

    return decorate


class CorsViewMixin(ConfiguredView):
    """Lets a `web.View` be added to a `CorsConfig`, and answers its preflights.

    Comes before or after `web.View` among the bases. A method's `custom_cors` is asked first,
    then `cors_config` of the class, then the application's defaults.

        class Notes(web.View, CorsViewMixin):
            cors_config = {"https://app.example.com": ResourceOptions()}

            async def get(self) -> web.Response:
                return web.Response(text="milk")

        setup(app).add(app.router.add_view("/notes", Notes))
    """

    # To checkers an attribute that is assigned to is invariant: a subclass could not annotate it
    # as the mapping that it is.
    cors_config: ClassVar[Any] = None
    """The configuration of all methods of this view."""

    @classmethod
    def get_request_config(cls, request: web.Request, request_method: str) -> Config:
        """The options by origin that decide about `request_method` (any case) of this view.

        A subclass may override this; it is then asked once per request, and what it gives is
        parsed each time. Of a `ChainMap` each map is one step of the chain.

        Raises `KeyError` for a method that the view lacks, `ValueError` where `aiohttp_cors.setup`
        was not called for the application.
        """
        method = request_method.upper()
        if handled_methods(cls).isdisjoint({method, *ANY_METHOD}):
            raise KeyError(request_method)
        cors = request.app.get(APP_CONFIG_KEY)
        if cors is None:
            raise ValueError("aiohttp-cors is not configured.")
        custom, general = cls._own_configs(method)
        return ChainMap(parse_config(custom), parse_config(general), dict(cors.defaults))

    async def options(self: "_RoutedView") -> web.StreamResponse:
        """Answer a preflight; raises `web.HTTPForbidden` for a refused one."""
        request = self.request
        # A test may make a request that no router has seen: then the view judges alone.
        is_routed = isinstance(request.match_info.route.resource, web.AbstractResource)
        if is_routed and is_preflight(request):
            verdict = await judge(request) or refuse(request)
        else:
            kind = cast("type[ConfiguredView]", type(self))  # the protocol is of this class
            verdict = await judge_view(request, AskedView(kind, CompiledPolicy(())))
        return answer_or_raise(request, verdict, is_routed=is_routed)

    @override
    @classmethod
    def own_methods(cls) -> frozenset[str] | None:
        name = "get_request_config"
        overridden = getattr_static(cls, name) is not getattr_static(CorsViewMixin, name)
        # A view that dispatches by itself mostly hands on to its methods, which keep what they have.
        return None if overridden else handled_methods(cls) | defined_methods(cls)

    @override
    @classmethod
    def own_tables(cls, method: str) -> list[OriginTable]:
        custom, general = cls._own_configs(method)
        handler: object = getattr(cls, method.lower(), None) if method else None
        return [
            compile_options(parse_config(custom), place_of(handler)),
            compile_options(parse_config(general), _place_of_class(cls)),
        ]

    @override
    @classmethod
    def tables_of_request(cls, request: web.Request, method: str) -> list[OriginTable]:
        if method not in hdrs.METH_ALL:
            raise KeyError(method)
        config = cls.get_request_config(request, method)
        return [compile_options(parse_config(step)) for step in _steps(config)]

    @classmethod
    def _own_configs(cls, method: str) -> tuple[object, object]:
        handler: object = getattr(cls, method.lower(), None) if method else None
        # The configuration belongs to the function, whichever methods it serves: put = post = save.
        names = [method.lower(), str(getattr(handler, "__name__", ""))]
        found = (getattr(handler, _attribute(name), None) for name in names)
        return next((config for config in found if config is not None), None), cls.cors_config


class _RoutedView(Protocol):
    """A mixin's view, together with what `web.View` gives it."""

    @property
    def request(self) -> web.Request: ...


def _steps(config: Config) -> Iterator[Config]:
    if isinstance(config, ChainMap):
        for step in config.maps:
            yield from _steps(step)
    else:
        yield config


def _place_of_class(view: type[CorsViewMixin]) -> Place | None:
    """Where the class that has `cors_config` begins; before Python 3.13, its first method."""
    members = next(vars(kind) for kind in view.__mro__ if "cors_config" in vars(kind))
    first = min(filter(None, map(place_of, members.values())), default=None)
    line: object = members.get("__firstlineno__")
    return first._replace(lineno=line) if first and isinstance(line, int) else first


def _attribute(name: str) -> str:
    return f"{name}_cors_config"
