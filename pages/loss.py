"""KL divergence and cross-entropy as losses of one sample: where they are one, where they part."""

from pages.ui import book, content, layout, recap
from pages.ui.loss import prose, sections
from pages.ui.loss.editor import EDITOR
from pages.ui.loss.presets import PRESETS

if layout.page("pages/loss.py"):
    EDITOR.history.open_link()

with layout.controls("start"):
    EDITOR.presets(PRESETS)
sections.explore()
sections.dead_zone()
layout.link(book.find("pages/training.py"), "Train with either")
recap.close(content.points("loss/key-points"), prose.question())
layout.turn_page("pages/loss.py")
