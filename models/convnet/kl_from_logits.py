"""KL divergence as a Keras loss that takes logits: finite, and with a gradient wherever Q is wrong.

    model.compile(optimizer="adam", loss=KLDivergenceFromLogits())

The last layer of the model then has no softmax. This file needs nothing but Keras 3: copy it whole.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

# The smallest normal numbers.
TINY = {"float16": 6.104e-5, "bfloat16": 1.1755e-38, "float32": 1.1755e-38, "float64": 2.2251e-308}


@keras.saving.register_keras_serializable(package="kl_core")
class KLDivergenceFromLogits(keras.losses.Loss):
    """KL(P‖Q) = Σ pᵢ (log pᵢ − log qᵢ) in nats, with q = softmax(y_pred) along `axis`.

    y_true: P, labels one-hot or soft; y_pred: logits, of the same shape (…, k) → (…).
    from_logits: False if y_pred holds probabilities. Then q below the smallest normal number of
        the loss's dtype (1.2e-38 in float32) counts as that number, and its gradient is 0.
    label_smoothing: this part of P is spread evenly over the k classes.
    Masks, sample weights and `reduction` are those of any Keras loss.

    `keras.losses.KLDivergence` clips P and Q to [1e-7, 1]: a sample whose true class has q < 1e-7
    costs at most 16.118 nats there, and has no gradient.
    """

    def __init__(
        self,
        from_logits: bool = True,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "kl_divergence_from_logits",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        if not 0 <= label_smoothing < 1:
            raise ValueError(f"label_smoothing must lie in [0, 1); got {label_smoothing!r}.")
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The divergence of each sample: (…, k) → (…)."""
        q = ops.convert_to_tensor(y_pred)
        p = ops.cast(y_true, q.dtype)
        if p.shape[self.axis] != q.shape[self.axis]:
            raise ValueError(
                f"y_true and y_pred must have as many classes; got {p.shape} and {q.shape}."
            )
        if self.label_smoothing:
            classes = q.shape[self.axis]
            p = p * (1 - self.label_smoothing) + self.label_smoothing / classes
        if self.from_logits:
            log_q = ops.log_softmax(q, axis=self.axis)
        else:
            log_q = ops.log(ops.maximum(q, TINY[keras.backend.standardize_dtype(q.dtype)]))
        # 0 · log 0 = 0, also in the gradient: so neither logarithm is taken where p is 0.
        counts = p > 0
        log_p = ops.log(ops.where(counts, p, 1.0))
        return ops.sum(p * (log_p - ops.where(counts, log_q, 0.0)), axis=self.axis)

    def get_config(self) -> dict[str, Any]:
        """What the loss is made of, for a model that is saved with it."""
        own = {
            "from_logits": self.from_logits,
            "label_smoothing": self.label_smoothing,
            "axis": self.axis,
        }
        return {**super().get_config(), **own}
