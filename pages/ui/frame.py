"""What surrounds every page: its configuration, the sidebar, and the links to its neighbours."""

from __future__ import annotations

import streamlit as st

from pages.ui.book import BOOK, Page

STYLE = """
<style>
  /* A line of prose stays readable; widgets and charts keep the full width. */
  .stMain [data-testid="stMarkdownContainer"] :is(p, li) { max-width: 70ch; }
  .stMain [data-testid="stCaptionContainer"] { max-width: 70ch; }
  .stMain summary [data-testid="stMarkdownContainer"] p { max-width: none; }
  /* Streamlit's axis labels are too faint for small text (3.7:1 on white). */
  .vega-embed :is(.role-axis-label, .role-axis-title) text { fill: currentColor; opacity: 0.75; }
  .stMainBlockContainer { max-width: 72rem; padding-top: 3.5rem; }
</style>
"""


def page(file: str) -> None:
    """Begin a page: the first call of app.py and of every script in pages/."""
    here = next(page for page in BOOK if page.file == file)
    title = here.title if here is BOOK[0] else f"{here.title} · {BOOK[0].title}"
    st.set_page_config(title, here.icon, layout="wide")
    st.html(STYLE)
    if st.session_state.get("kept:here") == file:
        _keep(file)  # at once: who clicks a link now interrupts this run
    else:
        _restore(file)
    st.session_state["kept:here"] = file
    with st.sidebar:
        section = ""
        for entry in BOOK:
            if entry.section != section:
                section = entry.section
                st.caption(section)
            link(entry)


def keep() -> None:
    """Remember what the visitor chose: for a fragment, which runs without its page."""
    _keep(st.session_state["kept:here"])


def turn_page(file: str) -> None:
    """End a page: links to the one before and the one after."""
    _keep(file)
    place = next(index for index, page in enumerate(BOOK) if page.file == file)
    st.divider()
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        if place > 0:
            link(BOOK[place - 1], f"Back: {BOOK[place - 1].title}")
        if place + 1 < len(BOOK):
            link(BOOK[place + 1], f"Next: {BOOK[place + 1].title}")


def link(entry: Page, label: str = "") -> None:
    """A link to a page."""
    st.page_link(entry.file, label=label or entry.title, icon=entry.icon)


def _keep(file: str) -> None:
    """Remember what the visitor chose here; by convention such keys hold no colon."""
    st.session_state[f"kept:{file}"] = {
        key: value for key, value in st.session_state.items() if ":" not in str(key)
    }


def _restore(file: str) -> None:
    """Links drop the query: who returns by one finds the page as it was. A query comes first."""
    kept = st.session_state.get(f"kept:{file}", {})
    st.session_state.update({k: v for k, v in kept.items() if k not in st.query_params})
