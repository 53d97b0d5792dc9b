"""The frame of every page: configuration, sidebar, links to the previous and the next page.

Also its address: the link to copy, warnings about invalid parameters, and the presentation mode,
the same page for a projector, with ?present=1.
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

# Icons of Streamlit's own font: an emoji is an empty box where no font has it. Each has one meaning
# on all pages; none is decoration.
NOTICE = ":material/visibility:"  # what to do and what to notice
WARNING = ":material/warning:"  # what failed, and what remains
# Not a Material icon: Streamlit would load its image from another host.
FAVICON = Path(__file__).with_name("favicon.svg")
LONGEST = 40  # characters of an invalid parameter that are quoted
MANY = 20  # newly imported modules that trigger gc.freeze
SELDOM = 10.0  # seconds between two garbage collections
PRESENT = "present"
PRESENTING = "present:on"
# A link's invalid parameters, whether they are being read, and the place for the warning.
UNREAD, READING, PLACE = "address:unread", "address:reading", "address:place"
SHARE = """
<div class="share">
  <button type="button"></button><span role="status"></span>
  <input readonly hidden aria-label="Address of this page">
</div>
"""


# Style sheets' names of the theme's colours. The primary colours are for backgrounds of white text;
# as text, the dark one has too little contrast (4:1).
COLOURS = {
    "accent": "linkColor",
    "edge": "borderColor",
    "ground": "backgroundColor",
    "blue": "blueTextColor",
    "green": "greenTextColor",
    "orange": "orangeTextColor",
}


def _style(file: str) -> str:
    """A style sheet of this folder, with the colours of both themes."""
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
  // After the button at the page's end, scroll to its top.
  if (window.location.href !== before) document.querySelector(".stMain").scrollTo(0, 0);
};
""",
)
_share = component.declare("share", SHARE, Path(__file__).parent, "mending.js", "share.js")


def page(file: str) -> bool:
    """Begin a page, down to its introduction: the first call of app.py and of every page.

    Returns whether the visitor has just arrived.
    """
    here = book.find(file)
    title = here.title if here is BOOK[0] else f"{here.title} · {BOOK[0].title}"
    st.set_page_config(
        title,
        FAVICON,
        layout="wide",
        # Embedded in another page, there is no room for it.
        initial_sidebar_state="collapsed" if st.context.is_embedded else "auto",
    )
    st.html(STYLE)
    _share(key="share:link", data={})
    st.session_state[PLACE] = st.container(key="unread")
    arrives = st.session_state.get("kept:here") != file
    if arrives:
        _restore(file)
        st.session_state[UNREAD], st.session_state[READING] = {}, True
        # Later, Streamlit's address may be older than the last press of the button.
        st.session_state[PRESENTING] = st.query_params.get(PRESENT) == "1"
    else:
        _keep(file)  # at once: a click on a link interrupts this run
    st.session_state["kept:here"] = file
    if st.session_state[PRESENTING]:
        st.html(WALL)
    with st.sidebar:
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


def keep() -> None:
    """Remember the visitor's choices, from a fragment, which reruns without its page."""
    _keep(st.session_state["kept:here"])


def cannot_read(name: str, value: str, must_be: str) -> None:
    """Warn above the page that its link has an invalid value for this parameter.

    must_be: what would be valid, as in “a whole number”.
    """
    if st.session_state.get(READING):  # later, the address may lag behind the widgets
        st.session_state[UNREAD][name] = value, must_be


def controls(name: str) -> DeltaGenerator:
    """A container that a presentation hides; `name` is unique on its page.

    For units, presets, toggles, tables, share texts, downloads: with ?present=1 they are hidden and
    keep their state.

        with layout.controls("unit"):
            unit, base = controls.unit()
    """
    return st.container(key=f"controls:{name}")


def held(name: str) -> DeltaGenerator:
    """A row of numbers that stays visible during a drag further down.

    It scrolls away with the container that it begins; `name` is unique on its page.
    """
    return st.container(horizontal=True, key=f"held:{name}")


def heard(name: str) -> DeltaGenerator:
    """A container whose changes screen readers announce; `name` is unique on its page."""
    return st.container(key=f"heard:{name}")


def turn_page(file: str) -> None:
    """End a page: links to the previous and the next one, and the presentation's button."""
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
    """A link to a page, with a query; in a presentation, the target is presented too."""
    if st.session_state[PRESENTING]:
        query[PRESENT] = "1"
    st.page_link(entry.file, label=label or entry.title, icon=entry.icon, query_params=query)


def _tell_unread() -> dict[str, str]:
    """Warn about the link's invalid parameters; returns those to remove from the address."""
    st.session_state[READING] = False
    unread = st.session_state[UNREAD].items()
    said = (
        f"The link says “{name}={value[:LONGEST]}”, but {name} must be {must_be}: it is ignored."
        for name, (value, must_be) in unread
    )
    if unread:
        st.session_state[PLACE].warning("\n\n".join(map(fmt.plain, said)), icon=WARNING)
    return {name: "" for name, (value, _) in unread if st.query_params.get(name) == value}


def _present(wanted: bool) -> None:
    st.session_state[PRESENTING] = wanted


def _collect() -> None:
    """Collect garbage now and then, except in imported modules.

    It blocks every visitor: a tenth of a second for the imported modules, and as long for the
    objects of 200 visits. So Streamlit's own collection after each run is off.
    """
    imports = len(sys.modules) > _imported[0] + MANY
    if imports or time.monotonic() - _collected[0] > SELDOM:
        gc.collect()
        _collected[0] = time.monotonic()
    if imports:
        _imported[0] = len(sys.modules)
        gc.freeze()


_imported = [0]  # the number of modules at the last gc.freeze
_collected = [0.0]  # the time of the last garbage collection


def _put_in_address(values: dict[str, str]) -> None:
    """Not by st.query_params: they may lack parameters that a component has set."""
    known = st.query_params.to_dict()  # so that this is written again after Streamlit writes
    _address(key="present:address", data={"address": values, "known": known})


def _keep(file: str) -> None:
    """Remember the visitor's choices on this page: by convention, their keys have no colon."""
    st.session_state[f"kept:{file}"] = {
        key: value for key, value in st.session_state.items() if ":" not in str(key)
    }


def _restore(file: str) -> None:
    """Restore a page's choices, as links drop the query; a query in the address has precedence."""
    kept = st.session_state.get(f"kept:{file}", {})
    st.session_state.update({k: v for k, v in kept.items() if k not in st.query_params})
