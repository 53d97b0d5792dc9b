"""The table of contents: every page, in reading order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One page as the sidebar and its neighbours show it; `file` is relative to the root."""

    section: str
    title: str
    icon: str
    file: str
    summary: str


BOOK = (
    Page("Start", "KL Explorer", "🧭", "app.py", "what this is, and the way through it"),
    Page(
        "Understand",
        "Entropy",
        "🎲",
        "pages/entropy.py",
        "edit one distribution: surprise, entropy, code lengths, and what a wrong code costs",
    ),
    Page(
        "Understand",
        "Asymmetry",
        "⚖️",
        "pages/asymmetry.py",
        "edit two distributions and see that KL(P‖Q) is not KL(Q‖P)",
    ),
    Page(
        "Understand",
        "Fitting",
        "🎯",
        "pages/fitting.py",
        "find the Gaussian closest to a P of your own: one direction covers, the other seeks",
    ),
    Page(
        "Use",
        "Training",
        "🏋️",
        "pages/training.py",
        "train a ConvNet with KL divergence or cross-entropy, and watch its curves",
    ),
    Page(
        "Use",
        "Comparison",
        "📈",
        "pages/comparison.py",
        "lay the two losses’ curves over each other",
    ),
    Page(
        "Look up",
        "Reference",
        "📖",
        "pages/reference.py",
        "formulas, what each Keras spelling does today, sources",
    ),
)
