"""Points and four fitted lines: the noise model behind least squares, and what KL says of it."""

from pages.ui import content, layout, recap
from pages.ui.regression import prose, sections
from pages.ui.regression.editor import EDITOR

if layout.page("pages/regression.py"):
    EDITOR.history.open_link()

sections.explore()
sections.noises()
sections.simulated()
recap.close(content.points("regression/key-points"), prose.question())
layout.turn_page("pages/regression.py")
