"""What the page on losses computes, held against hand values, SciPy and plain loops."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import special, stats

from pages.ui.loss import cliff, deadzone, results
from pages.ui.loss.presets import PRESETS
from pages.ui.loss.sample import Sample
from tests.made_up import CE, KL, a_run

SAMPLES = {preset.key: preset.state for preset in PRESETS}
EACH = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)


@EACH
def test_both_losses_are_scipys(sample):
    one, q = results.solve(sample), special.softmax(sample.logits)
    p = results.target(sample)
    assert one.kl == pytest.approx(stats.entropy(p, q), rel=1e-12)
    assert one.entropy == pytest.approx(stats.entropy(p), abs=1e-15)
    assert one.cross_entropy == pytest.approx(stats.entropy(p) + stats.entropy(p, q), rel=1e-12)
    np.testing.assert_allclose(one.gradient, q - p, atol=1e-15)


def test_the_three_kinds_of_target():
    start = SAMPLES["start"]
    assert results.target(start).tolist() == [1, 0, 0, 0, 0]
    np.testing.assert_allclose(results.target(start.with_smoothing(0.1)), [0.92, *[0.02] * 4])
    by_hand = start.with_weights([2, 1, 1, 0, 0])
    assert results.target(by_hand).tolist() == [0.5, 0.25, 0.25, 0, 0]


@EACH
def test_the_exact_ways_down_are_one_path_with_h_of_p_between_the_losses(sample):
    kl, cross_entropy = results.ways(sample.with_descent(keras=False))
    np.testing.assert_array_equal(kl.q, cross_entropy.q)
    entropy = stats.entropy(results.target(sample))
    np.testing.assert_allclose(cross_entropy.loss - kl.loss, entropy, atol=1e-12)
    assert len(kl.loss) == sample.descent.steps + 1


def test_the_first_step_of_a_hand_calculation():
    # Two equal logits: slopes ∓½; a step of size 2 leads to ±1, and q to 1/(1 + e⁻²).
    sample = Sample(("a", "b"), (0, 0)).with_descent(rate=2, steps=1)
    kl, _ = results.ways(sample)
    assert kl.q[-1][0] == pytest.approx(1 / (1 + math.exp(-2)), rel=1e-14)
    assert kl.loss.tolist() == pytest.approx([math.log(2), math.log(1 + math.exp(-2))], rel=1e-12)


def test_from_the_dead_zone_kerass_kl_goes_nowhere_and_its_cross_entropy_learns():
    kl, cross_entropy = results.ways(SAMPLES["wrong"])
    assert SAMPLES["wrong"].descent.keras
    assert kl.q[-1][0] == pytest.approx(kl.q[0][0], rel=1e-3)
    assert kl.loss[-1] == pytest.approx(16.118, abs=5e-4)
    assert cross_entropy.q[-1][0] > 0.9


def test_the_border_of_the_dead_zone_is_where_q_is_1e_7():
    for sample in SAMPLES.values():
        edge = cliff.border(sample)
        logits = list(sample.logits)
        logits[sample.true] = edge
        assert special.softmax(logits)[sample.true] == pytest.approx(1e-7, rel=1e-9)


@EACH
def test_along_the_true_logit_stands_what_stands_there_itself(sample):
    places, along = cliff.along(sample)
    assert (np.diff(places) >= 0).all()
    at = int(np.flatnonzero(places == sample.logits[sample.true])[0])
    here = cliff.here(sample)
    for name in vars(here):
        assert getattr(along, name)[at] == pytest.approx(float(getattr(here, name)), abs=1e-14)


def test_below_the_border_kl_is_flat_at_its_ceiling_and_compiled_cross_entropy_is_steep():
    places, along = cliff.along(SAMPLES["start"])
    dead = places < cliff.border(SAMPLES["start"])
    assert dead.sum() > 20
    assert abs(along.kl_slope[dead]).max() <= 1e-6
    np.testing.assert_allclose(along.kl[dead], -math.log(1e-7), atol=1e-4)
    np.testing.assert_allclose(along.compiled_slope[dead], -1, atol=1e-6)
    assert along.eager_slope[dead].tolist() == [0] * dead.sum()
    # Without a clip the loss goes on, by one nat for each unit: −ln q = ln 4 − z, nearly.
    np.testing.assert_allclose(along.compiled[dead], math.log(4) - places[dead], atol=1e-6)


@EACH
def test_where_p_moves_the_slopes_part_by_that_of_h_of_p(sample):
    moving = results.moving(sample)
    p = moving.p
    by_hand = p * (-np.log(p) - stats.entropy(p))  # ∂H(P)/∂wᵢ
    np.testing.assert_allclose(moving.entropy, by_hand, atol=1e-14)
    np.testing.assert_allclose(moving.cross_entropy - moving.kl, by_hand, atol=1e-14)
    assert moving.softened == (not results.target(sample).all())


def test_the_dead_zone_is_counted_by_loss_and_epoch():
    runs = [a_run(CE, 1), dying(a_run(KL, 1), 5, 2), dying(a_run(KL, 2), 1, 0)]
    images = runs[0].images["training"]
    counts = deadzone.counts(runs)
    assert [(c.loss, c.epoch, c.runs, c.images, c.dead) for c in counts] == [
        ("KL divergence", 1, 2, 2 * images, 6),
        ("KL divergence", 2, 2, 2 * images, 2),
        ("Categorical cross-entropy", 1, 1, images, 0),
        ("Categorical cross-entropy", 2, 1, images, 0),
    ]
    assert deadzone.worst(counts) == pytest.approx(1e6 * 6 / (2 * images))
    assert deadzone.counts([]) == ()


def dying(run, *dead):
    """The run with so many images in the dead zone, epoch by epoch."""
    history = zip(run.history, dead, strict=True)
    return replace(run, history=tuple(replace(e, dead_zone=count) for e, count in history))
