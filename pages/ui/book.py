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
    Page(
        "Start",
        "KL Explorer",
        ":material/explore:",
        "app.py",
        "what this is, and the way through it",
    ),
    Page(
        "Understand",
        "Entropy",
        ":material/casino:",
        "pages/entropy.py",
        "drag one distribution: surprise, entropy, code words, and what the wrong code costs",
    ),
    Page(
        "Understand",
        "Asymmetry",
        ":material/balance:",
        "pages/asymmetry.py",
        "drag two distributions: why KL(P‖Q) is not KL(Q‖P), share by share",
    ),
    Page(
        "Understand",
        "Fitting",
        ":material/target:",
        "pages/fitting.py",
        "find the Gaussian closest to a P of your own: one direction covers, the other seeks",
    ),
    Page(
        "Understand",
        "Loss",
        ":material/trending_down:",
        "pages/loss.py",
        "drag a net’s logits: where KL divergence and cross-entropy are one loss, where they part",
    ),
    Page(
        "Use",
        "Training",
        ":material/model_training:",
        "pages/training.py",
        "learning curves of a ConvNet trained with KL divergence or cross-entropy; train your own",
    ),
    Page(
        "Use",
        "Comparison",
        ":material/stacked_line_chart:",
        "pages/comparison.py",
        "paired differences of the two losses over ten seeds: an equivalence test, and its limits",
    ),
    Page(
        "Use",
        "Predictions",
        ":material/image:",
        "pages/predictions.py",
        "photographs in the bars: the label as P, a trained net’s softmax as Q, and 50 people’s "
        "votes",
    ),
    Page(
        "Use",
        "VAE",
        ":material/apparel:",
        "pages/vae.py",
        "the KL term of a variational autoencoder: by hand, and in nets trained on clothes with "
        "six values of β",
    ),
    Page(
        "Use",
        "Regression",
        ":material/straighten:",
        "pages/regression.py",
        "drag points and add outliers: least squares is KL with a Gaussian, and other noise gives "
        "other lines",
    ),
    Page(
        "Look up",
        "Reference",
        ":material/menu_book:",
        "pages/reference.py",
        "search formulas, pitfalls of the libraries, all of `kl_core`, and sources",
    ),
)


def find(file: str) -> Page:
    """The entry of a page by its file. Raises StopIteration for a file that is none."""
    return next(page for page in BOOK if page.file == file)
