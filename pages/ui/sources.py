"""What the reference page lists: Keras's spellings and the sources. Plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spelling:
    """One way to ask Keras for KL divergence, and whether Keras 3.15 still answers."""

    code: str
    works: bool
    note: str


SPELLINGS = (
    Spelling('model.compile(loss="kl_divergence")', True, "the plainest"),
    Spelling('model.compile(loss="kld")', True, "an alias, as is “KLD”"),
    Spelling("keras.losses.KLDivergence()", True, "as an object, to choose how a batch is reduced"),
    Spelling("keras.losses.kl_divergence(p, q)", True, "as a function: one value a sample"),
    Spelling("keras.metrics.KLDivergence()", True, "as a metric: the mean over an epoch"),
    Spelling(
        "keras.losses.kullback_leibler_divergence(p, q)",
        False,
        "the article’s spelling, gone since Keras 3: use kl_divergence",
    ),
    Spelling(
        'model.compile(loss="kullback_leibler_divergence")',
        False,
        "the same name as a string: use “kl_divergence”",
    ),
    Spelling("keras.losses.kld(p, q)", False, "only the string “kld” is left of it"),
)


@dataclass(frozen=True)
class Source:
    """A text that this project rests on, and what for."""

    reference: str
    what_for: str
    address: str


ARTICLE = Source(
    "MachineCurve: How to use Kullback-Leibler divergence (KL divergence) with Keras? (2019)",
    "the path from entropy to KL, the ConvNet, and the question whether the two losses differ",
    "https://github.com/christianversloot/machine-learning-articles/blob/main/"
    "how-to-use-kullback-leibler-divergence-kl-divergence-with-keras.md",
)
CITED_BY_THE_ARTICLE = (
    Source(
        "Count Bayesie: Kullback-Leibler Divergence Explained (2017)",
        "its explanation of KL as expected loss of information",
        "https://www.countbayesie.com/blog/2017/5/9/kullback-leibler-divergence-explained",
    ),
    Source(
        "Wikipedia: Kullback–Leibler divergence",
        "its formula; the basic example there is the first pair on the asymmetry page",
        "https://en.wikipedia.org/wiki/Kullback%E2%80%93Leibler_divergence",
    ),
    Source(
        "Wikipedia: Entropy (information theory)",
        "the formula of entropy",
        "https://en.wikipedia.org/wiki/Entropy_(information_theory)",
    ),
    Source(
        "Wikipedia: Softmax function",
        "how a net’s outputs become a distribution",
        "https://en.wikipedia.org/wiki/Softmax_function",
    ),
    Source(
        "I. Shafkat: Intuitively Understanding Variational Autoencoders (2018)",
        "the use in variational autoencoders",
        "https://towardsdatascience.com/intuitively-understanding-variational-autoencoders-1bfe67eb5daf",
    ),
    Source(
        "A. Moreno: What are some applications of the KL-divergence in machine learning?",
        "the use in classification",
        "https://www.quora.com/What-are-some-applications-of-the-KL-divergence-in-machine-learning/"
        "answer/Alexander-Moreno-1",
    ),
    Source(
        "O. Kosheleva, V. Kreinovich: Why Deep Learning Methods Use KL Divergence Instead of "
        "Least Squares: A Possible Pedagogical Explanation (2018)",
        "the use in place of least squares; it offers a possible reason, robustness, and reports "
        "no experiment",
        "https://digitalcommons.utep.edu/cs_techrep/1192",
    ),
    Source(
        "Keras: Probabilistic losses",
        "the loss itself; the article used it by its older name",
        "https://keras.io/api/losses/probabilistic_losses/",
    ),
)
SOURCES = (
    Source(
        "S. Kullback, R. A. Leibler: On Information and Sufficiency. Annals of Mathematical "
        "Statistics 22 (1951), 79–86",
        "where the divergence was first defined",
        "https://doi.org/10.1214/aoms/1177729694",
    ),
    Source(
        "C. E. Shannon: A Mathematical Theory of Communication. Bell System Technical Journal 27 "
        "(1948), 379–423",
        "entropy, and why it is measured in bits",
        "https://doi.org/10.1002/j.1538-7305.1948.tb01338.x",
    ),
    Source(
        "T. M. Cover, J. A. Thomas: Elements of Information Theory, 2nd edition (2006), chapter 2",
        "entropy, cross-entropy and their inequalities, with proofs",
        "https://doi.org/10.1002/047174882X",
    ),
    Source(
        "A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images (2009)",
        "CIFAR-10, the photographs that the ConvNet learns from",
        "https://www.cs.toronto.edu/~kriz/cifar.html",
    ),
)
