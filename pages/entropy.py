"""Surprise, entropy and code length; what believing Q adds to them."""

from functools import partial

import streamlit as st

import kl_core
from pages.ui import book, controls, layout, tables, vega
from pages.ui import formatting as fmt
from pages.ui.content import Question
from pages.ui.pairs import charts, codes, drawing, editor, prose, samples
from pages.ui.pairs.editor import ENTROPY
from pages.ui.pairs.pair import Pair
from pages.ui.pairs.presets import CODES
from pages.ui.recap import close
from pages.ui.scripts.fill import fill


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def explore(unit: str, base: float | None) -> None:
    """All that P and Q decide."""
    controls.refusal(ENTROPY.history.refusal(linked=True))
    ENTROPY.notice(CODES, "Your own P. Make one outcome nearly certain, then make all equal.")
    editor.bars(ENTROPY, "surprise", unit, base, address=drawing.address())
    pair = ENTROPY.current()
    if any(pair.p):
        p = kl_core.normalize(pair.p)
        h, same = float(kl_core.entropy(p, base=base)), float(kl_core.perplexity(p))
        st.markdown(prose.entropy(h, unit, same))
    editor.other_ways(ENTROPY, swap=False)  # no Q is seen here
    layout.keep()
    if weightless := [name for name, row in (("P", pair.p), ("Q", pair.q)) if not any(row)]:
        st.error(prose.weightless(weightless), icon=layout.WARNING)
    if any(pair.p):
        own_code(pair)
        other_code(pair)
    if not weightless:
        one_by_one(pair, unit, base)


def own_code(pair: Pair) -> None:
    """The code made for P."""
    st.header("Write the outcomes in 0s and 1s")
    st.markdown(
        "You tell a friend which outcome came, again and again, in words of 0s and 1s. To save "
        "digits, give the likely outcomes short words. How short? **As short as they are "
        "unsurprising**: ideally $\\log_2 (1/p_i)$ digits. Real words have a whole number of "
        "digits. Huffman’s rule finds those with the smallest mean length, such that no word "
        "begins another and your friend can tell where each one ends."
    )
    p = kl_core.normalize(pair.p)
    code = codes.code(pair.names, p)
    st.vega_lite_chart(
        tables.code_lengths(code),
        charts.code_lengths(len(code) > charts.MANY),
        key="chart:words",
        alt=codes.finding(code),
    )
    st.table(codes.rows(code), hide_index=True)
    st.markdown(codes.about_own(code, codes.costs(p, p)))


def other_code(pair: Pair) -> None:
    """The code made for Q, used while P is true."""
    st.header("Use words that were made for somebody else")
    st.markdown(
        "Now you believe Q, and choose your words for it. The outcomes still come from P, so some "
        "words turn out too long and others too short. **Drag Q away from P and watch the blue "
        "part of the bar grow**: that is what the belief costs. (Digits are bits, so this section "
        "counts in bits.)"
    )
    editor.bars(ENTROPY, "code", "bits", 2, again=True, address=drawing.address())
    if any(pair.q):
        p, q = kl_core.normalize(pair.p), kl_core.normalize(pair.q)
        found = codes.costs(p, q)
        st.table(codes.comparison(found), hide_index=True)
        st.markdown(codes.about_other(found, float(kl_core.kl_divergence(p, q, base=2))))
        st.markdown(
            "Whole digits hide a part of it: one word for each outcome wastes fractions of a "
            "digit, in both codes. Give one word to a whole run of outcomes, a hundred at a time, "
            "as long as the run is surprising, rounded up. Then an outcome takes hardly more than "
            "H(P) on average; with words made for Q, hardly more than the **cross-entropy** "
            "H(P, Q). So KL(P‖Q) is what the wrong belief costs in the long run."
        )


def one_by_one(pair: Pair, unit: str, base: float | None) -> None:
    """KL as what a mean approaches, and what there is to take along."""
    st.header("See KL in the outcomes that come")
    st.markdown(
        "Each outcome that comes from P costs you $\\log (p_i / q_i)$ more than it had to, or less "
        "where Q gave it more probability than P. KL(P‖Q) is the mean of that, in the long run. "
        "Draw outcomes and watch the mean settle; the grey band narrows as $1/\\sqrt n$."
    )
    drawing.ask()
    n, seed, trouble = drawing.wanted()
    if trouble:
        st.error(f"{fmt.plain(trouble)} Shown are the last {n:,}.", icon=layout.WARNING)
    p, q = kl_core.normalize(pair.p), kl_core.normalize(pair.q)
    drawn = samples.draw(pair.names, p, q, n, seed, base)
    curve, finding = tables.running_mean(drawn), samples.finding(drawn, unit)
    spec = charts.running_mean(unit)
    st.vega_lite_chart(curve, spec, key="chart:draws", alt=fmt.without_markup(finding))
    st.markdown(finding)
    with layout.controls("more"):
        with st.expander("Copy as Python", key="entropy:script", on_change="rerun") as box:
            if box.open:
                st.markdown("The page’s address holds all that you see. So does this script:")
                script = fill("entropy", unit=unit, weights=pair.weights, draws=n, seed=seed)
                controls.python(script)
        there = book.find("pages/asymmetry.py")
        layout.link(there, "Look at this pair both ways", pq=pair.encode(), unit=unit)
        lengths = tables.code_lengths(codes.code(pair.names, p))
        words_spec = charts.code_lengths(len(pair.names) > charts.MANY)
        both = partial(vega.board, [[(lengths, words_spec), (curve, spec)]])
        in_words = tables.infinite(lengths, "bits")
        means = tables.infinite(curve, "mean", "divergence").assign(unit=unit)
        controls.downloads(
            ("Words as CSV", lambda: tables.to_csv(in_words), "words.csv", "text/csv"),
            ("Draws as CSV", lambda: tables.to_csv(means), "draws.csv", "text/csv"),
            *vega.files(both, "codes"),
        )


layout.page("pages/entropy.py")

st.title("How surprised should you be?")
st.markdown(
    "What is likely hardly surprises, what is rare surprises a lot. Heads from a fair coin "
    "surprise by **1 bit**, and each halving of the probability $p$ adds one more: "
    "$\\log_2 (1/p)$. **Drag a bar** and watch each surprise and their mean, each counted as often "
    "as it comes: the **entropy** $H(P) = \\sum_i p_i \\log_2 (1/p_i)$."
)
with layout.controls("start"):
    ENTROPY.presets(CODES)
    unit, base = controls.unit()
explore(unit, base)

rare = kl_core.ideal_code_lengths([0.001, 0.999], base=2)[0]
close(
    (
        "**Surprise** is $\\log_2 (1/p)$ bits, and so long an outcome’s word would ideally be.",
        "**Entropy** is the mean surprise: no code that can be read back takes fewer digits on "
        "average.",
        "**KL(P‖Q)** is what words cost beyond that because they were made for Q: "
        "$H(P, Q) = H(P) + \\mathrm{KL}(P \\| Q)$.",
    ),
    Question(
        "An outcome has probability 1/1000. How long is its ideal word?",
        ("1,000 bits", "3 bits", f"about {rare:.0f} bits"),
        f"about {rare:.0f} bits",
        "Ten digits make $2^{10} = 1024$ words, about one for each of a thousand equally likely "
        f"outcomes: $\\log_2 1000$ is {fmt.number(rare)}.",
    ),
)
layout.turn_page("pages/entropy.py")
