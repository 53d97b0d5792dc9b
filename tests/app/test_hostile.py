"""What comes from outside, by link or by hand, is shown as it came: it is never Markdown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from pages.ui import content
from pages.ui.book import BOOK
from tests.app.visit import opened

# A picture from another host, mathematics, code, colour, an address, stress. In two texts, as a
# refusal quotes no more than 20 signs.
MARKUP = ("![](//a.b/c)", "$x$", "`c`"), (":red[x]", "www.a.bc", "*b*")
# Elements that read no Markdown: what is typed, code, charts, our own components and styles.
PLAIN = "text_input text_area selectbox code vega_lite_chart bidi_component html".split()
PLAIN_FIELDS = "id", "query_string"


@pytest.fixture(autouse=True)
def own_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("KL_RUNS_DIR", str(tmp_path))


def texts(message: Message) -> Iterator[str]:
    """All that a message of Streamlit's says in words."""
    for field, value in message.ListFields():
        for each in value if field.is_repeated else (value,):
            if isinstance(each, str) and field.name not in PLAIN_FIELDS:
                yield each
            elif isinstance(each, Message):
                yield from texts(each)


def read_as_markdown(app: AppTest) -> list[str]:
    """Every text of the page that Streamlit reads as Markdown."""
    found = []
    for node in app._tree:
        if node.type not in PLAIN and isinstance(getattr(node, "proto", None), Message):
            found += texts(node.proto)
    for table in app.table:
        found += [str(cell) for cell in table.value.to_numpy().ravel()]
    return found


def obeyed(app: AppTest, *markup: str) -> list[str]:
    return [said for said in read_as_markdown(app) if any(each in said for each in markup)]


def test_it_is_seen_where_markup_is_obeyed():
    app = AppTest.from_string(
        """
import streamlit as st
st.error("a $x$"); st.table({"a": ["b $x$"]}); st.slider("c $x$"); st.toast("d $x$")
st.radio("e", ["f $x$"]); st.expander("g $x$").write("h $x$"); st.text_input("i", "j $x$")
"""
    ).run()
    assert sorted(said[0] for said in obeyed(app, "$x$")) == list("abcdfgh")


@pytest.mark.parametrize("file", [page.file for page in BOOK])
def test_a_page_opens_with_its_topic_and_nothing_in_an_address_ends_it_or_is_markdown(file):
    app = opened(file)
    assert not app.exception
    assert not app.error
    topic = content.title(Path(file).stem).topic
    assert app.title[0].value == topic
    bound = app.session_state._state.filtered_state
    names = [*(key for key in bound if ":" not in key), "draws", "seed", "sample", "present"]
    assert not opened(file, **dict.fromkeys(names, "")).exception
    for markup in MARKUP:
        app = opened(file, **dict.fromkeys(names, " ".join(markup)))
        assert not app.exception
        assert obeyed(app, *markup) == []


@pytest.mark.parametrize(
    ("file", "query"),
    [
        ("app.py", {"pq": "$x$ *b*:1:1, `c` www.a.bc:1:0"}),
        ("pages/entropy.py", {"pq": "$x$ *b*:1:1, `c` www.a.bc:1:0"}),
        ("pages/asymmetry.py", {"pq": "$x$ *b*:1:1, `c` www.a.bc:1:0"}),
        ("pages/loss.py", {"logits": "$x$ *b*:1, `c` www.a.bc:-9; label $x$ *b*"}),
    ],
)
def test_no_name_is_read_as_markdown(file, query):
    app = opened(file, **query)
    assert not app.exception
    assert obeyed(app, "$x$", "*b*", "`c`", "www.a.bc") == []
