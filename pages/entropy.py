"""Surprisal, entropy and code length; cross-entropy and KL divergence with a code made for Q."""

import kl_core
from pages.ui import content, layout
from pages.ui import formatting as fmt
from pages.ui.pairs import sections
from pages.ui.pairs.editor import ENTROPY
from pages.ui.pairs.presets import CODES
from pages.ui.recap import close

if layout.page("pages/entropy.py"):
    ENTROPY.history.open_link()

with layout.controls("start"):
    ENTROPY.presets(CODES)
sections.entropy_and_codes()

rare = kl_core.ideal_code_lengths([0.001, 0.999], base=2)[0]
close(
    content.points("entropy/key-points"),
    content.question("entropy/check-yourself", rounded=f"{rare:.0f}", exact=fmt.number(rare)),
)
layout.turn_page("pages/entropy.py")
