"""Which noise model gives the most accurate line: four models under four true noises, simulated.

40 points on a fixed grid of x from −2 to 2 around the line 1 + ½x. The true noise is Gaussian,
Laplace, Student-t or heteroscedastic Gaussian (log σ grows by ½ a unit of x), scaled so that the
median of |noise| at x = 0 is that of N(0, 1). A fraction of the points, the outliers, have noise
N(0, 10²) in its place. Each noise model of kl_core.NOISES is fitted to the same points.
"""

from __future__ import annotations

import math
import platform
from collections.abc import Callable
from itertools import product

import numpy as np
from numpy.typing import NDArray

import kl_core
from kl_core import NOISES, Contaminated, Laplace, Normal, StudentT
from models.evaluation import statistics
from models.noise.study import SCHEMA, Cell, Interval, Scored, Study

REPEATS, SEED, RESAMPLES = 1000, 1, 2000
N, REACH, INTERCEPT, SLOPE = 40, 2.0, 1.0, 0.5
SHARES = (0.0, 0.05, 0.1, 0.2)
DF, GROWTH, OUTLIERS = 3, 0.5, 10.0
MEDIAN = 0.6744897501960817  # of |noise| under N(0, 1)
EQUAL = 1e-9  # nats; models whose KL differs by less have the same rank

Errors = NDArray[np.float64]


def true_noise(truth: str, share: float) -> Contaminated:
    """The distribution of y − line at each x of the grid."""
    at = grid()
    cores: dict[str, Normal | Laplace | StudentT] = {
        "normal": Normal(0 * at, 1),
        "laplace": Laplace(0 * at, MEDIAN / math.log(2)),
        "student_t": StudentT(DF, 0 * at, MEDIAN / statistics.t_quantile(0.75, DF)),
        "heteroscedastic": Normal(0, np.exp(GROWTH * at)),
    }
    return Contaminated(cores[truth], Normal(0, OUTLIERS), share)


def grid() -> Errors:
    """The x of the points."""
    return np.linspace(-REACH, REACH, N)


def line_error(intercept: float, slope: float) -> float:
    """Root mean square error to the true line over x in [−2, 2]."""
    return math.hypot(intercept - INTERCEPT, (slope - SLOPE) * REACH / math.sqrt(3))


def run(
    repeats: int = REPEATS, seed: int = SEED, on_cell: Callable[[Cell], None] = lambda cell: None
) -> Study:
    """Simulate every cell. Raises ValueError unless repeats ≥ 2 and seed ≥ 0."""
    if repeats < 2:
        raise ValueError(f"--repeats must be at least 2; got {repeats}.")
    if seed < 0:
        raise ValueError(f"--seed must be at least 0; got {seed}.")
    cells, ranks, agreements = [], [], []
    for i, (truth, share) in enumerate(product(NOISES, SHARES)):
        rng = np.random.default_rng([seed, i])
        errors = _errors(true_noise(truth, share), repeats, rng)
        cell = score(truth, share, errors)
        on_cell(cell)
        cells.append(cell)
        divergences, means = _divergences(cell), _resampled(errors, rng)
        ranks.append(rank_correlations(divergences, means))
        agreements.append(agree(divergences, means))
    return Study(
        schema=SCHEMA,
        seed=seed,
        repeats=repeats,
        n=N,
        python=platform.python_version(),
        numpy=np.__version__,
        rank_correlation=float(np.mean([cell.rank_correlation for cell in cells])),
        rank_interval=_percentiles(np.mean(ranks, axis=0)),
        agreement=float(np.mean([cell.agrees for cell in cells])),
        agreement_interval=_percentiles(np.mean(agreements, axis=0)),
        cells=tuple(cells),
    )


def _errors(noise: Contaminated, repeats: int, rng: np.random.Generator) -> Errors:
    """Errors (repeats, models); nan where a fit failed."""
    x = grid()
    ys = INTERCEPT + SLOPE * x + noise.sample(rng, repeats)
    return np.array([[_error(x, y, model) for model in NOISES] for y in ys])


def _error(x: Errors, y: Errors, model: str) -> float:
    try:
        fit = kl_core.fit_line(x, y, model, df=DF)
    except ValueError:
        return math.nan
    return line_error(fit.intercept, fit.slope)


def score(truth: str, share: float, errors: Errors) -> Cell:
    """Summarise the errors (repeats, models) of a cell; repeats with a failed fit are left out."""
    kept, failed = _kept(errors), np.isnan(errors).sum(axis=0)
    baseline = kept[:, NOISES.index("normal")]  # least squares
    models = tuple(
        _scored(model, divergence(truth, share, model), kept[:, i], baseline, int(failed[i]))
        for i, model in enumerate(NOISES)
    )
    divergences = np.array([model.divergence for model in models])
    means = kept.mean(axis=0, keepdims=True)
    return Cell(
        truth=truth,
        share=share,
        repeats=len(kept),
        rank_correlation=float(rank_correlations(divergences, means)[0]),
        agrees=bool(agree(divergences, means)[0]),
        models=models,
    )


def divergence(truth: str, share: float, model: str) -> float:
    """The lowest KL(true noise‖model) over the model's scale, in nats, the mean over the grid."""
    noise = true_noise(truth, share)
    return kl_core.nearest_noise(noise, model, x=grid(), df=DF).divergence


def _divergences(cell: Cell) -> Errors:
    return np.array([model.divergence for model in cell.models])


def _kept(errors: Errors) -> Errors:
    return errors[~np.isnan(errors).any(axis=1)]


def _scored(model: str, nats: float, errors: Errors, baseline: Errors, failed: int) -> Scored:
    mean, base = float(errors.mean()), float(baseline.mean())
    ratio = mean / base
    parts = ratio + (errors - ratio * baseline) / base  # the delta method: their mean is the ratio
    return Scored(
        noise=model,
        divergence=nats,
        error=mean,
        error_interval=statistics.Differences(tuple(errors.tolist())).interval,
        ratio=ratio,
        ratio_interval=statistics.Differences(tuple(parts.tolist())).interval,
        failed=failed,
    )


def _resampled(errors: Errors, rng: np.random.Generator) -> Errors:
    """Mean errors (resamples, models) of bootstrap resamples, paired across models."""
    kept = _kept(errors)
    counts = rng.multinomial(len(kept), np.full(len(kept), 1 / len(kept)), RESAMPLES)
    return counts @ kept / len(kept)


def rank_correlations(divergences: Errors, means: Errors) -> Errors:
    """Spearman's rank correlation of the divergences with each row of mean errors.

    Divergences that differ by less than 1e-9 nats share their ranks.
    Source: Spearman (1904).
    """
    first = _ranks(np.round(divergences / EQUAL)[None])
    second = _ranks(means)
    first, second = (ranks - ranks.mean(axis=1, keepdims=True) for ranks in (first, second))
    scale = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    return (first * second).sum(axis=1) / scale


def _ranks(values: Errors) -> Errors:
    """Ranks along the last axis; ties get their mean rank."""
    below = (values[..., None, :] < values[..., None]).sum(axis=-1)
    upto = (values[..., None, :] <= values[..., None]).sum(axis=-1)
    return (below + upto + 1) / 2


def agree(divergences: Errors, means: Errors) -> NDArray[np.bool_]:
    """For each row of mean errors: whether the lowest is of a model with the lowest divergence."""
    best = divergences <= divergences.min() + EQUAL
    return best[np.argmin(means, axis=1)]


def _percentiles(values: Errors) -> Interval:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
