"""What surrounds every page: its configuration, the sidebar, the links to its neighbours.

And what becomes of its address: the link to copy, what in it cannot be read, and the presentation:
the same page for the wall, with ?present=1.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui import book, component, content
from pages.ui import formatting as fmt
from pages.ui.book import BOOK, Page

# Icons of Streamlit's own font: an emoji is an empty box where there is no font for it. One has one
# meaning on all pages, and none only adorns.
NOTICE = ":material/visibility:"  # what to do and what to look at
WARNING = ":material/warning:"  # what cannot be done or read, and what stays
# Not a Material icon: Streamlit would ask another host for its picture.
FAVICON = Path(__file__).with_name("favicon.svg")
LONGEST = 40  # characters that are repeated of what cannot be read
MANY = 20  # modules that were imported since, and then are worth setting aside
SELDOM = 10.0  # seconds between two looks for garbage
PRESENT = "present"
PRESENTING = "present:on"
SECTION = "section"  # of a page, by its heading: where a hit of the search leads
# What a link asked for in vain, whether it is being read, and where to say so.
UNREAD, READING, PLACE = "address:unread", "address:reading", "address:place"
SHARE = """
<div class="share">
  <button type="button"></button><span role="status"></span>
  <input readonly hidden aria-label="Address of this page">
</div>
"""


# What style sheets call the theme's colours. Its primary ones carry white text; as text of its own
# the dark one is too dim (4:1).
COLOURS = {
    "accent": "linkColor",
    "edge": "borderColor",
    "ground": "backgroundColor",
    "blue": "blueTextColor",
    "green": "greenTextColor",
    "orange": "orangeTextColor",
}


def _style(file: str) -> str:
    """A style sheet from beside this file, with the colours of both themes."""
    colours = [
        "--kl-{}: light-dark({}, {});".format(
            name, *(st.get_option(f"theme.{theme}.{option}") for theme in ("light", "dark"))
        )
        for name, option in COLOURS.items()
    ]
    sheet = Path(__file__).with_name(file).read_text()
    return f"<style>:root {{ {' '.join(colours)} }}\n{sheet}</style>"


STYLE, WALL = _style("page.css"), _style("wall.css")
_address = st.components.v2.component(
    "page_address",
    js=component.DOM
    + """
export default ({ data }) => {
  const before = window.location.href;
  putInAddress(data.address);
  // Who presses the button at the page's end begins at its top.
  if (window.location.href !== before) document.querySelector(".stMain").scrollTo(0, 0);
};
""",
)
_bring = st.components.v2.component(
    "find", js=Path(__file__).with_name("find.js").read_text(encoding="utf-8")
)
_share = component.declare("share", SHARE, Path(__file__).parent, "mending.js", "share.js")


def page(file: str) -> bool:
    """Begin a page, down to its introduction: the first call of app.py and of every page.

    Whether the visitor has just come to it.
    """
    here = book.find(file)
    title = here.title if here is BOOK[0] else f"{here.title} · {BOOK[0].title}"
    st.set_page_config(
        title,
        FAVICON,
        layout="wide",
        # In a frame of somebody's page there is no room for it.
        initial_sidebar_state="collapsed" if st.context.is_embedded else "auto",
    )
    st.html(STYLE)
    _share(key="share:link", data={})
    st.session_state[PLACE] = st.container(key="unread")
    arrives = st.session_state.get("kept:here") != file
    if arrives:
        _restore(file)
        st.session_state[UNREAD], st.session_state[READING] = {}, True
        # Later, Streamlit may know an address that is older than the last press of the button.
        st.session_state[PRESENTING] = st.query_params.get(PRESENT) == "1"
    else:
        _keep(file)  # at once: who clicks a link now interrupts this run
    st.session_state["kept:here"] = file
    if st.session_state[PRESENTING]:
        st.html(WALL)
    with st.sidebar:
        _find()
        section = ""
        for entry in BOOK:
            if entry.section != section:
                section = entry.section
                st.caption(section)
            link(entry)
    begins = content.title(Path(file).stem)
    st.title(begins.topic)
    st.container(key="subtitle").markdown(begins.question)
    if begins.introduction:
        st.markdown(begins.introduction)
    return arrives


@st.fragment  # so that a search draws nothing else anew
def _find() -> None:
    """A field that finds everything, on every page."""
    _bring(key="find:section", data={"section": st.query_params.get(SECTION, "")})
    wanted = st.text_input(
        "Search all pages",
        type="search",
        key="find:all",
        live="200ms",
        placeholder="Search all pages: /",
        label_visibility="collapsed",
    )
    if not wanted.strip():
        return
    from pages.ui import search  # whose index nobody needs who does not search

    hits = search.search(wanted)
    with heard("hits"):
        if not hits:
            st.markdown(content.text("search/nothing", wanted=fmt.plain(wanted[:LONGEST])))
        for number, hit in enumerate(hits):
            page = book.find(hit.page)
            label = hit.title if hit.title.startswith(page.title) else f"{hit.title} · {page.title}"
            with st.container(key=f"hit:{number}"):
                link(page, fmt.plain(label), **{SECTION: hit.section} if hit.section else {})
                if hit.says:
                    st.caption(hit.says)


def keep() -> None:
    """Remember what the visitor chose: for a fragment, which runs without its page."""
    _keep(st.session_state["kept:here"])


def cannot_read(name: str, told: str, must_be: str) -> None:
    """Say above the page that its link holds what is of no use under this name.

    must_be: what would be, as in “a whole number”.
    """
    if st.session_state.get(READING):  # later a choice may go, and the address not know it yet
        st.session_state[UNREAD][name] = told, must_be


def controls(name: str) -> DeltaGenerator:
    """A container for what a teacher does not want on the wall; `name` is its own on its page.

    Units, presets, toggles, tables, codes, downloads: with ?present=1 it is hidden, and what
    is in it keeps its state.

        with frame.controls("unit"):
            unit, base = controls.unit()
    """
    return st.container(key=f"controls:{name}")


def held(name: str) -> DeltaGenerator:
    """A row of figures that stays in sight while what is dragged lies further down.

    It leaves with the container that it begins; `name` is its own on its page.
    """
    return st.container(horizontal=True, key=f"held:{name}")


def heard(name: str) -> DeltaGenerator:
    """A container that is read out when what it says changes; `name` is its own on its page."""
    return st.container(key=f"heard:{name}")


def turn_page(file: str) -> None:
    """End a page: links to the one before and the one after, and to the page for the wall."""
    _keep(file)
    forgotten = _tell_unread()
    place = next(index for index, page in enumerate(BOOK) if page.file == file)
    st.divider()
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        if place > 0:
            link(BOOK[place - 1], f"Back: {BOOK[place - 1].title}")
        now = st.session_state[PRESENTING]
        label = "Leave the presentation" if now else "Present"
        st.button(label, key="present:turn", type="tertiary", on_click=_present, args=(not now,))
        if place + 1 < len(BOOK):
            link(BOOK[place + 1], f"Next: {BOOK[place + 1].title}")
    _put_in_address({PRESENT: "1" if now else "", **forgotten})
    _collect()


def link(entry: Page, label: str = "", **query: str) -> None:
    """A link to a page, with a query; from a presentation, to one that is presented."""
    if st.session_state[PRESENTING]:
        query[PRESENT] = "1"
    st.page_link(entry.file, label=label or entry.title, icon=entry.icon, query_params=query)


def _tell_unread() -> dict[str, str]:
    """Say what the link asked for in vain; what of it the address is still to lose."""
    st.session_state[READING] = False
    unread = st.session_state[UNREAD].items()
    said = (
        f"The link says “{name}={told[:LONGEST]}”, but {name} must be {must_be}: the page opens as "
        "it does without it."
        for name, (told, must_be) in unread
    )
    if unread:
        st.session_state[PLACE].warning("\n\n".join(map(fmt.plain, said)), icon=WARNING)
    return {name: "" for name, (told, _) in unread if st.query_params.get(name) == told}


def _present(wanted: bool) -> None:
    st.session_state[PRESENTING] = wanted


def _collect() -> None:
    """Look for garbage now and then, but not in what is imported.

    Every visitor waits meanwhile: a tenth of a second for what is imported, and as long for
    what 200 visits hold. So Streamlit's own collection after each run is off.
    """
    imports = len(sys.modules) > _imported[0] + MANY
    if imports or time.monotonic() - _collected[0] > SELDOM:
        gc.collect()
        _collected[0] = time.monotonic()
    if imports:
        _imported[0] = len(sys.modules)
        gc.freeze()


_imported = [0]  # how many modules there were when they were last set aside
_collected = [0.0]  # when garbage was last looked for


def _put_in_address(values: dict[str, str]) -> None:
    """Not by st.query_params: they may lack what a component has put into the address."""
    known = st.query_params.to_dict()  # where Streamlit writes, this is written once more
    _address(key="present:address", data={"address": values, "known": known})


def _keep(file: str) -> None:
    """Remember what the visitor chose here; by convention such keys hold no colon."""
    st.session_state[f"kept:{file}"] = {
        key: value for key, value in st.session_state.items() if ":" not in str(key)
    }


def _restore(file: str) -> None:
    """Links drop the query: who returns by one finds the page as it was. A query comes first."""
    kept = st.session_state.get(f"kept:{file}", {})
    st.session_state.update({k: v for k, v in kept.items() if k not in st.query_params})
