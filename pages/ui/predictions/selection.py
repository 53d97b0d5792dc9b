"""Which two networks, and which photographs: one choice, on three pages.

A key without a colon is bound to the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import streamlit as st

from models.data.cifar10 import Kind
from pages.ui import content, controls
from pages.ui.predictions.state import MatchedRuns

NETWORKS, PICTURES = "nets", "pictures"
KINDS: dict[str, str] = {"validation": "held-out photographs", "test": "test photographs"}
UPLOAD = "upload"
T = TypeVar("T")
CHOICES = {**KINDS, UPLOAD: "a picture of yours"}


def title(pair: MatchedRuns) -> str:
    """What two networks are called, where one chooses and in the address."""
    return f"{pair.title}, with either loss"


def query(pair: MatchedRuns, kind: Kind | None = None) -> dict[str, str]:
    """The query by which another of the three pages shows the same networks and photographs."""
    return {NETWORKS: title(pair), **({PICTURES: KINDS[kind]} if kind else {})}


def arrive(pairs: Collection[str], pictures: Collection[str]) -> None:
    """Open a page with what was chosen last on any of the three, unless a link names another.

    Both: the keys that the page can show. Call it before the page's widgets are drawn.
    """
    for name, choices in ((NETWORKS, pairs), (PICTURES, pictures)):
        chosen = st.session_state.get(f"visit:{name}")
        if chosen in choices and name not in st.query_params:
            st.session_state[name] = chosen


def networks(pairs: Mapping[str, MatchedRuns]) -> MatchedRuns:
    """The two networks that a page is about."""
    titles = {key: title(pair) for key, pair in pairs.items()}
    key = st.selectbox(
        "Networks",
        list(titles),
        format_func=titles.__getitem__,
        key=NETWORKS,
        bind=controls.one_of(NETWORKS, titles.values()),
        help=content.text("predictions/networks"),
    )
    st.session_state[f"visit:{NETWORKS}"] = key
    return pairs[key]


def photographs(choices: Mapping[str, str], **more: Any) -> str:
    """Which photographs: a key of `choices`, which is KINDS or CHOICES."""
    explains = content.text("predictions/photographs")
    chosen = controls.choice("Photographs", choices, PICTURES, help=explains, **more)
    st.session_state[f"visit:{PICTURES}"] = chosen
    return chosen


def translate(name: str, former: Mapping[T, str], now: Mapping[T, str]) -> None:
    """Understand an address from before a choice was renamed.

    former, now: the label of each key. Call it before the page's widgets are drawn.
    """
    told = st.query_params.get(name, "")
    for value, label in former.items():
        if told == label:
            st.session_state[name] = value
            st.query_params[name] = now[value]
