"""All pages, each with a small picture of its own."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import streamlit as st

from pages.ui import layout
from pages.ui.book import BOOK, Page

FOLDER = Path(__file__).parent
ACROSS = 4


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
    picture = FOLDER / f"{Path(page.file).stem}.svg"
    if picture.exists():
        # As an image, for Streamlit takes drawings out of HTML. The link below says what it is.
        address = f"data:image/svg+xml,{quote(picture.read_text('utf-8'))}"
        st.html(f'<img class="tile" src="{address}" alt="" loading="lazy">')
    layout.link(page)
    st.markdown(page.summary)
