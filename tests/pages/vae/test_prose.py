"""What the VAE page says, and its charts' alternative texts: each number from its data."""

from pages.ui.vae import prose, results
from pages.ui.vae.state import Posterior


def test_kl_is_the_sum_of_a_term_of_the_mean_and_one_of_the_standard_deviation():
    q = Posterior(2, 0.5)
    said = prose.kl(q, results.solve(q))
    # By hand: ½·4 = 2, and ½·(0.25 − 1) + ln 2 = 0.31815.
    assert "**KL(q‖p)** = 2.318 nats" in said
    assert f"The mean contributes {prose.MEAN_TERM} = 2, and" in said
    assert f"the standard deviation {prose.STD_TERM} = 0.3181." in said
    assert said.endswith("q is narrower than the prior.")
    wide, shifted = Posterior(0, 2), Posterior(1, 1)
    assert prose.kl(wide, results.solve(wide)).endswith("q is wider than the prior.")
    assert prose.kl(shifted, results.solve(shifted)).endswith(f"{prose.STD_TERM} = 0.")


def test_of_the_prior_itself_kl_is_0():
    q = Posterior(0, 1)
    assert prose.kl(q, results.solve(q)) == "**KL(q‖p)** = 0 nats: **q equals the prior.**"


def test_the_descents_are_told_by_their_ends():
    q = Posterior(1.5, 0.4)
    said = prose.descents(q, results.solve(q))
    assert "at μ = 1.5 and σ = 0.4 and takes 100 steps with learning rate 0.1." in said
    assert "σ reaches 1 (limit: 1)" in said
    assert f"σ reaches {results.solve(q).descents[1].std[-1]:.4f} (limit: 0)" in said


def test_the_question_has_one_right_answer_that_the_descents_bear_out():
    question = prose.question()
    assert question.right in question.answers
    kl, cross = results.solve(Posterior(0, 1)).descents
    assert set(kl.std) == {1.0}
    assert cross.std[-1] < cross.std[0]
    assert f"σ is 1 on KL and {cross.std[-1]:.4f} on cross-entropy" in question.because


def test_alternative_texts_say_the_figures():
    q = Posterior(1.5, 0.4)
    assert "KL: 1.5 in μ, −0.84 in ln σ" in prose.gradients_alt(results.solve(q).gradients)
    assert "from 0.4: on KL it ends at 1" in prose.descents_alt(q, results.solve(q))
