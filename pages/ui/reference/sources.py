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
        "gone since Keras 3: use kl_divergence",
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

    @property
    def link(self) -> str:
        """The reference as a link, in Markdown."""
        return f"[{self.reference}]({self.address})"


def _issue(project: str, number: int, title: str, what_for: str) -> Source:
    """A thread on GitHub; `project` is its owner and its name."""
    name = {"scipy": "SciPy", "pytorch": "PyTorch", "optax": "Optax"}[project.split("/")[1]]
    return Source(
        f"{name} #{number}: {title}",
        what_for,
        f"https://github.com/{project}/{'pull' if name == 'Optax' else 'issues'}/{number}",
    )


ARTICLE = Source(
    "MachineCurve: How to use Kullback-Leibler divergence (KL divergence) with Keras? (2019)",
    "the path from entropy to KL, the ConvNet, and the question whether the two losses differ",
    "https://github.com/christianversloot/machine-learning-articles/blob/main/"
    "how-to-use-kullback-leibler-divergence-kl-divergence-with-keras.md",
)
KERAS_LOSSES = Source(
    "Keras: Probabilistic losses",
    "the loss itself; the article used it by its older name",
    "https://keras.io/api/losses/probabilistic_losses/",
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
    KERAS_LOSSES,
)
COVER_THOMAS = Source(
    "T. M. Cover, J. A. Thomas: Elements of Information Theory, 2nd edition (2006), chapter 2",
    "entropy, cross-entropy and their inequalities, with proofs",
    "https://doi.org/10.1002/047174882X",
)
KINGMA_WELLING = Source(
    "D. P. Kingma, M. Welling: Auto-Encoding Variational Bayes (2014)",
    "the variational autoencoder, and its KL term in closed form",
    "https://arxiv.org/abs/1312.6114",
)
HIGGINS = Source(
    "I. Higgins et al.: beta-VAE: Learning Basic Visual Concepts with a Constrained Variational "
    "Framework (2017)",
    "the factor β before that term",
    "https://openreview.net/forum?id=Sy2fzU9gl",
)
ALEMI = Source(
    "A. A. Alemi et al.: Fixing a Broken ELBO (2018)",
    "rate and distortion, and the curve between them",
    "https://arxiv.org/abs/1711.00464",
)
BURDA = Source(
    "Y. Burda, R. Grosse, R. Salakhutdinov: Importance Weighted Autoencoders (2016)",
    "when a dimension of the code counts as active",
    "https://arxiv.org/abs/1509.00519",
)
FASHION_MNIST = Source(
    "H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine "
    "Learning Algorithms (2017)",
    "the clothes that the VAEs learn from; MIT licence",
    "https://arxiv.org/abs/1708.07747",
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
    COVER_THOMAS,
    Source(
        "P. J. Huber: Robust Estimation of a Location Parameter. Annals of Mathematical Statistics "
        "35 (1964), 73–101",
        "noise with a share of outliers, and losses that hold against it",
        "https://doi.org/10.1214/aoms/1177703732",
    ),
    Source(
        "A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images (2009)",
        "CIFAR-10, the photographs that the ConvNet learns from",
        "https://www.cs.toronto.edu/~kriz/cifar.html",
    ),
    *(KINGMA_WELLING, HIGGINS, ALEMI, BURDA, FASHION_MNIST),
)

KERAS_CODE = Source(
    "Keras: keras/src/losses/losses.py",
    "what its two losses clip, and which of them normalises",
    "https://github.com/keras-team/keras/blob/master/keras/src/losses/losses.py",
)
KERAS_BACKEND = Source(
    "Keras: keras/src/backend/tensorflow/nn.py",
    "how cross-entropy finds the logits behind a softmax again",
    "https://github.com/keras-team/keras/blob/master/keras/src/backend/tensorflow/nn.py",
)
SCIPY_ENTROPY = Source(
    "SciPy: scipy.stats.entropy",
    "its arguments: weights, along the first axis",
    "https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.entropy.html",
)
SCIPY_REL_ENTR = Source(
    "SciPy: scipy.special.rel_entr",
    "one outcome’s term of KL, zeros and infinities included",
    "https://docs.scipy.org/doc/scipy/reference/generated/scipy.special.rel_entr.html",
)
SCIPY_JS = Source(
    "SciPy: scipy.spatial.distance.jensenshannon",
    "the distance, which is a square root",
    "https://docs.scipy.org/doc/scipy/reference/generated/"
    "scipy.spatial.distance.jensenshannon.html",
)
SCIPY_12553 = _issue(
    "scipy/scipy",
    12553,
    "KL divergence calculation in scipy.stats",
    "a divergence of 0 between two rows that differ",
)
SCIPY_11388 = _issue(
    "scipy/scipy", 11388, "scipy entropy function", "the entropy of four ones, which is not 0"
)
SCIPY_6521 = _issue(
    "scipy/scipy",
    6521,
    "scipy.stats.entropy does *not* calculate the KL divergence",
    "what kl_div adds to each term",
)
SCIPY_20779 = _issue(
    "scipy/scipy",
    20779,
    "spatial.distance.jensenshannon returns nan for contrived input",
    "the root of a sum that rounding made negative",
)
SCIPY_19436 = _issue(
    "scipy/scipy",
    19436,
    "Jensen-Shannon Distance returns inf",
    "a distance with a bound that comes out as infinite",
)
PYTORCH_57459 = _issue(
    "pytorch/pytorch",
    57459,
    "KLDivLoss and F.kl_div compute KL(Q || P) rather than KL(P || Q)",
    "the order of its two arguments",
)
PYTORCH_5282 = _issue(
    "pytorch/pytorch", 5282, "Possible bug in KL divergence", "why its input is a logarithm"
)
PYTORCH_2259 = _issue(
    "pytorch/pytorch",
    2259,
    "KLDivLoss should not have the 1/n coefficient, according to Wikipedia",
    "what its default mean divides by",
)
PYTORCH_32520 = _issue(
    "pytorch/pytorch",
    32520,
    "Numerical problems with torch.nn.functional.kl_div",
    "divergences just below 0",
)
PYTORCH_KL = Source(
    "PyTorch: torch.nn.KLDivLoss",
    "its formula, its reductions and its warning about the mean",
    "https://docs.pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html",
)
INFOMEASURE = Source(
    "infomeasure, version 0.6.3",
    "its divergence from samples",
    "https://pypi.org/project/infomeasure/0.6.3/",
)
DIT = Source(
    "dit, version 2.3", "its distributions and divergences", "https://pypi.org/project/dit/2.3/"
)
POT = Source(
    "POT: Python Optimal Transport, version 0.9.7",
    "the divergence of its backends",
    "https://github.com/PythonOT/POT/blob/master/ot/backend.py",
)
TFP = Source(
    "TensorFlow Probability: tfp.distributions.Distribution",
    "what `validate_args` checks, and that it is off by default",
    "https://www.tensorflow.org/probability/api_docs/python/tfp/distributions/Distribution",
)
OPTAX_1786 = _issue(
    "google-deepmind/optax",
    1786,
    "Keep kl_divergence finite when target probabilities are zero",
    "a gradient that is not a number, though the loss is one",
)
ABOUT_LIBRARIES = (
    *(KERAS_CODE, KERAS_BACKEND),
    *(SCIPY_ENTROPY, SCIPY_REL_ENTR, SCIPY_JS),
    *(SCIPY_6521, SCIPY_11388, SCIPY_12553, SCIPY_19436, SCIPY_20779),
    *(PYTORCH_KL, PYTORCH_2259, PYTORCH_5282, PYTORCH_32520, PYTORCH_57459),
    *(DIT, INFOMEASURE, OPTAX_1786, POT, TFP),
)
GROUPS = {
    "The article that this book began with:": (ARTICLE,),
    "What that article builds on:": CITED_BY_THE_ARTICLE,
    "What this book adds:": SOURCES,
    "Where the pitfalls are reported or explained:": ABOUT_LIBRARIES,
}
