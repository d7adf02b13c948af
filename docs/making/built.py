"""What is looked at once the site is built: links and anchors within it, and what a page would fetch from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: By element, the attribute that names what a browser loads by itself.
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


class Page(HTMLParser):
    """The anchors and links of one page.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element is called, where it leads, and what it loads."""
        said = {name: value for name, value in attrs if value}
        self.anchors |= {said[name] for name in ("id", "name") if name in said}
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        if LOADED.get(tag) in said and said.get("rel") not in ("canonical", "search"):
            self.loaded.append(said[LOADED[tag]])


def problems(folder: Path) -> Iterator[str]:
    """Return what is wrong with a built site: broken links, missing anchors, what is fetched from elsewhere."""
    pages = {path.resolve(): Page(path) for path in sorted(folder.rglob("*.html"))}
    for path, page in pages.items():
        name = path.relative_to(folder.resolve())
        yield from (f"{name} loads {each}" for each in page.loaded if _is_elsewhere(each))
        for link in dict.fromkeys((*page.links, *page.loaded)):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                yield f"{name} links to {link}, which is not there"
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                yield f"{name} links to {link}, where there is no such anchor"
    for style in sorted(folder.rglob("*.css")):
        if any(mark in style.read_text(encoding="utf-8") for mark in ("url(http", 'url("http', "url(//", "@import")):
            yield f"{style.relative_to(folder)} loads something from elsewhere"


def _is_elsewhere(address: str) -> bool:
    return urlsplit(address).scheme in ("http", "https") or address.startswith("//")
