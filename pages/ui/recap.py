"""The end of a page: key points, and a question with a computed answer."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui.content import Question


@st.fragment  # so that an answer reruns nothing else
def close(say: Sequence[str], question: Question) -> None:
    """Show the key points as a list, and the question."""
    st.header("Key points")
    st.markdown("\n".join(f"- {line}" for line in say))
    answer = st.radio(
        f"**Check yourself.** {question.asks}", question.answers, index=None, key="closing:answer"
    )
    if answer:
        st.markdown(question.verdict(answer))
