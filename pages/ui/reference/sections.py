"""What one looks up: formulas, spellings, pitfalls, names and sources, and a search in them all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import streamlit as st

import kl_core
from pages.ui import content, controls, layout
from pages.ui import formatting as fmt
from pages.ui.reference import api, pitfalls, sources

Entry = TypeVar("Entry", str, api.Entry, pitfalls.Shown)


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
        st.info(content.text("reference/nothing"), icon=":material/search_off:")


def matching(entries: Iterable[Entry], wanted: str) -> list[Entry]:
    """The entries, texts or tuples of them, that have every word, in capitals or not."""
    words = wanted.casefold().split()
    return [each for each in entries if all(word in _text(each) for word in words)]


def _text(entry: str | tuple[str, ...]) -> str:
    return (entry if isinstance(entry, str) else " ".join(entry)).casefold()


def _formulas(wanted: str) -> bool:
    """The formulas; whether there was one to show, as all the parts say."""
    lines = matching(content.points("reference/each-formula"), wanted)
    nat = fmt.quantity(kl_core.entropy([0.5, 0.5], base=2) / kl_core.entropy([0.5, 0.5]), "bits")
    about = content.text("reference/formulas", bits=nat)
    _begin(content.heading("reference/formulas"), about, bool(lines), wanted)
    for line in lines:
        says, _, formula = line.removesuffix("$$").partition(" $$")
        left, right = st.columns([5, 9], vertical_alignment="center")
        left.markdown(says)
        right.latex(formula)
    return bool(lines)


def _spellings(wanted: str) -> bool:
    """What Keras still answers to."""
    groups = {
        content.heading("reference/work"): content.points("reference/work"),
        content.heading("reference/no-longer-work"): content.points("reference/no-longer-work"),
    }
    title, about = content.heading("reference/spellings"), content.text("reference/spellings")
    return _lists(title, about, groups, wanted, "spellings")


def _pitfalls(wanted: str) -> bool:
    """What goes wrong, and where: a place a tab, and what is found all at once."""
    every = matching(pitfalls.shown(), wanted)
    title, about = content.heading("reference/pitfalls"), content.text("reference/pitfalls")
    _begin(title, about, bool(every), wanted, anchor="pitfalls")
    places = {place: [each for each in every if each.where == place] for place in remarks()}
    if wanted:
        for place, here in places.items():
            if here:
                st.subheader(place)
                _cards(here)
        return bool(every)
    for place, tab in zip(places, controls.tabs("pitfalls", list(places)), strict=True):
        if tab.open:
            with tab:
                st.markdown(remarks()[place])
                _cards(places[place])
    return True


def remarks() -> dict[str, str]:
    """How the pitfalls of each place were tried, in the order of the tabs."""
    return {
        content.heading("reference/in-keras"): content.text("reference/in-keras"),
        content.heading("reference/in-scipy"): content.text("reference/in-scipy"),
        content.heading("reference/in-pytorch"): content.text("reference/in-pytorch"),
        content.heading("reference/in-others"): content.text("reference/in-others"),
        content.heading("reference/in-explanations"): content.text("reference/in-explanations"),
    }


def _cards(those: list[pitfalls.Shown]) -> None:
    for pitfall in those:
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
    some = any(groups.values())
    title, about = content.heading("reference/in-python"), content.text("reference/in-python")
    _begin(title, about, some, wanted)
    if not wanted:
        controls.python(api.in_python())
        st.subheader(content.heading("reference/names"))
        st.markdown(content.text("reference/names"))
    for title, entries in groups.items():
        if entries:
            st.markdown(f"{'###' if wanted else '####'} {title}")
        for entry in entries:
            label = f"`{entry.name}`: {fmt.plain(entry.summary)}"
            box = st.expander(label, key=f"api:{entry.name}", on_change="rerun")
            if box.open:
                controls.python(entry.signature, box)
                box.code(entry.details, language=None, wrap_lines=True)
    return some


def _sources(wanted: str) -> bool:
    """The texts that this book rests on."""
    return _lists(content.heading("reference/sources"), "", sources.groups(), wanted)


def _lists(
    title: str,
    about: str,
    groups: dict[str, tuple[str, ...]],
    wanted: str,
    anchor: str | None = None,
) -> bool:
    """A part that is lists, each under a line that says of what."""
    found = {heading: matching(lines, wanted) for heading, lines in groups.items()}
    _begin(title, about, any(found.values()), wanted, anchor)
    for heading, lines in found.items():
        if lines:
            st.markdown("\n".join([heading, "", *(f"- {line}" for line in lines)]))
    return any(found.values())


def _begin(title: str, about: str, some: bool, wanted: str, anchor: str | None = None) -> None:
    """The head of a part that has something to show; who searches needs no introduction."""
    if some:
        st.header(title, anchor=anchor)
    if about and not wanted:
        st.markdown(about)
