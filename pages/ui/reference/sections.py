"""What one looks up: formulas, spellings, pitfalls, names and sources, and a search in them all."""

from __future__ import annotations

import streamlit as st

from pages.ui import controls, layout
from pages.ui import formatting as fmt
from pages.ui.reference import api, formulas, pitfalls, sources
from pages.ui.reference.search import matching


@st.fragment  # so that a search, or a name that is opened, draws nothing else anew
def everything() -> None:
    """Everything on the page, or what has all the words that are looked for."""
    wanted = st.text_input(
        "Search this page",
        type="search",
        key="search",
        max_chars=100,
        live="200ms",
        bind="query-params",
    ).strip()
    layout.keep()
    parts = (_formulas, _spellings, _pitfalls, _names, _sources)
    if not sum(show(wanted) for show in parts):  # and not any(): each has to be shown
        st.info(
            "Nothing on this page has all of these words. Try fewer, or a part of one, such as "
            "“diverg”.",
            icon=":material/search_off:",
        )


def _formulas(wanted: str) -> bool:
    """The formulas; whether there was one to show, as all the parts say."""
    found = matching(formulas.FORMULAS, wanted)
    _begin("Formulas", formulas.units(), bool(found), wanted)
    for formula in found:
        left, right = st.columns([5, 9], vertical_alignment="center")
        left.markdown(f"**{formula.name}**: {formula.remark}")
        right.latex(formula.latex)
    return bool(found)


def _spellings(wanted: str) -> bool:
    """What Keras still answers to."""
    found = matching(sources.SPELLINGS, wanted)
    about = (
        "Tried on Keras 3.15 with TensorFlow 2.21; a test of this project tries them again. The "
        "order is `loss(y_true=P, y_pred=Q)`: the truth first, as in KL(P‖Q). What comes out is "
        "not always the divergence: see [the pitfalls](#pitfalls)."
    )
    _begin("What each Keras spelling does today", about, bool(found), wanted, anchor="spellings")
    for works, title in ((True, "These work:"), (False, "These no longer work:")):
        here = [f"- `{each.code}`: {each.note}" for each in found if each.works == works]
        if here:
            st.markdown("\n".join([title, "", *here]))
    return bool(found)


def _pitfalls(wanted: str) -> bool:
    """What goes wrong, and where: a place a tab, and what is found all at once."""
    found = matching(pitfalls.shown(), wanted)
    about = (
        "The same distributions, and another answer. Each example is computed for this page; copy "
        "it and try it yourself. Spellings that Keras has given up stand in "
        "[the list above](#spellings)."
    )
    _begin("Pitfalls", about, bool(found), wanted, anchor="pitfalls")
    places = {place: [each for each in found if each.where == place] for place in pitfalls.REMARKS}
    if wanted:
        for place, here in places.items():
            if here:
                st.subheader(place)
                _cards(here)
        return bool(found)
    for place, tab in zip(places, controls.tabs("pitfalls", list(places)), strict=True):
        if tab.open:
            with tab:
                st.markdown(pitfalls.REMARKS[place])
                _cards(places[place])
    return True


def _cards(found: list[pitfalls.Shown]) -> None:
    for pitfall in found:
        card = st.container(border=True)
        left, right = card.columns([5, 9]) if pitfall.call else (card, card)
        left.markdown(pitfall.claim)
        left.markdown(f":small[{pitfall.sources}]")
        if pitfall.call:
            controls.python(pitfall.call, right)
            why = f": {pitfall.why}" if pitfall.why else "."
            right.markdown(f"You get **{pitfall.answers}**. Right is **{pitfall.right}**{why}")


def _names(wanted: str) -> bool:
    """Every public name of the library; what it says of itself comes when it is opened."""
    groups = {title: matching(entries, wanted) for title, entries in api.groups().items()}
    found = any(groups.values())
    about = (
        "`pip install .` in this project’s folder installs `kl_core` alone; it needs numpy and "
        "nothing else."
    )
    _begin("In Python", about, found, wanted)
    if not wanted:
        controls.python(formulas.in_python())
        st.subheader("Every public name")
        st.markdown(
            "What the library says of itself: how to call it, its formula, shapes and units, what "
            "it refuses, and where it comes from."
        )
    for title, entries in groups.items():
        if entries:
            st.markdown(f"{'###' if wanted else '####'} {title}")
        for entry in entries:
            label = f"`{entry.name}`: {fmt.plain(entry.summary)}"
            box = st.expander(label, key=f"api:{entry.name}", on_change="rerun")
            if box.open:
                controls.python(entry.signature, box)
                box.code(entry.details, language=None, wrap_lines=True)
    return found


def _sources(wanted: str) -> bool:
    """The texts that this book rests on."""
    groups = {title: matching(texts, wanted) for title, texts in sources.GROUPS.items()}
    found = any(groups.values())
    _begin("Sources", "", found, wanted)
    for title, texts in groups.items():
        if texts:
            items = [f"- {text.link}: {text.what_for}." for text in texts]
            st.markdown("\n".join([title, "", *items]))
    return found


def _begin(title: str, about: str, found: bool, wanted: str, anchor: str | None = None) -> None:
    """The head of a part that has something to show; who searches needs no introduction."""
    if found:
        st.header(title, anchor=anchor)
    if about and not wanted:
        st.markdown(about)
