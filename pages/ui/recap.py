"""The end of a page: what you can now say, and a question whose answer the page has computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class Question:
    """A question with a few answers, one of them right; `because` explains it either way."""

    asks: str
    answers: tuple[str, ...]
    right: str
    because: str

    def verdict(self, answer: str) -> str:
        """What there is to say to an answer."""
        if answer == self.right:
            return f"**Yes.** {self.because}"
        return f"**Not quite.** The answer: {self.right}. {self.because}"


@st.fragment  # so that an answer draws nothing else anew
def close(say: Sequence[str], question: Question) -> None:
    """What you can now say, a line each, and the question."""
    st.header("What you can now say")
    st.markdown("\n".join(f"- {line}" for line in say))
    answer = st.radio(
        f"**One question.** {question.asks}", question.answers, index=None, key="closing:answer"
    )
    if answer:
        st.markdown(question.verdict(answer))
