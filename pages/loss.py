"""KL divergence and cross-entropy as losses of one sample: equal gradients, but not in Keras."""

from pages.ui import book, content, layout, recap
from pages.ui.loss import prose, sections
from pages.ui.loss.editor import EDITOR

if layout.page("pages/loss.py"):
    EDITOR.history.open_link()

sections.explore()
sections.recorded_runs()
layout.link(book.find("pages/training.py"), "Train with either loss")
recap.close(content.points("loss/key-points"), prose.question())
layout.turn_page("pages/loss.py")
