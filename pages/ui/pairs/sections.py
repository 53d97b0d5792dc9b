"""What the pages Asymmetry and Entropy show of their pairs, in order."""

from __future__ import annotations

from functools import partial
from typing import Literal

import streamlit as st

from pages.ui import book, content, controls, layout, tables, vega
from pages.ui import formatting as fmt
from pages.ui.pairs import charts, editor, prose, quiz
from pages.ui.pairs.editor import ASYMMETRY, ENTROPY
from pages.ui.pairs.presets import CODES, PRESETS
from pages.ui.pairs.results import Results, draw, solve
from pages.ui.scripts.fill import fill


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def both_directions(unit: str, direction: Literal["pq", "qp"]) -> None:
    """KL(P‖Q) beside KL(Q‖P), and all else that P and Q decide on the page Asymmetry."""
    controls.refusal(ASYMMETRY.history.refusal(linked=True))
    pair = ASYMMETRY.current()
    prediction = quiz.prediction(pair)
    waits = prediction == "open"
    if waits:
        st.info(content.text("asymmetry/waiting"), icon=":material/visibility_off:")
    else:  # of a preset also while it is dragged about: nothing jumps under the hand
        ASYMMETRY.notice(PRESETS, content.text("asymmetry/no-preset"))
    editor.bars(ASYMMETRY, "pair", unit, direction=direction, hidden=waits)
    layout.keep()
    results = None if waits or pair.weightless else solve(pair, unit)
    if waits:
        quiz.ask(pair)
    elif results is None:
        st.error(prose.weightless(pair.weightless), icon=layout.WARNING)
    else:
        if prediction:
            st.markdown(quiz.verdict(results, *prediction))
        readings = prose.reading(results.pq), prose.reading(results.qp), prose.difference(results)
        st.markdown("\n\n".join(readings))
    editor.other_ways(ASYMMETRY)
    if results:
        with layout.controls("more"):
            _more(results)


def _more(results: Results) -> None:
    """What else there is to say of the pair, and to take along: only what the open tab holds."""
    costs, relatives, elsewhere, script = controls.tabs(
        "tab",
        [
            content.heading("asymmetry/costs"),
            content.heading("asymmetry/relatives"),
            content.heading("asymmetry/elsewhere"),
            content.heading("asymmetry/script"),
        ],
    )
    if costs.open:
        costs.markdown(content.text("asymmetry/costs"))
        costs.table(_costs(results), hide_index=True)
    if relatives.open:
        relatives.markdown(content.text("asymmetry/relatives"))
        relatives.table(prose.relatives(results), hide_index=True)
    if elsewhere.open:
        elsewhere.markdown(content.text("asymmetry/elsewhere"))
        elsewhere.table(prose.elsewhere(results), hide_index=True)
    if script.open:
        script.markdown(content.text("asymmetry/script"))
        weights = results.pair.weights
        controls.python(fill("asymmetry", unit=results.unit, weights=weights), script)

    def file() -> str:
        terms = tables.infinite(charts.kl_terms_table(results), "term")
        return tables.to_csv(terms.assign(unit=results.unit))

    controls.downloads(
        ("Shares as CSV", file, "shares.csv", "text/csv"),
        *vega.files(partial(charts.picture, results), "shares"),
    )


def _costs(results: Results) -> prose.Columns:
    """H + KL = cross-entropy, once in each direction."""
    ways = results.pq, results.qp
    return {
        "truth, then model": [f"{way.truth}, {way.model}" for way in ways],
        "entropy of the truth": [f"H({way.truth}) = {fmt.number(way.entropy)}" for way in ways],
        "plus divergence": [f"{way.name} = {fmt.number(way.kl)}" for way in ways],
        f"makes cross-entropy ({results.unit})": [
            f"H({way.truth}, {way.model}) = {fmt.number(way.cross_entropy)}" for way in ways
        ],
    }


@st.fragment
def entropy_and_codes(unit: str) -> None:
    """The entropy of P, codes for it, and all else that P and Q decide on the page Entropy."""
    controls.refusal(ENTROPY.history.refusal(linked=True))
    ENTROPY.notice(CODES, content.text("entropy/no-preset"))
    editor.bars(ENTROPY, "surprise", unit, address=editor.draws_address())
    pair = ENTROPY.current()
    results = solve(pair, unit)
    if any(pair.p):
        st.markdown(prose.entropy(results))
    editor.other_ways(ENTROPY, swap=False)  # no Q is seen here
    layout.keep()
    if pair.weightless:
        st.error(prose.weightless(pair.weightless), icon=layout.WARNING)
    if any(pair.p):
        lengths = (
            charts.code_lengths_table(results),
            charts.code_lengths(charts.is_crowded(results)),
        )
        st.header(content.heading("entropy/huffman"))
        st.markdown(content.text("entropy/huffman"))
        st.vega_lite_chart(*lengths, key="chart:words", alt=prose.lengths_chart(results))
        st.table(words_table(results), hide_index=True)
        st.markdown(prose.code_for_p(results))
        _code_for_q(results)
        if any(pair.q):
            _draws(results, lengths)


def words_table(results: Results) -> prose.Columns:
    """Huffman's code for P, outcome by outcome."""
    return {
        "outcome": [fmt.plain(name) for name in results.pair.names],
        "probability": [fmt.number(probability) for probability in results.p],
        "ideal length, bits": [fmt.number(length) for length in results.ideal_lengths],
        "Huffman’s word": [f"`{word}`" for word in results.codewords],
        "its length, bits": [str(len(word)) for word in results.codewords],
    }


def _code_for_q(results: Results) -> None:
    """The code made for Q, used while P is true."""
    st.header(content.heading("entropy/wrong-code"))
    st.markdown(content.text("entropy/wrong-code"))
    editor.bars(ENTROPY, "code", "bits", address=editor.draws_address())
    if any(results.pair.q):
        st.table(_compared(results), hide_index=True)
        st.markdown(prose.code_for_q(results))
        st.markdown(content.text("entropy/blocks"))


def _compared(results: Results) -> prose.Columns:
    """Ideal lengths beside Huffman's words, in a code made for P and in one made for Q."""
    own, other = results.code_for_p, results.code_for_q
    return {
        "bits an outcome, on average": ["ideal lengths", "Huffman’s words"],
        "code made for P": [fmt.number(length) for length in own],
        "code made for Q": [fmt.number(length) for length in other],
        "extra": [fmt.number(length - least) for length, least in zip(other, own, strict=True)],
    }


def _draws(results: Results, lengths: charts.Panel) -> None:
    """KL as what a mean approaches, and what there is to take along."""
    unit, pair = results.unit, results.pair
    st.header(content.heading("entropy/draws"))
    st.markdown(content.text("entropy/draws"))
    editor.ask_draws()
    n, seed, refused = editor.draws()
    if refused:
        st.error(f"{fmt.plain(refused)} Shown are the last {n:,}.", icon=layout.WARNING)
    drawn = draw(results, n, seed)
    means = charts.running_mean_table(drawn), charts.running_mean(unit)
    says = prose.running_mean(drawn, unit)
    st.vega_lite_chart(*means, key="chart:draws", alt=fmt.without_markup(says))
    st.markdown(says)
    with layout.controls("more"):
        label = content.heading("entropy/script")
        with st.expander(label, key="entropy:script", on_change="rerun") as box:
            if box.open:
                st.markdown(content.text("entropy/script"))
                controls.python(
                    fill("entropy", unit=unit, weights=pair.weights, draws=n, seed=seed)
                )
        there = book.find("pages/asymmetry.py")
        layout.link(there, "Look at this pair both ways", pq=pair.encode(), unit=unit)
        words = tables.infinite(lengths[0], "bits")
        draws = tables.infinite(means[0], "mean", "divergence").assign(unit=unit)
        controls.downloads(
            ("Words as CSV", partial(tables.to_csv, words), "words.csv", "text/csv"),
            ("Draws as CSV", partial(tables.to_csv, draws), "draws.csv", "text/csv"),
            *vega.files(partial(vega.board, [[lengths, means]]), "codes"),
        )
