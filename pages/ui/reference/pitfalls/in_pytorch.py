"""Where KL divergence goes wrong in PyTorch."""

from __future__ import annotations

import math

import numpy as np

import kl_core
from pages.ui.reference.pitfalls.pitfall import FAIR, LOADED, Pitfall

PITFALLS = (
    Pitfall(
        "`F.kl_div(input, target)` is KL(target‖input): the model comes first, the truth "
        "second. Pass P and Q as you read KL(P‖Q), and you get KL(Q‖P).",
        ("PyTorch #57459",),
        "p = torch.tensor([0.5, 0.5])\n"
        "q = torch.tensor([0.9, 0.1])\n"
        'F.kl_div(p.log(), q, reduction="sum")',
        lambda: kl_core.torch_kl_div(np.log(FAIR), LOADED, reduction="sum"),
        lambda: kl_core.kl_divergence(FAIR, LOADED),
    ),
    Pitfall(
        "`F.kl_div` wants the logarithms of the model’s probabilities. The probabilities "
        "themselves pass unnoticed, and the result can be below 0.",
        ("PyTorch #5282",),
        "p = torch.tensor([0.5, 0.5])\n"
        "q = torch.tensor([0.9, 0.1])\n"
        'F.kl_div(q, p, reduction="sum")',
        lambda: kl_core.torch_kl_div(LOADED, FAIR, reduction="sum"),
        lambda: kl_core.kl_divergence(FAIR, LOADED),
    ),
    Pitfall(
        'The default, `reduction="mean"`, divides by the number of outcomes as well. For the '
        'mean over a batch of rows, ask for `reduction="batchmean"`.',
        ("PyTorch #2259", "PyTorch: torch.nn.KLDivLoss"),
        "p = torch.tensor([[0.5, 0.5]])\nq = torch.tensor([[0.9, 0.1]])\nF.kl_div(q.log(), p)",
        lambda: kl_core.torch_kl_div(np.log([LOADED]), [FAIR]),
        lambda: kl_core.kl_divergence(FAIR, LOADED),
    ),
    Pitfall(
        "An outcome that both P and Q rule out should add nothing. In `F.kl_div` it spoils the "
        "sum: 0 times −∞ is not a number.",
        ("PyTorch: torch.nn.KLDivLoss",),
        'p = torch.tensor([1.0, 0.0])\nF.kl_div(p.log(), p, reduction="sum")',
        lambda: kl_core.torch_kl_div([0, -math.inf], [1, 0], reduction="sum"),
        lambda: kl_core.kl_divergence([1, 0], [1, 0]),
    ),
    Pitfall(
        "Where P and Q all but agree, rounding in float32 can leave the sum of `F.kl_div` just "
        "below 0.",
        ("PyTorch #32520",),
    ),
)
