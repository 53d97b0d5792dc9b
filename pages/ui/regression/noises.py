"""The four noises that a line is fitted under: what they are called. Plain data.

Their order is that of every chart and table; their colours and dashes are the charts'.
"""

from __future__ import annotations

from dataclasses import dataclass

DF = 3.0  # degrees of freedom of the Student-t model


@dataclass(frozen=True)
class Noise:
    """One assumed noise: its title, its short name in charts, and the loss that it makes."""

    title: str
    short: str
    loss: str


NOISES: dict[str, Noise] = {
    "normal": Noise("Gaussian, fixed σ", "least squares", "the square of the residual"),
    "laplace": Noise("Laplace", "Laplace", "its absolute value"),
    "student_t": Noise(
        "Student-t, 3 df", "Student-t", "like the square near 0, like a logarithm far off"
    ),
    "heteroscedastic": Noise(
        "Gaussian, growing σ", "growing σ", "the square, divided by a variance that depends on x"
    ),
}
SHORT = {key: noise.short for key, noise in NOISES.items()}
