"""The library calls that compute a divergence: which argument is P, which is Q, and what they want.

Sources: the signatures and source of PyTorch 2.9, Keras 3.15, TensorFlow Probability 0.25,
Optax 0.2.6, SciPy 1.16, NumPyro 0.19 and Distrax 0.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Signature:
    """A call: the names of its parameters in order, and which of them are P and Q.

    `logs`: whether P and Q must be given as logarithms; None for distribution objects. Of a class,
    `settings` are the parameters of its constructor. `reduction` is what happens unless the call
    says otherwise.
    """

    parameters: tuple[str, ...]
    p: str
    q: str
    p_is_log: bool | None = False
    q_is_log: bool | None = False
    settings: tuple[str, ...] = ()
    reduction: str | None = "none"
    what: str = "KL divergence"
    zeros: str = ""
    negative: str = ""
    write: str = ""
    library: str = field(default="", compare=False)


_TORCH_ZEROS = "An outcome with P = 0 adds 0; one with Q = 0 < P makes the result ∞."
_TORCH_NEGATIVE = (
    "It comes out negative when the first argument holds probabilities instead of their "
    "logarithms, or rows that do not sum to 1."
)
_KERAS_ZEROS = "Both arguments are clipped to [1e-7, 1], so the result is finite where KL is ∞."
_KERAS_NEGATIVE = "It comes out negative only when rows do not sum to 1."

_TORCH = Signature(
    ("input", "target", "size_average", "reduce", "reduction", "log_target"),
    "target",
    "input",
    q_is_log=True,
    reduction="mean",
    zeros=_TORCH_ZEROS,
    negative=_TORCH_NEGATIVE,
    write='F.kl_div({log_q}, {p}, reduction="batchmean")',
    library="PyTorch",
)
_TORCH_CLASS = replace(_TORCH, parameters=_TORCH.parameters[:2], settings=_TORCH.parameters[2:])
_OBJECTS = Signature(
    ("p", "q"),
    "p",
    "q",
    p_is_log=None,
    q_is_log=None,
    zeros="The formula of the two families decides.",
    negative="It is negative only by rounding.",
)
_KERAS = Signature(
    ("y_true", "y_pred"),
    "y_true",
    "y_pred",
    zeros=_KERAS_ZEROS,
    negative=_KERAS_NEGATIVE,
    library="Keras",
)
_KERAS_CLASS = replace(
    _KERAS,
    parameters=("y_true", "y_pred", "sample_weight"),
    settings=("reduction", "name", "dtype"),
    reduction="sum_over_batch_size",
)
_REL_ENTR = Signature(
    ("x", "y"),
    "x",
    "y",
    zeros="An outcome with P = 0 adds 0; one with Q = 0 < P gives ∞.",
    negative="Single terms are negative where P < Q; their sum is not, for distributions.",
    library="SciPy",
)

# full name → signature; of classes that are called after they are made, in CLASSES.
FUNCTIONS: dict[str, Signature] = {
    "torch.nn.functional.kl_div": _TORCH,
    "torch.kl_div": replace(_TORCH, parameters=("input", "target", "reduction", "log_target")),
    "torch.distributions.kl_divergence": _OBJECTS,
    "torch.distributions.kl.kl_divergence": _OBJECTS,
    "numpyro.distributions.kl_divergence": _OBJECTS,
    "numpyro.distributions.kl.kl_divergence": _OBJECTS,
    "pyro.distributions.kl_divergence": _OBJECTS,
    "tensorflow_probability.distributions.kl_divergence": Signature(
        ("distribution_a", "distribution_b", "allow_nan_stats", "name"),
        "distribution_a",
        "distribution_b",
        p_is_log=None,
        q_is_log=None,
        zeros=_OBJECTS.zeros,
        negative=_OBJECTS.negative,
        library="TensorFlow Probability",
    ),
    "keras.losses.kl_divergence": _KERAS,
    "optax.losses.kl_divergence": Signature(
        ("log_predictions", "targets", "axis", "where"),
        "targets",
        "log_predictions",
        q_is_log=True,
        reduction="sum over the last axis",
        zeros="An outcome with P = 0 adds 0; one with Q = 0 < P gives ∞.",
        negative="It comes out negative when log_predictions holds no logarithms.",
        library="Optax",
    ),
    "optax.losses.kl_divergence_with_log_targets": Signature(
        ("log_predictions", "log_targets", "axis", "where"),
        "log_targets",
        "log_predictions",
        p_is_log=True,
        q_is_log=True,
        reduction="sum over the last axis",
        negative="It comes out negative when an argument holds no logarithms.",
        library="Optax",
    ),
    "optax.losses.convex_kl_divergence": Signature(
        ("log_predictions", "targets", "axis", "where"),
        "targets",
        "log_predictions",
        q_is_log=True,
        reduction="sum over the last axis",
        negative="Never: it adds Σ(q − p), which is 0 for distributions.",
        library="Optax",
    ),
    "scipy.stats.entropy": Signature(
        ("pk", "qk", "base", "axis", "nan_policy", "keepdims"),
        "pk",
        "qk",
        reduction="sum over axis 0",
        zeros="An outcome with P = 0 adds 0; one with Q = 0 < P makes the result ∞.",
        negative="It normalises both arguments first, so the result is never negative.",
        library="SciPy",
    ),
    "scipy.special.rel_entr": _REL_ENTR,
    "scipy.special.kl_div": Signature(
        ("x", "y"),
        "x",
        "y",
        what="KL divergence with − x + y added to each term",
        zeros="An outcome with P = 0 adds y; one with Q = 0 < P gives ∞.",
        negative="No term is negative.",
        library="SciPy",
    ),
    "scipy.spatial.distance.jensenshannon": Signature(
        ("p", "q", "base", "axis", "keepdims"),
        "p",
        "q",
        reduction="sum over axis 0",
        what="square root of the Jensen–Shannon divergence: it is symmetric, and not KL",
        zeros="It is finite, however many zeros there are.",
        negative="It is never negative.",
        library="SciPy",
    ),
}
for _alias, _name in {
    "keras.metrics.kl_divergence": "keras.losses.kl_divergence",
    "keras.losses.kullback_leibler_divergence": "keras.losses.kl_divergence",
    "keras.metrics.kullback_leibler_divergence": "keras.losses.kl_divergence",
    "keras.losses.kld": "keras.losses.kl_divergence",
    "keras.losses.KLD": "keras.losses.kl_divergence",
    "keras.metrics.kld": "keras.losses.kl_divergence",
    "keras.metrics.KLD": "keras.losses.kl_divergence",
    "optax.kl_divergence": "optax.losses.kl_divergence",
    "optax.kl_divergence_with_log_targets": "optax.losses.kl_divergence_with_log_targets",
    "optax.convex_kl_divergence": "optax.losses.convex_kl_divergence",
    "jax.scipy.special.rel_entr": "scipy.special.rel_entr",
    "jax.scipy.special.kl_div": "scipy.special.kl_div",
    "cupyx.scipy.special.rel_entr": "scipy.special.rel_entr",
    "cupyx.scipy.special.kl_div": "scipy.special.kl_div",
}.items():
    FUNCTIONS[_alias] = FUNCTIONS[_name]

CLASSES: dict[str, Signature] = {
    "torch.nn.KLDivLoss": _TORCH_CLASS,
    "torch.nn.modules.loss.KLDivLoss": _TORCH_CLASS,
    "torch.nn.modules.KLDivLoss": _TORCH_CLASS,
    "keras.losses.KLDivergence": _KERAS_CLASS,
    "keras.metrics.KLDivergence": _KERAS_CLASS,
}
# Layers whose output is P, and the parameter that is Q.
LAYERS = {
    f"tensorflow_probability.layers.{name}": "distribution_b"
    for name in ("KLDivergenceAddLoss", "KLDivergenceRegularizer")
}
# What `compile(loss=…)` and `get(…)` of Keras read as KL divergence.
KERAS_STRINGS = frozenset(
    {"kl_divergence", "kld", "KLD", "KLDivergence", "kullback_leibler_divergence"}
)

# What people call these modules where a line does not say.
USUAL = {
    "F": "torch.nn.functional",
    "nn": "torch.nn",
    "torch": "torch",
    "functional": "torch.nn.functional",
    "np": "numpy",
    "jnp": "jax.numpy",
    "tf": "tensorflow",
    "keras": "keras",
    "K": "keras.backend",
    "tfp": "tensorflow_probability",
    "tfd": "tensorflow_probability.distributions",
    "optax": "optax",
    "scipy": "scipy",
    "stats": "scipy.stats",
    "special": "scipy.special",
    "distance": "scipy.spatial.distance",
    "distributions": "torch.distributions",
    "jax": "jax",
    "math": "math",
    "numpyro": "numpyro",
    "pyro": "pyro",
    "losses": "keras.losses",
    "ops": "keras.ops",
}
# Names that mean one thing wherever they are imported from; and those that do not.
ALONE = {
    "KLDivLoss": "torch.nn.KLDivLoss",
    "KLDivergence": "keras.losses.KLDivergence",
    "rel_entr": "scipy.special.rel_entr",
    "jensenshannon": "scipy.spatial.distance.jensenshannon",
    "kullback_leibler_divergence": "keras.losses.kullback_leibler_divergence",
}
UNCLEAR = {
    "ratio": (
        "What is `ratio` the ratio of? With ratio = exp(log q − log p) on samples from P, this is "
        "k3, an estimate of KL(P‖Q): paste the line that sets it too."
    ),
    "entropy": "Is `entropy` from scipy.stats? Then the first argument is P and the second is Q.",
    "kl_div": (
        "Is `kl_div` from torch.nn.functional (then the first argument is Q, as logarithms) or "
        "from scipy.special (then the first is P)?"
    ),
    "kl_divergence": (
        "Where is `kl_divergence` imported from? In torch.distributions and TensorFlow Probability "
        "the first argument is P; in Keras it is y_true, also P; in Optax it is log Q."
    ),
}
_TF_KERAS = re.compile(r"^(?:tensorflow\.)(?:python\.)?keras\.|^tf_keras\.|^keras\.src\.")


def canonical(name: str) -> str:
    """The name by which the tables know a function: tf.keras as keras."""
    return _TF_KERAS.sub("keras.", name)
