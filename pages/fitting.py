"""Fit one Gaussian to P by hand and by search, in either direction of KL."""

from functools import partial

import streamlit as st

from pages.ui import controls, layout, recap, tables, vega
from pages.ui.fitting import editor, fitcharts, prose, results
from pages.ui.fitting.editor import EDITOR
from pages.ui.fitting.fit import Fit
from pages.ui.fitting.presets import PRESETS
from pages.ui.fitting.results import Results


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def explore(unit: str, base: float | None) -> None:
    """All that P and Q decide."""
    fit = EDITOR.current()
    controls.refusal(EDITOR.history.refusal(linked=True))
    EDITOR.notice(PRESETS, "Your own P. Drag Q somewhere, then let both searches run from there.")
    found = results.solve(fit)
    editor.maps(found, unit, base)
    layout.keep()
    with st.container():
        st.markdown(
            f"{prose.cost(fit, found, unit)}\n\n{prose.covers(fit, found)}\n\n"
            f"{prose.seeks(fit, found, unit)}"
        )
        editor.mend_holes()
    editor.other_ways()
    with layout.controls("more"):
        more(fit, found, unit, base)


def more(fit: Fit, found: Results, unit: str, base: float | None) -> None:
    """What else there is to say of the fit, and to take along."""
    # Only what the open tab holds is made.
    starts, script = controls.tabs("fit_tab", ["Every start and its end", "Copy as Python"])
    if starts.open:
        starts.markdown(
            "The search for the least KL(Q‖P) goes downhill from where it starts, and cannot see "
            "beyond the next ridge. That for the least KL(P‖Q) needs one step from anywhere."
        )
        rows = tables.records(prose.starts(fit, found, unit))
        starts.table(rows.rename(columns={"makes_small": "makes small"}), hide_index=True)
    if script.open:
        script.markdown("This script prints what the page shows:")
        controls.python(results.script(fit, unit), script)

    def picture() -> vega.Spec:
        return fitcharts.picture(fit, found, unit, base)

    curves = partial(tables.fit_curves, results.curves(fit, found))
    controls.downloads(
        ("Curves as CSV", lambda: tables.to_csv(curves()), "fit.csv", "text/csv"),
        *vega.files(picture, "fit"),
    )


layout.page("pages/fitting.py")

st.title("Which Gaussian comes closest?")
st.markdown(
    "P has several hills; your model Q is a Gaussian and has one. Drag Q about, and see that the "
    "two directions of KL divergence want two different Gaussians. N(0, 1) is short for the one "
    "with mean 0 and standard deviation 1."
)
with layout.controls("settings"):
    EDITOR.presets(PRESETS)
    unit, base = controls.unit()
explore(unit, base)

st.header("Why they differ")
st.markdown(
    "Both numbers add up a logarithm of a ratio. What differs is who says how much each place "
    "counts.\n\n"
    "KL(P‖Q) averages log p/q **over P**. Where P can be and Q is almost 0, that logarithm "
    "explodes, and P counts it. Put Q on one hill, and look at the strip below the curves: almost "
    "all of the blue price comes from the other hill. Q has to cover all that P can do, also at "
    "the price of much that P never does.\n\n"
    "KL(Q‖P) averages log q/p **over Q**. Where Q is and P is almost 0, it explodes; where Q is "
    "almost 0, nobody asks. So Q keeps out of P’s valleys and settles on one hill. Which one "
    "depends on where it began.\n\n"
    "Among Gaussians the first has one best answer: the one with P’s mean and P’s variance. The "
    "second can have several that are best in their neighbourhood."
)
st.header("Which side are you on?")
st.markdown(
    "- **A classifier trained on labels, and maximum likelihood altogether, minimise KL(P‖Q).** "
    "The data are P: they are given, and what they show must be covered. A class that was seen and "
    "called impossible costs infinitely much.\n"
    "- **Variational inference, with a VAE’s encoder, minimises KL(Q‖P).** P is the exact "
    "posterior, known only up to a factor; Q is the model that one can draw from, so the average "
    "is taken over Q. Such a Q tends to hold on to one mode, and to promise less spread than there "
    "is."
)
recap.close(prose.SAYINGS, prose.question())
layout.turn_page("pages/fitting.py")
