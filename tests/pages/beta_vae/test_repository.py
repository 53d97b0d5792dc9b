"""The recorded VAEs, as the page speaks of them, and their figures as tables."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.special import logsumexp

from models.vae import record
from models.vae.record import Codes as Latents
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.beta_vae import latent_prose, prose, repository, results
from tests.made_up_vaes import BETAS, RATES, a_vae

RUNS = {beta: a_vae(beta) for beta in BETAS}
EVERY = pytest.mark.parametrize("beta", record.BETAS)


def test_all_are_here_and_none_is_damaged():
    runs, damaged = repository.recorded()
    assert tuple(runs) == record.BETAS
    assert damaged == {}


@EVERY
def test_each_can_be_opened_and_decodes_its_latents(beta):
    vae = repository.opened(repository.recorded()[0][beta])
    assert len(vae.latents.labels) == 2000
    assert set(vae.latents.labels.tolist()) == set(range(10))
    pictures = vae.decode(vae.latents.mean[:5])
    assert pictures.shape == (5, 28, 28)
    assert pictures.max() > 128
    # The latents of a fifth of the test images are kept: their mean KL is about that of all.
    rates = record.rates(vae.latents).mean(axis=0)
    assert rates == pytest.approx(vae.run.rates, rel=0.1)


def test_a_higher_beta_lowers_the_rate_and_worsens_the_reconstruction():
    runs = repository.recorded()[0]
    assert np.all(np.diff([run.last.test_rate for run in runs.values()]) < 0)
    assert np.all(np.diff([run.last.test_distortion for run in runs.values()]) > 0)
    said = prose.over_beta(runs)
    assert "**A higher β lowers the rate and worsens the reconstruction**" in said
    assert "(One network per β, one seed: the variation over seeds was not measured.)" in said


def test_at_beta_0_the_means_leave_the_prior_and_at_1_and_above_they_stay_within_its_circles():
    runs = repository.recorded()[0]
    parts = {
        beta: results.fraction_within(repository.opened(run).latents, 3)
        for beta, run in runs.items()
    }
    assert parts[0.0] < latent_prose.FEW
    assert min(part for beta, part in parts.items() if beta >= 1) > latent_prose.MOST


def test_where_both_dimensions_have_collapsed_the_decoder_returns_almost_one_image():
    """On all of the plane on show no pixel changes by more than 12 of 255 grey levels."""
    runs = repository.recorded()[0]
    collapsed = [run for run in runs.values() if len(run.collapsed) == 2]
    assert [run.beta for run in collapsed] == [100.0]
    for run in runs.values():
        vae = repository.opened(run)
        grid = vae.decode(results.tiles(vae.plane.reach)).astype(int)
        assert (np.ptp(grid, axis=0).max() <= 12) is np.bool_(run in collapsed)
        said = latent_prose.aggregate(run, vae.plane)
        assert ("almost the same image for every z in the plane" in said) is (run in collapsed)


def test_the_times_that_are_told_where_no_network_is_recorded_are_those_of_the_record():
    seconds = [
        sum(epoch.seconds for epoch in run.history) for run in repository.recorded()[0].values()
    ]
    least, median, most = (
        round(value / 60) for value in (min(seconds), np.median(seconds), max(seconds))
    )
    said = content.text("beta_vae/no-runs", command="")
    assert f"took {fmt.duration(sum(seconds))} on one thread" in said
    assert f"{least} to {most} minutes each, with a median of {median}." in said
    threads = {run.machine["threads"] for run in repository.recorded()[0].values()}
    assert threads == {"1"}


def test_a_rate_is_the_information_and_the_kl_of_the_aggregate_posterior_at_least():
    """On the 2,000 kept latents: E[KL(q(z|x)‖p)] − KL(q(z)‖p) = I(x; z), and I is at most ln n."""
    vae = repository.opened(repository.recorded()[0][1.0])
    mean, std = (each.astype(np.float64)[:400] for each in vae.latents[:2])
    rng = np.random.default_rng(0)
    z = mean + std * rng.standard_normal(mean.shape)
    log_each = stats.norm.logpdf(z[:, None], mean, std).sum(axis=2)  # ln q(zᵢ|xⱼ)
    log_aggregate = logsumexp(log_each, axis=1) - math.log(len(mean))
    information = np.mean(np.diag(log_each) - log_aggregate)
    to_prior = np.mean(log_aggregate - stats.norm.logpdf(z).sum(axis=1))
    rate = record.rates(Latents(mean, std, vae.latents.labels[:400])).sum(axis=1).mean()
    assert information + to_prior == pytest.approx(rate, abs=0.2)
    assert 0 < information <= math.log(len(mean))


def test_the_table_of_dimensions_says_which_has_collapsed():
    table = repository.dimensions(RUNS)
    assert table["state"].tolist() == ["active"] * 5 + ["collapsed"]
    assert table["dimension"].tolist() == ["z₁", "z₂"] * 3


def test_the_saved_figures_have_a_row_for_each_network_and_all_digits():
    table = repository.figures(RUNS)
    assert table["beta"].tolist() == list(BETAS)
    assert table["rate_nats"].tolist() == [RATES[beta] for beta in BETAS]
    assert table["test_images"].tolist() == [10_000] * 3
    assert table["variance_of_means_2"].tolist() == [80.0, 0.9, 0.001]
