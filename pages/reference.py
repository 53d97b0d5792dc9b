"""Formulas, the names that Keras accepts, pitfalls, and every public name of kl_core."""

import kl_core
from pages.ui import content, layout
from pages.ui import formatting as fmt
from pages.ui.recap import close
from pages.ui.reference import sections

layout.page("pages/reference.py")

sections.reference()

keras = fmt.quantity(kl_core.keras_kl_divergence([0.5, 0.5], [1, 0]), "nats")
close(
    content.points("reference/key-points"),
    content.question("reference/check-yourself", keras=keras),
)
layout.turn_page("pages/reference.py")
