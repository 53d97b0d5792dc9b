"""The KL term of a variational autoencoder: by hand, and in trained nets."""

import streamlit as st

from pages.ui import book, layout, recap
from pages.ui.reference import sources
from pages.ui.vae import byhand, prose, reports, trained
from pages.ui.vae.editor import GAUSSIAN, POINT
from pages.ui.vae.presets import PRESETS

if layout.page("pages/vae.py"):
    GAUSSIAN.history.open_link()
    POINT.history.open_link()

st.title("What keeps a VAE’s codes together?")
st.markdown(
    "A **variational autoencoder**, VAE, is two nets. The encoder turns a picture into a code: a "
    "small cloud q = N(μ, σ²), not a point. The decoder turns a point of that cloud back into a "
    "picture. What keeps the clouds of all pictures in one place is a KL divergence: each q pays "
    "**KL(q‖p)** to a prior p = N(0, 1) that stays the same."
)
st.header("The price of one code")
st.markdown(
    "**Drag q.** Below the curves stands what each place adds, q · ln(q/p). KL is the area above "
    "0, less the area below. Elsewhere in this book P, the truth, stands first; here "
    ":orange[**q**], the encoder’s cloud, stands first **and learns**, and the prior "
    ":blue[**p**] stands second. All numbers are in nats."
)
with layout.controls("start"):
    GAUSSIAN.presets(PRESETS)
byhand.explore()

st.header("The codes of clothes")
st.markdown(
    "These VAEs were trained on Fashion-MNIST: small grey pictures of ten kinds of clothes. Each "
    "code has two dimensions, so you can see all of them: every dot is the middle μ of one test "
    f"picture’s q. {reports.rings()} **Drag the point** and watch what the decoder makes of it; "
    "**then take another β**, the price of KL in the loss."
)
trained.explore()
st.markdown(
    f"Where this comes from: {sources.link('D. P. Kingma')}; for β {sources.link('I. Higgins')}; "
    f"for rate and distortion {sources.link('A. A. Alemi')}; for collapsed dimensions "
    f"{sources.link('Y. Burda')}."
)
layout.link(book.find("pages/fitting.py"), "Both directions of KL for one Gaussian: Fitting")
recap.close(prose.SAYINGS, prose.question())
layout.turn_page("pages/vae.py")
