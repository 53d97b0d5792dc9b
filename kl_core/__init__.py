"""KL divergence and its relatives, exact at the edges, on numpy alone.

The conventions, which hold for every function here:

- P is the truth, Q the model, always in that order.
- Results are in nats, or in units of log(base) where `base=` is given.
- Outcomes lie along the last axis, or along `axis=`, counted in each argument as it is passed.
  The other axes are a batch, and batches broadcast.
- 0·log 0 = 0. q = 0 < p gives inf.
- Nothing is clipped, and nothing normalised silently: a distribution is finite, not negative and
  sums to 1 within 1e-9 (float32: 1e-5). Anything else raises ValueError; see `normalize`.
- float32 stays float32. Everything else is computed in float64.
- One row gives a number, a batch an array.
"""

from kl_core.discrete import (
    cross_entropy,
    entropy,
    kl_divergence,
    kl_terms,
    normalize,
    perplexity,
)
from kl_core.divergences import (
    chi2_divergence,
    hellinger_distance,
    jeffreys_divergence,
    js_divergence,
    mutual_information,
    renyi_divergence,
    total_variation,
)
from kl_core.softmax import kl_divergence_from_logits, log_softmax, smooth_labels, softmax

__all__ = [
    "chi2_divergence",
    "cross_entropy",
    "entropy",
    "hellinger_distance",
    "jeffreys_divergence",
    "js_divergence",
    "kl_divergence",
    "kl_divergence_from_logits",
    "kl_terms",
    "log_softmax",
    "mutual_information",
    "normalize",
    "perplexity",
    "renyi_divergence",
    "smooth_labels",
    "softmax",
    "total_variation",
]
