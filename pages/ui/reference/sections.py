"""The pages Reference and Sources: formulas, names, pitfalls and sources, each with a search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import streamlit as st

import kl_core
from pages.ui import book, content, controls, layout
from pages.ui import formatting as fmt
from pages.ui.reference import api, pitfalls, sources

Entry = TypeVar("Entry", str, api.Entry, pitfalls.Shown)


@st.fragment  # so that a search, or a name that is opened, redraws nothing else
def reference() -> None:
    """Everything on the page Reference, or what contains all words of the search."""
    query = _search("Search this page", "search")
    parts = (_formulas, _names_in_keras, _pitfalls, _public_names, _sources_found)
    if not sum(show(query) for show in parts):  # and not any(): each has to be shown
        st.info(content.text("reference/nothing"), icon=":material/search_off:")


@st.fragment
def bibliography() -> None:
    """Everything on the page Sources, or what contains all words of the search."""
    query = _search("Search the sources", "source")
    if query:
        if not _lists(sources.groups(), query):
            st.info(content.text("sources/nothing"), icon=":material/search_off:")
        return
    _lists(sources.of_the_pages(), query)
    for heading, lines in sources.of_the_libraries().items():
        label = f"{heading} ({len(lines)})"
        box = st.expander(label, key=f"sources:{heading}", on_change="rerun")
        if box.open:
            box.markdown(_listed(lines))


def _search(label: str, key: str) -> str:
    """The search field of a page and what it holds; the address has it under its key."""
    query = st.text_input(
        label, type="search", key=key, max_chars=100, live="200ms", bind="query-params"
    )
    layout.keep()
    return query.strip()


def matching(entries: Iterable[Entry], query: str) -> list[Entry]:
    """The entries, texts or tuples of them, that contain every word, whatever its case."""
    words = query.casefold().split()
    return [each for each in entries if all(word in _text(each) for word in words)]


def _text(entry: str | tuple[str, ...]) -> str:
    return (entry if isinstance(entry, str) else " ".join(entry)).casefold()


def _formulas(query: str) -> bool:
    """The formulas; like the other parts, returns whether there was one to show."""
    lines = matching(content.points("reference/each-formula"), query)
    nat = fmt.quantity(kl_core.entropy([0.5, 0.5], base=2) / kl_core.entropy([0.5, 0.5]), "bits")
    about = content.text("reference/formulas", bits=nat)
    _begin(content.heading("reference/formulas"), about, bool(lines), query)
    for line in lines:
        says, _, formula = line.removesuffix("$$").partition(" $$")
        left, right = st.columns([5, 9], vertical_alignment="center")
        left.markdown(says)
        right.latex(formula)
    return bool(lines)


def _names_in_keras(query: str) -> bool:
    """The names that Keras accepts, and those that it no longer does."""
    every = {
        content.heading("reference/work"): content.points("reference/work"),
        content.heading("reference/only-in-tf-keras"): content.points("reference/only-in-tf-keras"),
        content.heading("reference/no-longer-work"): content.points("reference/no-longer-work"),
    }
    found = {heading: matching(lines, query) for heading, lines in every.items()}
    some = any(found.values())
    title, about = content.heading("reference/spellings"), content.text("reference/spellings")
    _begin(title, about, some, query, anchor="spellings")
    for heading, lines in found.items():
        if lines:
            st.markdown(f"{heading}\n\n{_listed(lines)}")
    if some:
        layout.link(book.find("pages/kl_in_keras.py"))
    return some


def _pitfalls(query: str) -> bool:
    """The pitfalls, a tab per library; the results of a search all at once."""
    every = matching(pitfalls.shown(), query)
    title, about = content.heading("reference/pitfalls"), content.text("reference/pitfalls")
    _begin(title, about, bool(every), query, anchor="pitfalls")
    places = {place: [each for each in every if each.where == place] for place in remarks()}
    if query:
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
    """How the pitfalls of each library were tried, in the order of the tabs."""
    return {
        content.heading("reference/in-keras"): content.text("reference/in-keras"),
        content.heading("reference/in-scipy"): content.text("reference/in-scipy"),
        content.heading("reference/in-pytorch"): content.text("reference/in-pytorch"),
        content.heading("reference/in-others"): content.text("reference/in-others"),
        content.heading("reference/in-explanations"): content.text("reference/in-explanations"),
    }


def _cards(shown: list[pitfalls.Shown]) -> None:
    for pitfall in shown:
        card = st.container(border=True)
        left, right = card.columns([5, 9]) if pitfall.call else (card, card)
        left.markdown(pitfall.claim)
        left.markdown(f":small[{pitfall.sources}]")
        if pitfall.call:
            controls.python(pitfall.call, right)
            why = f": {pitfall.why}" if pitfall.why else "."
            result = f"Result: **{pitfall.answers}**."
            right.markdown(f"{result} {pitfall.right_is}: **{pitfall.right}**{why}")


def _public_names(query: str) -> bool:
    """Every public name of the library; its docstring is shown once it is opened."""
    groups = {title: matching(entries, query) for title, entries in api.groups().items()}
    some = any(groups.values())
    title, about = content.heading("reference/in-python"), content.text("reference/in-python")
    _begin(title, about, some, query)
    if not query:
        controls.python(api.in_python())
        st.subheader(content.heading("reference/names"))
        st.markdown(content.text("reference/names"))
    for title, entries in groups.items():
        if entries:
            st.markdown(f"{'###' if query else '####'} {title}")
        for entry in entries:
            label = f"`{entry.name}`: {fmt.plain(entry.summary)}"
            box = st.expander(label, key=f"api:{entry.name}", on_change="rerun")
            if box.open:
                controls.python(entry.signature, box)
                box.code(entry.details, language=None, wrap_lines=True)
    return some


def _sources_found(query: str) -> bool:
    """The sources that a search finds, and the way to the page that lists them."""
    lines = [line for group in sources.groups().values() for line in group]
    found = matching(lines, query) if query else []
    if found:
        st.header(content.heading("reference/found-sources"))
        st.markdown(content.text("reference/found-sources") + f"\n\n{_listed(found)}")
        to = book.find("pages/sources.py")
        layout.link(to, content.heading("reference/to-sources"), source=query)
    return bool(found)


def _lists(groups: dict[str, tuple[str, ...]], query: str) -> bool:
    """The lines that a search finds, under their headings; whether there are any."""
    found = {heading: matching(lines, query) for heading, lines in groups.items()}
    for heading, lines in found.items():
        if lines:
            st.header(heading)
            st.markdown(_listed(lines))
    return any(found.values())


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _begin(title: str, about: str, some: bool, query: str, anchor: str | None = None) -> None:
    """The head of a part that has something to show; its introduction only without a search."""
    if some:
        st.header(title, anchor=anchor)
    if about and not query:
        st.markdown(about)
