"""Pitfalls of KL divergence in PyTorch."""

from __future__ import annotations

import math

import numpy as np

import kl_core
from pages.ui.reference.pitfalls.pitfall import FAIR, LOADED, Pitfall

PITFALLS = (
    Pitfall(
        "`F.kl_div(input, target)` is KL(target‖input): the model is the first argument. If you "
        "pass P and Q in the order of KL(P‖Q), the result is KL(Q‖P).",
        ("PyTorch #57459",),
        "p = torch.tensor([0.5, 0.5])\n"
        "q = torch.tensor([0.9, 0.1])\n"
        'F.kl_div(p.log(), q, reduction="sum")',
        lambda: kl_core.torch_kl_div(np.log(FAIR), LOADED, reduction="sum"),
        lambda: kl_core.kl_divergence(FAIR, LOADED),
    ),
    Pitfall(
        "`F.kl_div` expects the logarithms of the model’s probabilities. It accepts probabilities "
        "without an error, and the result can be negative.",
        ("PyTorch #5282",),
        "p = torch.tensor([0.5, 0.5])\n"
        "q = torch.tensor([0.9, 0.1])\n"
        'F.kl_div(q, p, reduction="sum")',
        lambda: kl_core.torch_kl_div(LOADED, FAIR, reduction="sum"),
        lambda: kl_core.kl_divergence(FAIR, LOADED),
    ),
    Pitfall(
        'The default, `reduction="mean"`, also divides by the number of outcomes. For the mean '
        'over a batch, use `reduction="batchmean"`.',
        ("PyTorch #2259", "PyTorch: torch.nn.KLDivLoss"),
        "p = torch.tensor([[0.5, 0.5]])\nq = torch.tensor([[0.9, 0.1]])\nF.kl_div(q.log(), p)",
        lambda: kl_core.torch_kl_div(np.log([LOADED]), [FAIR]),
        lambda: kl_core.kl_divergence(FAIR, LOADED),
    ),
    Pitfall(
        "An outcome with probability 0 under both P and Q should add 0. In `F.kl_div` it makes the "
        "sum NaN, because 0 times −∞ is NaN.",
        ("PyTorch: torch.nn.KLDivLoss",),
        'p = torch.tensor([1.0, 0.0])\nF.kl_div(p.log(), p, reduction="sum")',
        lambda: kl_core.torch_kl_div([0, -math.inf], [1, 0], reduction="sum"),
        lambda: kl_core.kl_divergence([1, 0], [1, 0]),
    ),
    Pitfall(
        "If P and Q are nearly equal, rounding in float32 can make the result of `F.kl_div` "
        "slightly negative.",
        ("PyTorch #32520",),
    ),
)
