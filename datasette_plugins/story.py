"""Plugin: the story page — who published first, who has it from whom, and what each copy changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from datasette import NotFound, Response

from datasette_plugins import render
from datasette_plugins.archive import ask, site_of
from datasette_plugins.hooks import hook
from db import related, story_tree
from db.site import Site

_SAME_MATTER = ("event", "policy", "cooperation", "programme")  # what two independent reports of one matter share


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A story, and articles of other stories that tell of the same event, policy, programme or cooperation."""

    tree: story_tree.StoryTree
    independent: tuple[related.Related, ...]


async def story(datasette: Any, request: Any) -> Response:
    """A story by any id that it ever had; the present one is redirected to. 410 when all of it was taken down."""
    site = await ask(site_of, datasette)
    identity = unquote(request.url_vars["id"])
    found = await ask(_read, site, identity)
    if found is None:
        raise NotFound("")
    if found.tree.id != identity:
        return Response.redirect(f"/story/{quote(found.tree.id, safe='')}", status=301)
    if not found.tree.nodes:
        return await render.page(datasette, request, "caixun_removed.html", {"id": identity}, status=410)
    return await render.page(datasette, request, "caixun_story.html", {"story": found})


def _read(site: Site, identity: str) -> StoryPage | None:
    tree = story_tree.tree(site.archive, identity, texts=site.show_full_text)
    if tree is None:
        return None
    near = related.related(site.archive, tree.nodes[0].id, limit=40) if tree.nodes else ()
    same = tuple(one for one in near if any(shared.kind in _SAME_MATTER for shared in one.shared))
    return StoryPage(tree, same[: related.SHOWN])


@hook
def register_routes() -> list[tuple[str, Any]]:
    """`/story/ID`."""
    return [(r"^/story/(?P<id>[^/]+)$", story)]
