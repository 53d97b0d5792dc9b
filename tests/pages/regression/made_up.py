"""A study of two true noises, each error known to a tenth of it."""

from models.noise.study import Cell, Scored, Study
from pages.ui.regression.state import NOISES


def a_cell(truth: str, share: float, errors: list[float], nats: list[float]) -> Cell:
    """A cell with these errors, each known to a tenth of it."""
    models = tuple(
        Scored(
            noise,
            near,
            error,
            (0.9 * error, 1.1 * error),
            error / errors[0],
            (0.9 * error / errors[0], 1.1 * error / errors[0]),
            0,
        )
        for noise, error, near in zip(NOISES, errors, nats, strict=True)
    )
    return Cell(truth, share, 100, 0.8, truth == "normal", models)


STUDY = Study(
    schema=1,
    seed=1,
    repeats=100,
    n=40,
    python="3",
    numpy="2",
    rank_correlation=0.8,
    rank_interval=(0.7, 0.9),
    agreement=0.5,
    agreement_interval=(0.25, 0.75),
    cells=(
        a_cell("normal", 0.0, [0.2, 0.25, 0.21, 0.2], [0.0, 0.05, 0.04, 0.0]),
        a_cell("normal", 0.2, [0.8, 0.3, 0.28, 0.9], [0.6, 0.2, 0.1, 0.6]),
        a_cell("laplace", 0.0, [0.3, 0.24, 0.24, 0.3], [0.07, 0.0, 0.01, 0.07]),
        a_cell("laplace", 0.2, [0.9, 0.3, 0.31, 0.9], [0.5, 0.1, 0.09, 0.5]),
    ),
)
