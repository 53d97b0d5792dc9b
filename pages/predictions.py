"""An image's label as P, a net's softmax as Q: what trained nets believe, and what people do."""

import streamlit as st

import kl_core
from pages.ui import book, layout, recap
from pages.ui import formatting as fmt
from pages.ui.predictions import choosing, prose, repository, sections

layout.page("pages/predictions.py")

st.title("What does the net believe?")
st.markdown(
    "These are the bars that you have dragged before, with real distributions in them. **P is a "
    "photograph’s label**, all on one class. **Q is the softmax of a net** that was trained on "
    "40,000 photographs like it. What the net pays for its belief is KL(P‖Q)."
)
there = repository.twins()
if not there:
    st.info(prose.NO_RUNS)
    layout.turn_page("pages/predictions.py")
    st.stop()
with layout.controls("nets"):
    pair, pictures = choosing.nets_and_pictures(there)
sections.explore(pair, pictures)
with st.container(horizontal=True):
    for file, label, query in (
        ("pages/training.py", "How this net learned", repository.curves(pair)),
        ("pages/comparison.py", "The curves of all nets", {}),
    ):
        layout.link(book.find(file), label, **query)


def figures() -> None:
    """All that does not depend on the picture on show."""
    # Their charts take half a second to load, which the bars need not wait for.
    from pages.ui.predictions.people import sections as people
    from pages.ui.predictions.quality import sections as quality

    kind = repository.kind(pictures)
    quality.show(pair, kind)
    quality.loss_or_seed(kind)
    people.show(pair, choosing.put_on_show)
    with layout.controls("downloads"):
        quality.downloads(pair, kind)


figures()
votes = kl_core.normalize([40, 10])
doubt = fmt.quantity(kl_core.entropy(votes), "nats")
recap.close(
    (
        "A label is a P with everything on one class, so KL(label‖net) is $-\\ln q$ of that class "
        "alone, and the same number as the cross-entropy.",
        "Two nets that differ only in their loss believe more alike than two that differ only in "
        "their seed: they began with the same weights, and the two losses are one function.",
        "Where people disagree, H(P) is the part of the cross-entropy that no net can take away.",
    ),
    recap.Question(
        "Of 50 people, 40 see a cat in a photograph and 10 a dog. A net gives cat 0.8 and dog "
        "0.2. What does it pay?",
        (
            "nothing, by either loss",
            f"nothing by KL(people‖net), {doubt} by cross-entropy",
            f"{doubt} by both",
        ),
        f"nothing by KL(people‖net), {doubt} by cross-entropy",
        "It believes what people believe, so nothing is lost: KL is 0. The cross-entropy still "
        "holds H(P), the doubt that people have themselves.",
    ),
)
layout.turn_page("pages/predictions.py")
