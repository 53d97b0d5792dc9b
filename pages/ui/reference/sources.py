"""The texts that this book rests on: pages/content/reference.md lists them, a line each."""

from __future__ import annotations

from pages.ui import content


def groups() -> dict[str, tuple[str, ...]]:
    """Every source with what it is for, in Markdown, under the headings of the page."""
    return {
        content.heading("reference/article"): content.points("reference/article"),
        content.heading("reference/cited"): content.points("reference/cited"),
        content.heading("reference/added"): content.points("reference/added"),
        content.heading("reference/libraries"): content.points("reference/libraries"),
    }


def link(begins: str) -> str:
    """The link to the source whose name begins so: "[Name](address)".

    Raises ValueError unless there is one such source.
    """
    lines = [line for group in groups().values() for line in group]
    (line,) = (line for line in lines if line.startswith(f"[{begins}"))
    return line.partition("): ")[0] + ")"
