"""Points and four lines: what least squares assumes of the noise, and what KL says of it."""

from pages.ui import content, layout, recap
from pages.ui.regression import prose, sections
from pages.ui.regression.editor import EDITOR
from pages.ui.regression.presets import PRESETS

if layout.page("pages/regression.py"):
    EDITOR.history.open_link()

with layout.controls("start"):
    EDITOR.presets(PRESETS)
sections.explore()
sections.noises()
sections.is_kl_better()
recap.close(content.points("regression/key-points"), prose.question())
layout.turn_page("pages/regression.py")
