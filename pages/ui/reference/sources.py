"""The bibliography: pages/content/sources.md lists it, a line per source."""

from __future__ import annotations

from pages.ui import content


def of_the_pages() -> dict[str, tuple[str, ...]]:
    """Every source of the pages with what it is used for, in Markdown, by topic."""
    return {
        content.heading("sources/article"): content.points("sources/article"),
        content.heading("sources/cited"): content.points("sources/cited"),
        content.heading("sources/theory"): content.points("sources/theory"),
        content.heading("sources/learning"): content.points("sources/learning"),
        content.heading("sources/statistics"): content.points("sources/statistics"),
        content.heading("sources/data"): content.points("sources/data"),
    }


def of_the_libraries() -> dict[str, tuple[str, ...]]:
    """The sources of the pitfalls and of kl_core, likewise."""
    return {
        content.heading("sources/libraries"): content.points("sources/libraries"),
        content.heading("sources/families"): content.points("sources/families"),
        content.heading("sources/divergences"): content.points("sources/divergences"),
        content.heading("sources/projection"): content.points("sources/projection"),
        content.heading("sources/numerics"): content.points("sources/numerics"),
    }


def groups() -> dict[str, tuple[str, ...]]:
    """All of them."""
    return of_the_pages() | of_the_libraries()


def link(begins: str) -> str:
    """The link to the source whose name begins so: "[Name](address)".

    Raises ValueError unless there is exactly one such source.
    """
    lines = [line for group in groups().values() for line in group]
    (line,) = (line for line in lines if line.startswith(f"[{begins}"))
    return line.partition("): ")[0] + ")"
