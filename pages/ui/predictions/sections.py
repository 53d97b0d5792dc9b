"""The chosen picture: itself, what both networks predict for it, and P and Q as bars."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from models.data.cifar10 import CLASSES, Kind
from pages.ui import book, component, content, controls, images, layout
from pages.ui import formatting as fmt
from pages.ui.pairs.prose import weightless as no_weight
from pages.ui.pairs.results import solve
from pages.ui.predictions import editor, prose, repository, selection
from pages.ui.predictions.state import MatchedRuns, Subject

ZOOM = 6  # times as wide as the 32 pixels of a photograph
# A link far down a page, as on a card, leaves the next page scrolled as far down.
_to_top = st.components.v2.component(
    "to_top",
    js="""
let last = 0;
export default ({ data }) => {
  if (data.links > last) document.querySelector(".stMain").scrollTo(0, 0);
  last = data.links;
};
""",
)


def moved() -> None:
    """Of an address from before the gallery had a page of its own: the link to that page."""
    ranking = {name: st.query_params[name] for name in editor.RANKING if name in st.query_params}
    if ranking:
        st.info(content.text("predictions/gallery"), icon=layout.NOTICE)
        layout.link(book.find("pages/human_labels.py"), "Open the ranking", **ranking)


@st.fragment  # so that another picture draws nothing else anew
def explore(pairs: Mapping[str, MatchedRuns]) -> None:
    """All that depends on the chosen picture."""
    left, right = st.columns([1, 3.4], gap="medium", vertical_alignment="center")
    with right, layout.controls("picture"):
        row, below = st.container(horizontal=True, vertical_alignment="bottom"), st.container()
    with layout.controls("distributions"):
        choices = st.container(horizontal=True, gap="medium")
    with row.popover(content.heading("predictions/choose")):
        pair, pictures = selection.networks(pairs), editor.pictures()
        kind = None if pictures == selection.UPLOAD else repository.kind(pictures)
        with choices:
            loss, source = editor.loss_and_source(kind)
        listed = st.container()
    address = {editor.IMAGE: ""}  # a visitor's picture has no number
    chosen = None
    with below:
        try:
            if kind is None:
                chosen = _uploaded(pair)
            else:
                with listed:
                    numbers = editor.numbers(pair, loss, kind)
                number = editor.photograph(numbers, repository.count(pair, kind), row)
                address = {editor.IMAGE: str(number)}
                chosen = repository.photograph(pair, kind, number, source)
        except ValueError as error:
            st.error(fmt.plain(str(error)), icon=layout.WARNING)
    layout.keep()
    if chosen is not None:
        _picture(left, chosen)
        with right, layout.heard("photograph"):
            st.markdown(prose.answers(chosen))
        _bars(pair, chosen, loss, shared=kind is not None)
        _both(chosen)
    _links(pair, kind)
    component.put_in_address("belief:address", address)
    _to_top(key="belief:top", data={"links": st.session_state.get(editor.LINKS, 0)})


def _uploaded(pair: MatchedRuns) -> Subject | None:
    given = editor.upload()
    if refused := editor.refusal():
        st.warning(fmt.plain(refused), icon=layout.WARNING)
    elif given is None:
        st.info(content.text("predictions/no-upload"), icon=":material/add_photo_alternate:")
    if given is None:
        return None
    return repository.uploaded(pair, *given)


def _picture(column: DeltaGenerator, chosen: Subject) -> None:
    if chosen.pixels is None:
        column.markdown(content.text("predictions/no-photographs"))
        return
    alt = f"{chosen.description} {CLASSES[chosen.label]}"
    column.image(images.magnified(chosen.pixels, ZOOM), output_format="PNG", alt=alt)


def _bars(pair: MatchedRuns, chosen: Subject, loss: str, *, shared: bool) -> None:
    predicted = chosen.pair(loss)
    bars = editor.bars(f"{pair.key} {chosen.name} {loss}", predicted, shared=shared)
    if weightless := [name for name, row in (("P", bars.p), ("Q", bars.q)) if not any(row)]:
        st.error(no_weight(weightless), icon=layout.WARNING)
        return
    results = solve(bars, "nats")
    st.markdown(prose.loss(chosen, results.pq, edited=bars.unlocked() != predicted))
    st.markdown(prose.reverse(results.qp))
    asymmetry = book.find("pages/asymmetry.py")
    layout.link(asymmetry, "Open these bars on the page Asymmetry", pq=bars.encode(), unit="nats")


def _both(chosen: Subject) -> None:
    # Altair takes half a second to load, which the bars need not wait for.
    from pages.ui import vega
    from pages.ui.predictions import charts

    st.header(content.heading("predictions/apart"))
    chart = charts.probabilities(chosen)
    st.vega_lite_chart(*chart, key="chart:beliefs", alt=prose.alt_probabilities(chosen))
    st.markdown(prose.apart(chosen))
    with layout.controls("beliefs"), st.expander("Download the chart"):
        picture = partial(vega.board, [[chart]])
        controls.downloads(*vega.files(picture, "predicted-distributions", "Chart"))


def _links(pair: MatchedRuns, kind: Kind | None) -> None:
    """Links to more about the same networks."""
    pages = ("evaluation", "human_labels", "training", "comparison")
    evaluation, people, training, comparison = (book.find(f"pages/{name}.py") for name in pages)
    with st.container(horizontal=True):
        query = selection.query(pair, kind)
        layout.link(evaluation, "These networks on all photographs", **query)
        layout.link(people, "People’s votes on the test photographs", **selection.query(pair))
        layout.link(training, "How this network was trained", **repository.curves(pair))
        layout.link(comparison, "The curves of all networks")
