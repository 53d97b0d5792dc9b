"""The picture on show: itself, what is said of it, the bars, and both networks; then all others."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from models.data.cifar10 import CLASSES
from pages.ui import book, component, content, controls, images, layout
from pages.ui import formatting as fmt
from pages.ui.pairs.prose import weightless as no_weight
from pages.ui.pairs.results import solve
from pages.ui.predictions import editor, prose, repository
from pages.ui.predictions.state import MatchedRuns, Subject

ZOOM = 6  # times as wide as the 32 pixels of a photograph
# Who puts a photograph on show from below is brought to it; by keys, the focus is too.
_bring = st.components.v2.component(
    "bring",
    js="""
let last = 0;
export default ({ data, parentElement }) => {
  const here = parentElement.getRootNode().host ?? parentElement;
  if (data.number > last) {
    const byKeys = document.activeElement.matches(":focus-visible");
    here.scrollIntoView({ block: "start" });
    if (byKeys) document.querySelector(data.field)?.focus({ preventScroll: true });
  }
  last = data.number;
};
""",
)


@st.fragment  # so that another picture draws nothing else anew
def explore(pair: MatchedRuns, pictures: str) -> None:
    """All that the picture on show decides."""
    shown_from_below = st.session_state.get(editor.SHOWN, 0)
    _bring(key="belief:bring", data={"number": shown_from_below, "field": editor.NUMBER_FIELD})
    address = {editor.IMAGE: ""}  # a visitor's picture has no number
    kind = None if pictures == editor.UPLOAD else repository.kind(pictures)
    shown = None
    with layout.controls("picture"):
        loss, truth = editor.loss_and_truth(kind)
        try:
            if kind is None:
                shown = _uploaded(pair)
            else:
                number = editor.photograph(pair, loss, kind)
                address = {editor.IMAGE: str(number)}
                shown = repository.photograph(pair, kind, number, truth)
        except ValueError as error:
            st.error(fmt.plain(str(error)), icon=layout.WARNING)
        component.put_in_address("belief:address", address)
    layout.keep()
    if shown is None:
        return
    left, right = st.columns([1, 3], gap="large", vertical_alignment="center")
    _picture(left, shown)
    with right, layout.heard("photograph"):
        st.markdown(prose.answers(shown))
    _bars(pair, shown, loss, shared=kind is not None)
    _both(shown)


def _uploaded(pair: MatchedRuns) -> Subject | None:
    given = editor.upload()
    if refused := editor.refusal():
        st.warning(fmt.plain(refused), icon=layout.WARNING)
    elif given is None:
        st.info(content.text("predictions/no-upload"), icon=":material/add_photo_alternate:")
    if given is None:
        return None
    return repository.uploaded(pair, *given)


def _picture(column: DeltaGenerator, shown: Subject) -> None:
    if shown.pixels is None:
        column.markdown(content.text("predictions/no-photographs"))
        return
    says = f"{shown.says} {CLASSES[shown.label]}"
    column.image(images.magnified(shown.pixels, ZOOM), output_format="PNG", alt=says)


def _bars(pair: MatchedRuns, shown: Subject, loss: str, *, shared: bool) -> None:
    said = shown.pair(loss)
    bars = editor.bars(f"{pair.key} {shown.name} {loss}", said, shared=shared)
    if weightless := [name for name, row in (("P", bars.p), ("Q", bars.q)) if not any(row)]:
        st.error(no_weight(weightless), icon=layout.WARNING)
        return
    results = solve(bars, "nats")
    st.markdown(prose.cost(shown, results.pq, edited=bars.unlocked() != said))
    st.markdown(content.text("predictions/reverse") if results.qp.ruled_out else "")
    asymmetry = book.find("pages/asymmetry.py")
    layout.link(asymmetry, "Open these bars on the page Asymmetry", pq=bars.encode(), unit="nats")


def _both(shown: Subject) -> None:
    # Altair takes half a second to load, which the bars need not wait for.
    from pages.ui import vega
    from pages.ui.predictions import charts

    chart = charts.probabilities(shown)
    st.vega_lite_chart(*chart, key="chart:beliefs", alt=prose.alt_probabilities(shown))
    st.markdown(prose.apart(shown))
    with layout.controls("beliefs"):
        picture = partial(vega.board, [[chart]])
        controls.downloads(*vega.files(picture, "beliefs", "Chart"))


def links(pair: MatchedRuns) -> None:
    """Where both networks' curves are."""
    with st.container(horizontal=True):
        training, comparison = map(book.find, ("pages/training.py", "pages/comparison.py"))
        layout.link(training, "How this net learned", **repository.curves(pair))
        layout.link(comparison, "The curves of all nets")


def figures(pair: MatchedRuns, pictures: str) -> None:
    """All that does not depend on the picture on show."""
    # Their charts take half a second to load, which the bars need not wait for.
    from pages.ui.predictions.people import sections as people
    from pages.ui.predictions.quality import sections as quality

    kind = repository.kind(pictures)
    evaluated = quality.show(pair, kind)
    quality.loss_or_seed(kind)
    people.show(pair, editor.put_on_show)
    if evaluated:
        with layout.controls("downloads"):
            quality.downloads(pair, kind, evaluated)
