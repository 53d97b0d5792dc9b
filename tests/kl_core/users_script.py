"""All examples of the docstrings, for mypy to read as strictly as a user may have it do.

Made by `python -m tests.kl_core.test_docstrings`.
"""

# ruff: noqa
# fmt: off
import numpy as np

from kl_core import Bernoulli, Beta, Binomial, Categorical, Contaminated, Dirichlet, Estimate, Exponential, Family, Gamma, Geometric, GridDensity, HistogramPair, Integral, Laplace, LineFit, LogNormal, MultivariateNormal, NOISES, NearestNoise, Normal, NormalMixture, Poisson, Projection, Step, StudentT, Uniform, batch_mean, chi2_divergence, compare_counts, compare_samples, cross_entropy, cross_entropy_gradient, cross_entropy_target_gradient, entropy, entropy_from_samples, f_divergence, fit_line, hellinger_distance, histogram_pair, huffman_code, ideal_code_lengths, information_projection, jeffreys_divergence, js_divergence, keras_categorical_crossentropy, keras_cross_entropy_logit_gradient, keras_kl_divergence, keras_kl_logit_gradient, kl, kl_by_quadrature, kl_divergence, kl_divergence_from_logits, kl_divergence_gradient, kl_from_counts, kl_from_samples, kl_target_gradient, kl_terms, log_softmax, logit_gradient, moment_projection, monte_carlo_kl, mutual_information, mutual_information_from_samples, nearest_noise, normalize, perplexity, psi, register_kl, renyi_divergence, scipy_entropy, smooth_labels, softmax, torch_kl_div, total_variation, wasserstein_distance

print(NOISES)


def use_Bernoulli(given: Bernoulli | None = None) -> None:
    print(np.exp(Bernoulli(0.25).log_prob([0, 1, 2])).round(4).tolist())


def use_Beta(given: Beta | None = None) -> None:
    print(float(Beta(2, 3).log_prob(0.5).round(4)))


def use_Binomial(given: Binomial | None = None) -> None:
    print(Binomial(4, 0.5).log_prob([0, 2]).round(4).tolist())


def use_Categorical(given: Categorical | None = None) -> None:
    draws = Categorical([0.5, 0, 0.5]).sample(np.random.default_rng(0), 100)
    print(np.unique(draws).tolist())
    print(float(Categorical(logits=[0, -2000]).log_prob(1)))


def use_Contaminated(given: Contaminated | None = None) -> None:
    noise = Contaminated(Normal(0, 1), Normal(0, 10), 0.1)
    print(round(float(kl(noise, Normal(0, 1))), 4))


def use_Dirichlet(given: Dirichlet | None = None) -> None:
    print(float(Dirichlet([1, 2, 3]).log_prob([0.2, 0.3, 0.5]).round(4)))


def use_Estimate(given: Estimate | None = None) -> None:
    found = kl_from_counts([30, 50, 20], [25, 45, 30])
    print(round(float(found), 4), round(float(found.estimate - found.bias), 4), found.n)


def use_Exponential(given: Exponential | None = None) -> None:
    print(np.exp(Exponential(2).log_prob([-1, 0, 1])).round(4).tolist())


def use_Family(given: Family | None = None) -> None:
    print(isinstance(Normal(0, 1), Family), Normal([0, 1, 2], 1).batch_shape)


def use_Gamma(given: Gamma | None = None) -> None:
    print(float(Gamma(3, 2).entropy().round(4)))


def use_Geometric(given: Geometric | None = None) -> None:
    print(np.exp(Geometric(0.5).log_prob([1, 2, 3])).round(4).tolist())


def use_GridDensity(given: GridDensity | None = None) -> None:
    x = np.linspace(-4, 4, 81)
    p = GridDensity(x, normalize(np.exp(-(x**2) / 2)))
    print(round(moment_projection(p).fit.std, 3))


def use_HistogramPair(given: HistogramPair | None = None) -> None:
    counts_x, counts_y, edges = histogram_pair([1, 2, 2, 5], [3, 4, 9], bins=2)
    print(counts_x.tolist(), counts_y.tolist(), edges.tolist())


def use_Integral(given: Integral | None = None) -> None:
    found: Integral = kl_by_quadrature(StudentT(3, 0, 1), Normal(0, 1))
    print(round(float(found.value), 4), float(found.error) < 1e-9)


def use_Laplace(given: Laplace | None = None) -> None:
    print(float(np.exp(Laplace(0, 1).log_prob(0))))


def use_LineFit(given: LineFit | None = None) -> None:
    fit = fit_line([0, 1, 2, 3], [1.0, 2.9, 5.1, 7.0])
    print(round(float(fit.predict(10)), 2), round(float(fit.noise_at(10).log_prob(21)), 2))


def use_LogNormal(given: LogNormal | None = None) -> None:
    print(float(LogNormal(1, 0.5).log_prob(2).round(4)))


def use_MultivariateNormal(given: MultivariateNormal | None = None) -> None:
    p = MultivariateNormal([0, 0], [[1, 0.5], [0.5, 1]])
    print(round(float(kl(p, MultivariateNormal([0, 0], np.eye(2)))), 4))


def use_NearestNoise(given: NearestNoise | None = None) -> None:
    found = nearest_noise(StudentT(5, 0, 1), "laplace")
    print(type(found.noise).__name__, round(found.divergence, 4))


def use_Normal(given: Normal | None = None) -> None:
    print(round(float(Normal(0, 1).log_prob(1.96)), 4))
    print(Normal([0, 5], 1).sample(np.random.default_rng(0), 3).shape)


def use_NormalMixture(given: NormalMixture | None = None) -> None:
    print(NormalMixture([0.5, 0.5], [[-1, 1], [-3, 3]], [1, 1]).log_prob(0).round(4).tolist())


def use_Poisson(given: Poisson | None = None) -> None:
    print(np.exp(Poisson(2).log_prob([0, 1, 2])).round(4).tolist())


def use_Projection(given: Projection | None = None) -> None:
    found = moment_projection(NormalMixture([0.5, 0.5], [-3, 3], [1, 1]))
    print(found.converged, round(found.divergence, 4), len(found.path))


def use_Step(given: Step | None = None) -> None:
    mixture = NormalMixture([0.5, 0.5], [-3, 3], [1, 1])
    path = moment_projection(mixture, start=Normal(1, 1)).path
    print([round(step.divergence, 4) for step in path])


def use_StudentT(given: StudentT | None = None) -> None:
    print(round(float(StudentT(3, 0, 1).log_prob(10) - Normal(0, 1).log_prob(10)), 2))


def use_Uniform(given: Uniform | None = None) -> None:
    print(np.exp(Uniform(0, 4).log_prob([2, 5])).tolist())


def use_batch_mean() -> None:
    rows = kl_divergence([[0.5, 0.5], [0.9, 0.1]], [0.5, 0.5])
    print(round(float(batch_mean(rows, weights=[1, 3])), 4))


def use_chi2_divergence() -> None:
    print(round(float(chi2_divergence([0.5, 0.5], [0.75, 0.25])), 4))


def use_compare_counts() -> None:
    found = compare_counts([90, 60, 50], [60, 70, 70], rng=np.random.default_rng(1))
    print(round(float(found), 3), bool(found.p_value < 0.05))


def use_compare_samples() -> None:
    x, y = np.arange(100), np.arange(100) + 30
    found = compare_samples(x, y, measure="wasserstein", rng=np.random.default_rng(1))
    print(float(found.estimate), bool(found.p_value < 0.05))


def use_cross_entropy() -> None:
    print(float(cross_entropy([0.5, 0.5], [0.75, 0.25], base=2).round(4)))
    print(round(float(cross_entropy([0, 1], q_logits=[0, -2000])), 6))


def use_cross_entropy_gradient() -> None:
    print(cross_entropy_gradient([0, 1], q_logits=[0, 0]).tolist())


def use_cross_entropy_target_gradient() -> None:
    print(cross_entropy_target_gradient([0, 0], [0.8, 0.2]).round(4).tolist())


def use_entropy() -> None:
    print(float(entropy([0.5, 0.25, 0.25], base=2)))


def use_entropy_from_samples() -> None:
    x = Normal(0, 1).sample(np.random.default_rng(0), 20_000)
    print(round(float(entropy_from_samples(x)), 1))


def use_f_divergence() -> None:
    print(round(float(f_divergence([0.5, 0.5], [0.25, 0.75], "squared_hellinger")), 4))
    print(round(float(f_divergence([0.5, 0.5], [0, 1], lambda t: (t - 1) ** 2 / (t + 1))), 4))


def use_fit_line() -> None:
    fit = fit_line([0, 1, 2, 3, 4], [1, 3, 5, 7, 40], "laplace")
    print(round(fit.slope, 4), round(fit.intercept, 4))


def use_hellinger_distance() -> None:
    print(round(float(hellinger_distance([0.5, 0.5], [0.75, 0.25])), 4))


def use_histogram_pair() -> None:
    print(histogram_pair([1, 2, 2, 5], [3, 4, 9], bins=[0, 3, 6, np.inf]).counts_x.tolist())


def use_huffman_code() -> None:
    print(huffman_code([0.5, 0.25, 0.125, 0.125]))


def use_ideal_code_lengths() -> None:
    print(ideal_code_lengths([0.5, 0.25, 0.25, 0], base=2).tolist())


def use_information_projection() -> None:
    mixture = NormalMixture([0.4, 0.6], [-3, 3], [1, 1])
    print([round(end.fit.mean, 2) for end in information_projection(mixture)])


def use_jeffreys_divergence() -> None:
    print(round(float(jeffreys_divergence([0.5, 0.5], [0.75, 0.25])), 4))


def use_js_divergence() -> None:
    print(float(js_divergence([1, 0], [0, 1], base=2)))
    distance = np.sqrt(js_divergence([0.5, 0.5], [0.75, 0.25]))
    print(round(float(distance), 4))


def use_keras_categorical_crossentropy() -> None:
    print(float(keras_categorical_crossentropy([0, 1], [1, 3]).round(4)))


def use_keras_cross_entropy_logit_gradient() -> None:
    print(keras_cross_entropy_logit_gradient([0, 1], [0.0, -20.0]).round(4).tolist())
    print(keras_cross_entropy_logit_gradient([0, 1], [0.0, -20.0], recovers_logits=False).tolist())


def use_keras_kl_divergence() -> None:
    print(float(keras_kl_divergence([0.5, 0.5], [1, 0]).round(4)))


def use_keras_kl_logit_gradient() -> None:
    gradient = keras_kl_logit_gradient([0, 1], [0.0, -20.0])
    print(float(abs(gradient).max()) < 1e-6)


def use_kl() -> None:
    print(round(float(kl(Normal(0, 1), Laplace(0, 1))), 4))
    print(kl(Normal([0, 1, 2], 1), Normal(0, 1)).tolist())


def use_kl_by_quadrature() -> None:
    found = kl_by_quadrature(StudentT(3, 0, 1), Normal(0, 1))
    print(round(float(found.value), 6), bool(found.error < 1e-10))


def use_kl_divergence() -> None:
    print(kl_divergence([[0.5, 0.5], [1.0, 0.0]], [0.75, 0.25]).round(4).tolist())
    print(float(kl_divergence([0.75, 0.25], [1, 0])))
    print(float(kl_divergence([0.5, 0.5], q_logits=[0, -2000]).round(4)))
    print(float(kl_divergence(Normal(0, 1), Normal(1, 1))))


def use_kl_divergence_from_logits() -> None:
    print(round(float(kl_divergence_from_logits([7, 7], [0, -2000])), 4))


def use_kl_divergence_gradient() -> None:
    print(kl_divergence_gradient([0, 1], q_logits=[0, 0]).tolist())


def use_kl_from_counts() -> None:
    found = kl_from_counts([30, 50, 20], [25, 45, 30])
    print(round(float(found), 4), round(float(found.bias), 4))
    print(round(float(kl_from_counts([3, 1], [4, 0], prior=0.5)), 4))


def use_kl_from_samples() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(0, 1, 2000), rng.normal(1, 1, 2000)
    print(round(float(kl_from_samples(x, y, k=5)), 2))


def use_kl_target_gradient() -> None:
    print(kl_target_gradient([0, 0], [0.8, 0.2]).round(4).tolist())


def use_kl_terms() -> None:
    p, q = normalize([9, 12, 4]), normalize([1, 1, 1])
    print(kl_terms(p, q).round(4).tolist())


def use_log_softmax() -> None:
    print(log_softmax([0.0, -800.0]).tolist())


def use_logit_gradient() -> None:
    print(logit_gradient([0, 1], [0, 0]).tolist())


def use_moment_projection() -> None:
    mixture = NormalMixture([0.5, 0.5], [-3, 3], [1, 1])
    fit = moment_projection(mixture).fit
    print(fit.mean, round(fit.std, 4))


def use_monte_carlo_kl() -> None:
    p = NormalMixture([0.5, 0.5], [-1, 1], [1, 1])
    found = monte_carlo_kl(p, Normal(0, 1.5), np.random.default_rng(0), 10_000)
    print(round(float(found.estimate), 3), round(float(found.standard_error), 3))


def use_mutual_information() -> None:
    joint = [[0.4, 0.1], [0.1, 0.4]]
    print(round(float(mutual_information(joint, base=2)), 4))


def use_mutual_information_from_samples() -> None:
    x, noise = np.random.default_rng(0).normal(size=(2, 1000))
    print(round(float(mutual_information_from_samples(x, x + noise)), 2))


def use_nearest_noise() -> None:
    print(round(nearest_noise(Laplace(0, 1), "normal").divergence, 4))


def use_normalize() -> None:
    print(normalize([9, 12, 4]).tolist())


def use_perplexity() -> None:
    print(round(float(perplexity([0.7, 0.2, 0.1])), 4))


def use_psi() -> None:
    print(round(float(psi([0.2, 0.3, 0.5], [0.25, 0.35, 0.4])), 4))


def use_register_kl() -> None:
    class Celsius(Normal): ...
    @register_kl(Celsius, Laplace)
    def _(p: Celsius, q: Laplace) -> float:
        return 1.0
    print(float(kl(Celsius(20, 2), Laplace(20, 2))))


def use_renyi_divergence() -> None:
    orders = 0.5, 1, 2, np.inf
    print([round(float(renyi_divergence([0.5, 0.5], [0.75, 0.25], a)), 4) for a in orders])


def use_scipy_entropy() -> None:
    print(float(scipy_entropy([9, 12, 4], [1, 1, 1]).round(4)))


def use_smooth_labels() -> None:
    print(smooth_labels([0, 1, 0, 0], 0.1).round(4).tolist())


def use_softmax() -> None:
    print(softmax([2.0, 1.0, -np.inf]).round(4).tolist())


def use_torch_kl_div() -> None:
    print(float(torch_kl_div(np.log([0.75, 0.25]), [0.5, 0.5], reduction="sum").round(4)))


def use_total_variation() -> None:
    print(float(total_variation([0.5, 0.5], [0.75, 0.25])))


def use_wasserstein_distance() -> None:
    print(wasserstein_distance([0, 1, 3], [5, 6, 8]))
