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
        "what KL divergence is, two bars to drag, and a list of all pages",
    ),
    Page(
        "Understand",
        "Entropy",
        ":material/casino:",
        "pages/entropy.py",
        "drag a distribution: surprisal, entropy, prefix codes, cross-entropy",
    ),
    Page(
        "Understand",
        "Asymmetry",
        ":material/balance:",
        "pages/asymmetry.py",
        "drag two distributions: forward KL and reverse KL, term by term",
    ),
    Page(
        "Understand",
        "Fitting",
        ":material/target:",
        "pages/fitting.py",
        "fit a Gaussian to P: forward KL is mass-covering, reverse KL is mode-seeking",
    ),
    Page(
        "Understand",
        "Loss",
        ":material/trending_down:",
        "pages/loss.py",
        "drag a network’s logits: why KL divergence and cross-entropy have the same gradient, and "
        "where Keras’s KL has none",
    ),
    Page(
        "Use",
        "KL divergence in Keras",
        ":material/code:",
        "pages/kl_in_keras.py",
        "the line to write, clipping, logits, reductions, sample weights, and a loss function "
        "to copy",
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
        "one photograph: its label as P, a trained network’s softmax as Q, and its loss KL(P‖Q)",
    ),
    Page(
        "Use",
        "Evaluation",
        ":material/grading:",
        "pages/evaluation.py",
        "accuracy, calibration and confusion matrix of two networks, and what changes them: the "
        "loss, the seed or rounding",
    ),
    Page(
        "Use",
        "Human labels",
        ":material/groups:",
        "pages/human_labels.py",
        "50 people’s votes as a soft label: how much people disagree, and how far networks are "
        "from them",
    ),
    Page(
        "Use",
        "VAE",
        ":material/area_chart:",
        "pages/vae.py",
        "drag the approximate posterior q: the KL term in the loss of a variational autoencoder, "
        "and why it is not cross-entropy",
    ),
    Page(
        "Use",
        "β-VAE",
        ":material/apparel:",
        "pages/beta_vae.py",
        "drag a latent z through six trained networks: rate, distortion and posterior collapse",
    ),
    Page(
        "Use",
        "Regression",
        ":material/straighten:",
        "pages/regression.py",
        "drag an outlier: least squares is maximum likelihood under Gaussian noise; other noise "
        "models give other lines",
    ),
    Page(
        "Look up",
        "Reference",
        ":material/menu_book:",
        "pages/reference.py",
        "formulas, KL divergence in Keras, pitfalls of the libraries, every function of `kl_core`",
    ),
    Page(
        "Look up",
        "Sources",
        ":material/library_books:",
        "pages/sources.py",
        "where each statement comes from: papers, books, documentation, data",
    ),
)


def find(file: str) -> Page:
    """The entry of a page by its file. Raises StopIteration for a file that is none."""
    return next(page for page in BOOK if page.file == file)
