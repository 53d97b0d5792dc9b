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

from pages.ui import book, component
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
# What a link asked for in vain, whether it is being read, and where to say so.
UNREAD, READING, PLACE = "address:unread", "address:reading", "address:place"
SHARE = """
<div class="share">
  <button type="button"></button><span role="status"></span>
  <input readonly hidden aria-label="Address of this page">
</div>
"""


def _of_theme(option: str) -> str:
    """One of the themes' colours, as a style sheet says it for both."""
    return "light-dark({}, {})".format(
        *(st.get_option(f"theme.{theme}.{option}") for theme in ("light", "dark"))
    )


# The themes' primary colours carry white text; as text of its own the dark one is too dim (4:1).
ACCENT = _of_theme("linkColor")
FAINT = "light-dark(#595959, #A8A8A8)"  # the grey of axes and secondary text
STYLE = f"""
<style>
  /* A line of prose stays readable; widgets and charts keep the full width. */
  .stMain [data-testid="stMarkdownContainer"] :is(p, li) {{ max-width: 70ch; }}
  .stMain [data-testid="stCaptionContainer"] {{ max-width: 70ch; }}
  .stMain summary [data-testid="stMarkdownContainer"] p {{ max-width: none; }}
  /* Streamlit's axis labels are too faint for small text (3.7:1 on white). */
  .vega-embed :is(.role-axis-label, .role-axis-title) text {{ fill: currentColor; opacity: 0.75; }}
  .stMainBlockContainer {{ max-width: 72rem; padding-top: 3.5rem; }}
  /* A formula breaks where a line of prose would, and its overhang needs no scrollbar. */
  .stMain .katex-display {{ padding-inline: 0.25rem; }}
  .stMain .katex-display > .katex {{ white-space: normal; }}
  .stMain :is([data-testid="stSliderThumbValue"], [role="tab"]:is([aria-selected="true"], :hover),
    [data-variant="segmented_control"][aria-checked="true"],
    [data-variant="pills"][aria-pressed="true"], [kind="tertiary"]:hover) {{
    color: {ACCENT};
  }}
  /* As bars keep their sums: below Streamlit's header, unless that is hidden. */
  .stMain [data-testid="stLayoutWrapper"]:has(> [class*="st-key-held-"]) {{
    position: sticky; top: var(--kl-header, 3.75rem); z-index: 2; padding-block: 0.3rem;
    background: {_of_theme("backgroundColor")};
  }}
  /* Nor does the Tab key, going back, leave what it reaches below one of them. */
  .stMain {{ scroll-padding-top: calc(var(--kl-header, 3.75rem) + 0.5rem); }}
  .stMain [data-testid="stLayoutWrapper"]:has(> [class*="st-key-held-"]) ~ *
    :is(input, button, a) {{
    scroll-margin-top: 7rem;
  }}
  /* What is too long for its line takes two. */
  .stMain :is([data-testid="stPageLink-NavLink"], [class*="st-key-held-"]) :is(span, div, p) {{
    white-space: normal;
  }}
  .stMain .stMarkdownEllipsis, .stMain .stMarkdownEllipsis p {{ white-space: normal; }}
  .stMain .stVegaLiteChart > svg {{ overflow: visible; }}  /* the last letters of a line's name */
  .stMain .stButtonGroup [data-orientation] {{ flex-wrap: wrap; row-gap: 0.25rem; }}
  /* Where letters are four times as large, what stays in sight would leave no room for the rest. */
  @media (max-height: 25rem) {{
    .stMain [data-testid="stLayoutWrapper"]:has(> [class*="st-key-held-"]) {{ position: static; }}
  }}
  @media (max-width: 640px) {{
    .stMain [data-testid="stTable"] table {{ font-size: 0.8rem; }}
    .stMain [data-testid="stTable"] :is(th, td) {{ padding-inline: 0.2rem; }}
    .stMain [class*="st-key-held-"] {{ flex-wrap: nowrap; gap: 0.5rem; align-items: end; }}
    .stMain [class*="st-key-held-"] > div {{ min-width: 0; flex: 1 1 0; }}
    .stMain [class*="st-key-held-"] [data-testid="stMetricValue"] {{ font-size: 1.25rem; }}
  }}
  /* A finger takes a slider by its thumb; beside that it scrolls the page and sets nothing. */
  @media (pointer: coarse) {{
    .stMain .stSlider [role="group"] > [data-rac] {{ pointer-events: none; }}
    .stMain .stSlider [role="group"] > [data-rac] > [data-rac] {{ pointer-events: auto; }}
    .stMain .stSlider [role="group"] > [data-rac] > [data-rac]::after {{
      content: ""; position: absolute; inset: -10px;
    }}
  }}
  /* Streamlit's own mark of what has the focus is too faint (2.1:1 on white), or missing. */
  .stApp :focus-visible:not(input, .stMain),
  .stApp :is([data-testid="stTextInputRootElement"], [data-testid="stNumberInputContainer"],
    [role="group"], label, .stSlider [data-rac]):has(> input:focus-visible,
    > :is(span, div) > input:focus-visible) {{
    outline: 3px solid {ACCENT};
    outline-offset: 1px;
  }}
  /* Its colours for Python are too faint on their ground (2.6:1 in the light theme). */
  .stMain .stCode .token.token {{ color: inherit; }}
  .stMain .stCode .token.token:is(.comment, .punctuation) {{ color: {FAINT}; }}
  .stMain .stCode .token.token:is(.keyword, .function) {{ color: {_of_theme("blueTextColor")}; }}
  .stMain .stCode .token.token:is(.string, .char) {{ color: {_of_theme("greenTextColor")}; }}
  .stMain .stCode .token.token:is(.number, .boolean) {{ color: {_of_theme("orangeTextColor")}; }}
  /* A name may be a formula to a spreadsheet: the pages' own files escape it, this one does not. */
  [data-testid="stElementToolbar"] [aria-label^="Download as CSV"] {{ display: none; }}
  /* Streamlit shows a chart's buttons to a pointer alone, and the Tab key goes through them. */
  .stMain [data-testid="stElementToolbar"]:focus-within {{
    opacity: 1; z-index: 1; top: calc(-1 * (1.25rem + max(1.5rem, 24px)));
  }}
  .stApp [role="tab"]:focus-visible {{ outline-offset: -3px; }}  /* their row cuts off the rest */
  .st-key-unread {{ margin-top: 1rem; }}  /* clear of the bar */
  /* In the bar above the page, beside Streamlit's menu. */
  .st-key-share-link {{ position: fixed; top: 0.8rem; right: 4rem; width: auto; z-index: 999990; }}
  /* Paper cannot be pressed. */
  @media print {{
    .stSidebar, .stAppHeader, .stButton, .stDownloadButton, .stPageLink, .st-key-share-link,
    .st-key-start, [class*="st-key-controls-"],
    [data-testid="stLayoutWrapper"]:has(> [class*="st-key-controls-"]) {{
      display: none !important;
    }}
  }}
  /* Where the system sets all colours, what is chosen takes one of its. */
  @media (forced-colors: active) {{
    .stMain :is(button[aria-checked="true"], button[aria-pressed="true"],
        [role="tab"][aria-selected="true"], .stRadio label[data-selected] > span + div >
        :first-child, .stCheckbox label[data-selected] > span + div) {{
      forced-color-adjust: none; background: SelectedItem; color: SelectedItemText !important;
    }}
    .stMain .stCheckbox label > span + div :only-child {{ border: 1px solid ButtonText; }}
    .stMain .stCheckbox label > span + div {{ outline: 1px solid ButtonText; }}
    .stMain .stSlider [role="group"] > [data-rac] > :is(:first-child, [data-rac]) {{
      border: 1px solid;
    }}
  }}
  @media (prefers-reduced-motion: reduce) {{
    *, *::before, *::after {{
      animation: none !important; transition: none !important; scroll-behavior: auto !important;
    }}
  }}
</style>
"""
# Hidden and not left out: a widget that is left out loses its state.
WALL = """
<style>
  html:root { font-size: 135%; --kl-header: 0px; }  /* all styles measure in rem */
  .stSidebar, .stAppHeader, .st-key-share-link, [class*="st-key-controls-"],
  [data-testid="stLayoutWrapper"]:has(> [class*="st-key-controls-"]) { display: none; }
  .stMainBlockContainer { max-width: 76rem; padding-top: 1rem; }
  /* But charts measure in pixels: each is drawn smaller than its place, and enlarged to fill it. */
  .stElementContainer:has(.stVegaLiteChart) { width: calc(100% / 1.35) !important; }
  .stVegaLiteChart > svg { zoom: 1.35; }
  .mark-text text[font-size="11px"] { font-size: 12px; }
</style>
"""
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
_share = component.declare("share", SHARE, Path(__file__).parent, "mending.js", "share.js")


def page(file: str) -> bool:
    """Begin a page: the first call of app.py and of every script in pages/.

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
        section = ""
        for entry in BOOK:
            if entry.section != section:
                section = entry.section
                st.caption(section)
            link(entry)
    return arrives


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
