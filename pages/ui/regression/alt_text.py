"""What the charts show, in words, for who cannot see them."""

from __future__ import annotations

from collections.abc import Mapping

from pages.ui import formatting as fmt
from pages.ui.regression.lossframes import What
from pages.ui.regression.noises import SHORT


def one_residual(costs: Mapping[str, tuple[float, float]], r: float, what: What) -> str:
    """What a chart of losses, or of pulls, shows."""
    name, unit = {"loss": ("loss", "nats"), "pull": ("pull", "nats per unit of y")}[what]
    each = "; ".join(
        f"{SHORT[noise]} {fmt.number(values[what == 'pull'])}" for noise, values in costs.items()
    )
    return (
        f"Line chart of the {name} of one residual from −6 to 6 under each noise. "
        f"At {fmt.number(r)}, in {unit}: {each}."
    )


def divergences(nearest: Mapping[str, float], truth: str) -> str:
    """What the bars of KL show."""
    each = "; ".join(f"{SHORT[noise]} {fmt.number(nats)}" for noise, nats in nearest.items())
    return f"Bars of KL in nats from {truth} to the nearest noise of each assumed kind: {each}."
