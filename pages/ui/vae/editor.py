"""What a visitor sets: the Gaussian by hand."""

from __future__ import annotations

from pages.ui import content
from pages.ui.editing import fields
from pages.ui.editing.editor import Editor
from pages.ui.editing.history import History
from pages.ui.vae.presets import HOME
from pages.ui.vae.state import Posterior

CURVES = "vae:curves"
GAUSSIAN: Editor[Posterior] = Editor(
    History("vae:q", "cloud", HOME, Posterior.decode),
    {CURVES: lambda edit, now: Posterior.sent(edit.get("q"))},
)


def below_curves() -> None:
    """Buttons, fields for the two numbers, and the share text of q."""
    fields.numbers(GAUSSIAN, "Edit as numbers", {"mean": "Mean μ", "std": "Standard deviation σ"})
    GAUSSIAN.share_text("Share text of q", content.text("vae/share-q"))
