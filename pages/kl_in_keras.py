"""KL divergence in Keras: the line to write, what it computes, and where it goes wrong."""

import math

from pages.ui import content, layout
from pages.ui import formatting as fmt
from pages.ui.kl_in_keras import sections
from pages.ui.recap import close

layout.page("pages/kl_in_keras.py")

sections.clip()
sections.found()
sections.which()
sections.names()
sections.logits()
sections.reductions()

exact, most = (fmt.quantity(-math.log(q), "nats") for q in (1e-9, 1e-7))
close(
    content.points("kl_in_keras/key-points"),
    content.question("kl_in_keras/check-yourself", exact=exact, most=most),
)
layout.turn_page("pages/kl_in_keras.py")
