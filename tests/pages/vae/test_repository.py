"""The recorded VAEs, as the page speaks of them, and their figures as tables."""

import numpy as np
import pytest

from models.vae import record
from pages.ui.vae import prose, repository, results
from tests.made_up_vaes import BETAS, RATES, a_vae

RUNS = {beta: a_vae(beta) for beta in BETAS}
EVERY = pytest.mark.parametrize("beta", record.BETAS)


def test_all_are_here_and_none_is_damaged():
    runs, damaged = repository.recorded()
    assert tuple(runs) == record.BETAS
    assert damaged == {}


@EVERY
def test_each_can_be_opened_and_decodes_its_codes(beta):
    vae = repository.opened(repository.recorded()[0][beta])
    assert len(vae.codes.labels) == 2000
    assert set(vae.codes.labels.tolist()) == set(range(10))
    pictures = vae.decode(vae.codes.mean[:5])
    assert pictures.shape == (5, 28, 28)
    assert pictures.max() > 128
    # Test pictures of which the codes are kept are a fifth of all: their mean KL is about theirs.
    rates = record.rates(vae.codes).mean(axis=0)
    assert rates == pytest.approx(vae.run.rates, rel=0.1)


def test_the_dearer_the_code_the_less_it_says_and_the_worse_the_picture():
    runs = list(repository.recorded()[0].values())
    rates = [run.last.test_rate for run in runs]
    assert np.all(np.diff(rates) < 0)
    assert "the picture pays" in prose.over_beta(repository.recorded()[0])


def test_without_a_price_the_codes_leave_the_prior_and_with_one_they_keep_to_it():
    runs = repository.recorded()[0]
    shares = [results.share_within(repository.opened(run).codes, 3) for run in runs.values()]
    assert shares[0] < prose.FEW
    assert shares[-1] > prose.MOST


def test_the_table_of_dimensions_says_which_has_collapsed():
    table = repository.dimensions(RUNS)
    assert table["is"].tolist() == ["used"] * 5 + ["collapsed"]
    assert table["dimension"].tolist() == ["z₁", "z₂"] * 3


def test_the_saved_figures_have_a_row_for_each_net_and_all_digits():
    table = repository.figures(RUNS)
    assert table["beta"].tolist() == list(BETAS)
    assert table["rate_nats"].tolist() == [RATES[beta] for beta in BETAS]
    assert table["test_images"].tolist() == [10_000] * 3
    assert table["variance_of_means_2"].tolist() == [80.0, 0.9, 0.001]
