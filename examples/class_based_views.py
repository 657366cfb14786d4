"""A `RouteTableDef` with class-based views, covered as one policy says.

`Cors.everywhere` needs no list. A view that is to have a policy of its own is bound by its route.
"""

from aiohttp import web

from aiohttp_cors import Cors

routes = web.RouteTableDef()


@routes.view("/articles", name="articles")
class Articles(web.View):
    async def get(self) -> web.Response:
        return web.json_response([{"id": 1}])

    async def post(self) -> web.Response:
        article: object = await self.request.json()
        return web.json_response(article, status=201)


@routes.view("/articles/{id}")
class Article(web.View):
    async def get(self) -> web.Response:
        return web.json_response({"id": int(self.request.match_info["id"])})

    async def delete(self) -> web.Response:
        return web.Response(status=204)


@routes.view("/feed", name="feed")
class Feed(web.View):
    async def get(self) -> web.Response:
        return web.Response(text="<feed/>", content_type="application/atom+xml")


def create_app() -> web.Application:
    app = web.Application()
    app.add_routes(routes)
    (
        Cors.for_app(app)
        .origin("https://editor.example.com")
        .allow_credentials()
        .allow_headers("Content-Type")
        .everywhere()
        .any_origin()  # readers everywhere may fetch the feed
        .on(app.router["feed"])
    )
    return app


if __name__ == "__main__":
    web.run_app(create_app())
