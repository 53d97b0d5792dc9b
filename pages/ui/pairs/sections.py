"""What the pages Entropy and Asymmetry show of their pairs, in order."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui import book, content, controls, layout, tables, vega
from pages.ui import formatting as fmt
from pages.ui.pairs import charts, editor, prose, quiz
from pages.ui.pairs.editor import ASYMMETRY, ENTROPY
from pages.ui.pairs.presets import CODES, PRESETS
from pages.ui.pairs.results import Results, draw, solve
from pages.ui.scripts.fill import fill

FEW = 8  # rows of a table that is visible by default; a longer one is folded
FORMER_TABS = {"What you would pay": 0, "The same pair elsewhere": 2}  # as older links name them


@st.fragment  # so that an edit reruns only what depends on it
def both_directions() -> None:
    """Forward KL beside reverse KL, and all other results of the page Asymmetry."""
    controls.refusal(ASYMMETRY.history.refusal(linked=True))
    pair = ASYMMETRY.current()
    prediction = quiz.prediction(pair)
    waits = prediction == "open"
    if waits:
        st.info(content.text("asymmetry/waiting"), icon=":material/visibility_off:")
    else:  # kept while a preset is edited, so that nothing moves during a drag
        ASYMMETRY.notice(PRESETS, content.text("asymmetry/no-preset"))
    figure = st.container()  # above the settings that it needs
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        quiz.predict_first()  # also in a presentation
        with layout.controls("settings"), st.container(horizontal=True, gap="medium"):
            unit, _ = controls.unit()
            direction = controls.direction()
    results = None if waits or pair.weightless else solve(pair, unit)
    with figure:
        editor.bars(ASYMMETRY, "pair", unit, direction=direction, hidden=waits)
        layout.keep()
        if waits:
            quiz.ask(pair)
        elif results is None:
            st.error(prose.weightless(pair.weightless), icon=layout.WARNING)
        else:
            if prediction:
                st.markdown(quiz.verdict(results, *prediction))
            ways = prose.reading(results.pq), prose.reading(results.qp)
            st.markdown("\n\n".join((*ways, prose.difference(results))))
    editor.other_inputs(ASYMMETRY)
    if results:
        with layout.controls("more"):
            _tabs(results)


def _tabs(results: Results) -> None:
    """Further results, of which only the open tab is computed, and files to download."""
    labels = [
        content.heading("asymmetry/cross-entropy"),
        content.heading("asymmetry/divergences"),
        content.heading("asymmetry/libraries"),
        content.heading("asymmetry/script"),
    ]
    if (linked := st.query_params.get("tab")) in FORMER_TABS:
        del st.query_params["tab"]
        st.session_state["tab"] = labels[FORMER_TABS[linked]]
    cross_entropy, divergences, libraries, script = controls.tabs("tab", labels)
    if cross_entropy.open:
        cross_entropy.markdown(content.text("asymmetry/cross-entropy"))
        cross_entropy.table(_cross_entropy(results), hide_index=True)
    if divergences.open:
        divergences.markdown(content.text("asymmetry/divergences"))
        divergences.table(prose.divergences(results), hide_index=True)
    if libraries.open:
        libraries.markdown(content.text("asymmetry/libraries"))
        libraries.table(prose.libraries(results), hide_index=True)
    if script.open:
        script.markdown(content.text("asymmetry/script"))
        weights = results.pair.weights
        controls.python(fill("asymmetry", unit=results.unit, weights=weights), script)

    def file() -> str:
        terms = tables.infinite(charts.kl_terms_table(results), "term")
        return tables.to_csv(terms.assign(unit=results.unit))

    controls.downloads(
        ("Terms as CSV", file, "terms.csv", "text/csv"),
        *vega.files(partial(charts.picture, results), "terms"),
    )


def _cross_entropy(results: Results) -> prose.Columns:
    """Entropy + KL = cross-entropy, in both directions."""
    ways = results.pq, results.qp
    return {
        "distribution, model": [f"{way.truth}, {way.model}" for way in ways],
        "entropy": [f"H({way.truth}) = {fmt.number(way.entropy)}" for way in ways],
        "plus KL divergence": [f"{way.name} = {fmt.number(way.kl)}" for way in ways],
        f"equals cross-entropy ({results.unit})": [
            f"H({way.truth}, {way.model}) = {fmt.number(way.cross_entropy)}" for way in ways
        ],
    }


@st.fragment
def entropy_and_codes() -> None:
    """The entropy of P, codes for P and Q, and all other results of the page Entropy."""
    controls.refusal(ENTROPY.history.refusal(linked=True))
    ENTROPY.notice(CODES, content.text("entropy/no-preset"))
    figure = st.container()  # above the setting that it needs
    with layout.controls("settings"):
        unit, _ = controls.unit()
    pair = ENTROPY.current()
    results = solve(pair, unit)
    with figure:
        editor.bars(ENTROPY, "surprisal", unit, address=editor.draws_address())
        if any(pair.p):
            st.markdown(prose.entropy(results))
    editor.other_inputs(ENTROPY, swap=False)  # these bars show no Q
    layout.keep()
    if pair.weightless:
        st.error(prose.weightless(pair.weightless), icon=layout.WARNING)
    if any(pair.p):
        lengths = (
            charts.code_lengths_table(results),
            charts.code_lengths(charts.is_crowded(results)),
        )
        _code_for_p(results, lengths)
        _code_for_q(results)
        if any(pair.q):
            _sampling(results, lengths)


def _code_for_p(results: Results, lengths: charts.Panel) -> None:
    """Ideal lengths and Huffman's code for P."""
    st.header(content.heading("entropy/prefix-codes"))
    st.vega_lite_chart(*lengths, key="chart:lengths", alt=prose.code_lengths_chart(results))
    st.markdown(content.text("entropy/prefix-codes"))
    if len(results.pair.names) <= FEW:
        st.table(codewords_table(results), hide_index=True)
    else:
        label = content.heading("entropy/codewords")
        with st.expander(label, key="entropy:codewords", on_change="rerun") as box:
            if box.open:
                st.table(codewords_table(results), hide_index=True)
    st.markdown(prose.code_for_p(results))


def codewords_table(results: Results) -> prose.Columns:
    """Huffman's code for P, outcome by outcome."""
    return {
        "outcome": [fmt.plain(name) for name in results.pair.names],
        "probability": [fmt.number(probability) for probability in results.p],
        "ideal length, bits": [fmt.number(length) for length in results.ideal_lengths],
        "Huffman codeword": [f"`{codeword}`" for codeword in results.codewords],
        "its length, bits": [str(len(codeword)) for codeword in results.codewords],
    }


def _code_for_q(results: Results) -> None:
    """Cross-entropy: the code made for Q, used for outcomes from P."""
    st.header(content.heading("entropy/cross-entropy"))
    st.markdown(content.text("entropy/cross-entropy"))
    editor.bars(ENTROPY, "code", "bits", address=editor.draws_address())
    st.markdown(content.text("entropy/cross-entropy-formula"))
    if any(results.pair.q):
        st.table(_mean_lengths(results), hide_index=True)
        st.markdown(prose.code_for_q(results))
    with st.expander(content.heading("entropy/blocks"), key="entropy:blocks"):
        st.markdown(content.text("entropy/blocks", excess=prose.excess(results)))


def _mean_lengths(results: Results) -> prose.Columns:
    """Mean code lengths, ideal and Huffman's, in a code made for P and in one made for Q."""
    for_p, for_q = results.code_for_p, results.code_for_q
    return {
        "mean bits per outcome": ["ideal lengths", "Huffman codewords"],
        "code made for P": [fmt.number(length) for length in for_p],
        "code made for Q": [fmt.number(length) for length in for_q],
        "extra bits": [fmt.number(q - p) for q, p in zip(for_q, for_p, strict=True)],
    }


def _sampling(results: Results, lengths: charts.Panel) -> None:
    """KL as the mean of a sample, and what there is to copy and to download."""
    unit, pair = results.unit, results.pair
    st.header(content.heading("entropy/sampling"))
    st.markdown(content.text("entropy/sampling"))
    n, seed, refused = editor.draws()
    drawn = draw(results, n, seed)
    means = charts.running_mean_table(drawn), charts.running_mean(unit)
    says = prose.running_mean(drawn, unit)
    st.vega_lite_chart(*means, key="chart:draws", alt=fmt.without_markup(says))
    st.markdown(says)
    editor.ask_draws()
    if refused:
        st.error(f"{fmt.plain(refused)} The mean is of {n:,} draws.", icon=layout.WARNING)
    with layout.controls("more"):
        label = content.heading("entropy/script")
        with st.expander(label, key="entropy:script", on_change="rerun") as box:
            if box.open:
                st.markdown(content.text("entropy/script"))
                controls.python(
                    fill("entropy", unit=unit, weights=pair.weights, draws=n, seed=seed)
                )
        there = book.find("pages/asymmetry.py")
        layout.link(there, "Forward and reverse KL of this pair", pq=pair.encode(), unit=unit)
        codewords = tables.infinite(lengths[0], "bits")
        draws = tables.infinite(means[0], "mean", "divergence").assign(unit=unit)
        controls.downloads(
            ("Codewords as CSV", partial(tables.to_csv, codewords), "codewords.csv", "text/csv"),
            ("Draws as CSV", partial(tables.to_csv, draws), "draws.csv", "text/csv"),
            *vega.files(partial(vega.board, [[lengths, means]]), "codes"),
        )
