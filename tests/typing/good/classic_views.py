"""Views of the classic API: the mixin on either side, configurations of classes and methods."""

from collections.abc import Mapping
from typing import ClassVar

from aiohttp import web
from typing_extensions import assert_type, override

from aiohttp_cors import CorsConfig, CorsViewMixin, ResourceOptions, custom_cors, setup
from aiohttp_cors.mixin import CorsViewMixin as SameMixin


class MixinFirst(CorsViewMixin, web.View):
    cors_config = {"*": ResourceOptions(allow_credentials=True, allow_headers=["X-Request-ID"])}

    async def get(self) -> web.Response:
        return web.Response(text="Done")

    @custom_cors({"*": ResourceOptions(allow_headers="*")})
    async def post(self) -> web.StreamResponse:
        return web.Response(text=await self.request.text())


class MixinLast(web.View, CorsViewMixin):
    cors_config = {"*": {"allow_credentials": False, "max_age": 60}}

    @custom_cors({"https://a.example": {"allow_headers": "*"}})
    async def put(self) -> web.Response:
        return web.Response(text="Done")

    async def helper(self) -> web.Response:
        return await self.put()


class Annotated(web.View, SameMixin):
    cors_config: ClassVar[dict[str, ResourceOptions]] = {"*": ResourceOptions()}


class WithoutConfiguration(CorsViewMixin, web.View):
    pass


class OfEachRequest(CorsViewMixin, web.View):
    @override
    @classmethod
    def get_request_config(
        cls, request: web.Request, request_method: str
    ) -> Mapping[str, ResourceOptions | Mapping[str, object]]:
        if request.host == "internal.example":
            return {"*": ResourceOptions()}
        return super().get_request_config(request, request_method)


def added(app: web.Application, cors: CorsConfig) -> None:
    first = cors.add(app.router.add_view("/first", MixinFirst))
    last = cors.add(app.router.add_route("*", "/last", MixinLast), {"*": ResourceOptions()})
    assert_type(first, web.AbstractRoute)
    assert_type(last, web.AbstractRoute)
    resource = setup(app).add(app.router.add_resource("/view"))
    assert_type(resource.add_route("*", OfEachRequest), web.ResourceRoute)


async def called(view: MixinFirst, request: web.Request) -> None:
    assert_type(await view.post(), web.StreamResponse)
    assert_type(await view.options(), web.StreamResponse)
    assert_type(await MixinLast(request).put(), web.Response)
    assert_type(await MixinLast(request).options(), web.StreamResponse)
    MixinFirst.get_request_config(request, "get")
