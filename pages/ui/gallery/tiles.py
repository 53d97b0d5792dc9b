"""All pages, each with a small picture of its own."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import quote

import streamlit as st

from pages.ui import layout
from pages.ui.book import BOOK, Page

FOLDER = Path(__file__).parent
ACROSS = 4
CODE = re.compile("`(.+?)`")


def show() -> None:
    """The pages after the first, by section, a few side by side."""
    sections = dict.fromkeys(page.section for page in BOOK[1:])
    for section in sections:
        st.subheader(section)
        pages = [page for page in BOOK[1:] if page.section == section]
        for first in range(0, len(pages), ACROSS):
            row = st.columns(ACROSS, gap="medium")
            for column, page in zip(row, pages[first : first + ACROSS], strict=False):
                with column:
                    _tile(page)


def _tile(page: Page) -> None:
    """The link, and below it one element: each takes a browser some milliseconds."""
    layout.link(page)
    picture = FOLDER / f"{Path(page.file).stem}.svg"
    # As an image, for Streamlit takes drawings out of HTML. The link above it says what it is.
    image = (
        '<img alt="" loading="lazy" src="data:image/svg+xml,'
        f'{quote(picture.read_text(encoding="utf-8"))}">'
        if picture.exists()
        else ""
    )
    says = CODE.sub(r"<code>\1</code>", html.escape(page.summary[:1].upper() + page.summary[1:]))
    st.html(f'<div class="tile">{image}<p>{says}</p></div>')
