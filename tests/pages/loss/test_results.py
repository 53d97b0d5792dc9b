"""What the page computes, against hand values, SciPy and plain loops; and its script, run."""

import math
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import special, stats

import kl_core
from pages.ui.loss import results
from pages.ui.loss.presets import PRESETS
from pages.ui.loss.results import solve
from pages.ui.loss.state import Sample
from tests.made_up import CE, KL, a_run

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = {preset.key: preset.state for preset in PRESETS}
EACH = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)


@EACH
def test_both_losses_are_scipys(sample):
    one, q = solve(sample), special.softmax(sample.logits)
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
def test_the_exact_descents_are_the_same_and_the_losses_differ_by_h_of_p(sample):
    kl, cross_entropy = solve(sample.with_descent(keras=False)).paths
    np.testing.assert_array_equal(kl.q, cross_entropy.q)
    entropy = stats.entropy(results.target(sample))
    np.testing.assert_allclose(cross_entropy.loss - kl.loss, entropy, atol=1e-12)
    assert len(kl.loss) == sample.descent.steps + 1


def test_the_first_step_of_a_hand_calculation():
    # Two equal logits: gradient ∓½; a step of size 2 leads to ±1, and q to 1/(1 + e⁻²).
    sample = Sample(("a", "b"), (0, 0)).with_descent(rate=2, steps=1)
    kl, _ = solve(sample).paths
    assert kl.q[-1][0] == pytest.approx(1 / (1 + math.exp(-2)), rel=1e-14)
    assert kl.loss.tolist() == pytest.approx([math.log(2), math.log(1 + math.exp(-2))], rel=1e-12)


def test_from_the_dead_zone_kerass_kl_does_not_move_and_its_cross_entropy_learns():
    kl, cross_entropy = solve(SAMPLES["wrong"]).paths
    assert SAMPLES["wrong"].descent.keras
    assert kl.q[-1][0] == pytest.approx(kl.q[0][0], rel=1e-3)
    assert kl.loss[-1] == pytest.approx(16.118, abs=5e-4)
    assert cross_entropy.q[-1][0] > 0.9


def test_the_threshold_of_the_dead_zone_is_where_q_is_1e_7():
    for sample in SAMPLES.values():
        edge = solve(sample).threshold
        logits = list(sample.logits)
        logits[sample.true] = edge
        assert special.softmax(logits)[sample.true] == pytest.approx(1e-7, rel=1e-9)


@EACH
def test_the_sweep_contains_the_samples_own_values(sample):
    sweep, current = solve(sample).sweep, solve(sample).current
    assert (np.diff(sweep.logit) >= 0).all()
    at = int(np.flatnonzero(sweep.logit == sample.logits[sample.true])[0])
    for name in vars(current):
        assert getattr(sweep, name)[at] == pytest.approx(float(getattr(current, name)), abs=1e-14)


def test_in_the_dead_zone_kl_is_constant_and_cross_entropy_from_logits_is_not():
    sweep = solve(SAMPLES["start"]).sweep
    dead = sweep.logit < solve(SAMPLES["start"]).threshold
    assert dead.sum() > 20
    assert abs(sweep.kl_gradient[dead]).max() <= 1e-6
    np.testing.assert_allclose(sweep.kl[dead], -math.log(1e-7), atol=1e-4)
    np.testing.assert_allclose(sweep.from_logits_gradient[dead], -1, atol=1e-6)
    assert sweep.clipped_gradient[dead].tolist() == [0] * dead.sum()
    # Without a clip the loss grows by one nat per unit: −ln q = ln 4 − z, nearly.
    np.testing.assert_allclose(sweep.from_logits[dead], math.log(4) - sweep.logit[dead], atol=1e-6)


def test_the_clipped_zeros_of_p_change_kl_by_at_most_2e_5():
    logits = np.random.default_rng(0).uniform(-20, 20, (500, 10))
    logits = np.concatenate([logits, np.eye(10)[:1] * -20])  # the other nine are equal
    q = np.maximum(special.softmax(logits, axis=1), 1e-7)
    of_keras = kl_core.keras_kl_divergence(np.eye(10)[0], special.softmax(logits, axis=1))
    change = of_keras + np.log(q[:, 0])
    assert abs(change).max() <= 2e-5
    assert change[-1] == pytest.approx(9e-7 * math.log(9e-7), rel=1e-3)  # the largest, by hand


@EACH
def test_the_gradients_in_a_moving_target_differ_by_that_of_h_of_p(sample):
    moving = solve(sample).moving
    p = moving.p
    by_hand = p * (-np.log(p) - stats.entropy(p))  # ∂H(P)/∂wᵢ
    np.testing.assert_allclose(moving.entropy, by_hand, atol=1e-14)
    np.testing.assert_allclose(moving.cross_entropy - moving.kl, by_hand, atol=1e-14)
    assert moving.smoothed == (not results.target(sample).all())


def test_the_dead_zone_is_counted_by_loss_and_epoch():
    runs = [a_run(CE, 1), dying(a_run(KL, 1), 5, 2), dying(a_run(KL, 2), 1, 0)]
    images = runs[0].images["training"]
    counts = results.counts(runs)
    assert [(c.loss, c.epoch, c.runs, c.images, c.dead) for c in counts] == [
        ("KL divergence", 1, 2, 2 * images, 6),
        ("KL divergence", 2, 2, 2 * images, 2),
        ("Categorical cross-entropy", 1, 1, images, 0),
        ("Categorical cross-entropy", 2, 1, images, 0),
    ]
    assert results.highest_rate(counts) == pytest.approx(1e6 * 6 / (2 * images))
    assert results.counts([]) == ()


def dying(run, *dead):
    """The run with so many images in the dead zone, epoch by epoch."""
    history = zip(run.history, dead, strict=True)
    return replace(run, history=tuple(replace(e, dead_zone=count) for e, count in history))


@pytest.mark.parametrize("key", ["wrong", "smoothed", "undecided"])
def test_the_script_prints_what_the_page_shows(key):
    sample = SAMPLES[key]
    out = subprocess.run(
        [sys.executable, "-W", "error", "-c", results.script(sample)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    one = solve(sample)

    def printed(before: str) -> list[float]:
        (line,) = re.findall(rf"^{re.escape(before)}([^a-z]*(?:e-\d+[^a-z]*)*)", out, re.MULTILINE)
        return [float(x) for x in re.findall(r"-?\d[\d.]*(?:e[+-]\d+)?", line)]

    assert printed("KL(P‖Q) =") == pytest.approx([one.kl])
    assert printed("H(P, Q) =") == pytest.approx([one.cross_entropy])
    assert printed("H(P) =") == pytest.approx([one.entropy], abs=1e-12)
    first = sample.names[0]
    gradient = printed(f"gradient of both losses in the logit of {first}:")
    assert gradient == pytest.approx([one.gradient[0]])
    assert np.allclose(array_after(out, "Q after descent on KL:"), one.paths[0].q[-1])
    assert np.allclose(array_after(out, "Q after descent on H(P, Q):"), one.paths[1].q[-1])
    assert printed("Keras's KL =") == pytest.approx([float(one.current.kl)])
    assert printed("Keras's cross-entropy, from logits:")[:1] == pytest.approx(
        [float(one.current.from_logits)]
    )
    assert np.allclose(
        array_after(out, "gradient of KL(P‖Q) in P's logits:"), one.moving.kl, atol=1e-7
    )
    assert np.allclose(
        array_after(out, "gradient of H(P, Q) in P's logits:"), one.moving.cross_entropy, atol=1e-7
    )


def array_after(out: str, before: str) -> list[float]:
    """The numbers of an array that numpy printed, perhaps over several lines."""
    inside = out.partition(f"{before} [")[2].partition("]")[0]
    return [float(x) for x in inside.split()]
