"""The picture on show: itself, what is said of it, the bars, and both nets beside each other."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui import book, controls, images, layout
from pages.ui import formatting as fmt
from pages.ui.editing import component
from pages.ui.pairs.prose import weightless as no_weight
from pages.ui.predictions import (
    choosing,
    frames,
    photo_editor,
    prose,
    repository,
    subject,
    upload,
)
from pages.ui.predictions.repository import Kind, MatchedRuns
from pages.ui.predictions.subject import Subject

ZOOM = 6  # times as wide as the 32 pixels of a photograph
# Who puts a photograph on show from below is brought to it.
_bring = st.components.v2.component(
    "bring",
    js="""
let last = 0;
export default ({ data, parentElement }) => {
  const here = parentElement.getRootNode().host ?? parentElement;
  if (data.number > last) here.scrollIntoView({ block: "start" });
  last = data.number;
};
""",
)


@st.fragment  # so that another picture draws nothing else anew
def explore(pair: MatchedRuns, pictures: str) -> None:
    """All that the picture on show decides."""
    _bring(key="belief:bring", data={"number": st.session_state.get(choosing.SHOWN, 0)})
    address = {choosing.IMAGE: ""}  # a picture of one's own has no number
    kind: Kind | None = None if pictures == choosing.OWN else repository.kind(pictures)
    with layout.controls("picture"):
        loss, truth = choosing.sides(kind)
        try:
            if kind is None:
                shown = _uploaded(pair)
            else:
                number = choosing.photograph(pair, loss, kind)
                address = {choosing.IMAGE: str(number)}
                shown = subject.photograph(pair, kind, number, truth)
        except ValueError as error:
            st.error(fmt.plain(str(error)), icon=layout.WARNING)
            shown = None
        component.put_in_address("belief:address", address)
    layout.keep()
    if shown is None:
        return
    left, right = st.columns([1, 3], gap="large", vertical_alignment="center")
    _picture(left, shown)
    right.markdown(prose.answers(shown))
    _bars(pair, shown, loss, shared=kind is not None)
    _both(shown)


def _both(shown: Subject) -> None:
    # Altair takes half a second to load, which the bars need not wait for.
    from pages.ui import vega
    from pages.ui.predictions import charts

    rows, spec = frames.beliefs(shown), charts.beliefs(repository.CLASSES)
    st.vega_lite_chart(rows, spec, key="chart:beliefs", alt=prose.chart(shown))
    st.markdown(prose.apart(shown))
    with layout.controls("beliefs"):
        picture = partial(vega.board, [[(rows, spec)]])
        controls.downloads(*vega.files(picture, "beliefs", "Chart"))


def _uploaded(pair: MatchedRuns) -> Subject | None:
    given = upload.ask()
    if refused := upload.refusal():
        st.warning(fmt.plain(refused), icon=layout.WARNING)
    if given is None:
        st.info(prose.NO_PICTURE_YET, icon=":material/add_photo_alternate:")
        return None
    return subject.uploaded(pair, *given)


def _picture(column: st.delta_generator.DeltaGenerator, shown: Subject) -> None:
    if shown.pixels is None:
        column.markdown(prose.NO_PICTURES)
        return
    label = repository.CLASSES[shown.label]
    column.image(
        images.magnified(shown.pixels, ZOOM), output_format="PNG", alt=f"{shown.says} {label}"
    )


def _bars(pair: MatchedRuns, shown: Subject, loss: str, *, shared: bool) -> None:
    said = shown.pair(loss)
    editor = photo_editor.editor_of(f"{pair.key} {shown.name} {loss}", said, shared=shared)
    now = photo_editor.bars(editor, shared=shared)
    if weightless := [name for name, row in (("P", now.p), ("Q", now.q)) if not any(row)]:
        st.error(no_weight(weightless), icon=layout.WARNING)
        return
    st.markdown(prose.cost(shown, now, now.unlocked() != said))
    st.markdown(prose.other_way(now))
    asymmetry = book.find("pages/asymmetry.py")
    layout.link(asymmetry, "Open these bars on the page Asymmetry", pq=now.encode(), unit="nats")
