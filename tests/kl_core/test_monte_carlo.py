import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from kl_core.distributions import (
    Bernoulli,
    Categorical,
    Contaminated,
    Exponential,
    Geometric,
    Laplace,
    MultivariateNormal,
    Normal,
    NormalMixture,
    Poisson,
    StudentT,
    Uniform,
)
from kl_core.distributions.kl_registry import kl
from kl_core.monte_carlo import monte_carlo_kl

pytestmark = pytest.mark.filterwarnings("error")

NAN, INF = math.nan, math.inf


def rng(seed: int = 40) -> np.random.Generator:
    return np.random.default_rng(seed)


def close(value: Any, rel: float = 1e-13) -> Any:
    return pytest.approx(value, rel=rel, abs=0)


class Coin:
    """A distribution that knows nothing of kl_core; it comes down as it is told."""

    def __init__(self, heads: float, *draws: int) -> None:
        self.heads, self.draws = heads, draws

    def log_prob(self, x: Any) -> Any:
        table = [-INF if p <= 0 else math.log(p) for p in (1 - self.heads, self.heads)]
        return np.take(table, x)

    def sample(self, rng: np.random.Generator, n: int) -> Any:
        return np.resize(self.draws, n)


# Of every four draws from the fair coin, three are heads.
P, Q = Coin(0.5, 1, 1, 0, 1), Coin(0.25)


def test_monte_carlo_is_the_mean_log_ratio_and_its_standard_error() -> None:
    # log(½ / ¼) = log 2 for the three heads, log(½ / ¾) = log 2 − log 3 for the tail: the mean is
    # log 2 − ¼·log 3, and the sum of squares about it, in four draws, ¾·(log 3)².
    found = monte_carlo_kl(P, Q, rng(), 100)
    assert found.estimate == close(math.log(2) - math.log(3) / 4)
    assert found.standard_error == close(math.log(3) * math.sqrt(25 * 0.75 / 99 / 100))
    assert type(found.estimate) is type(found.standard_error) is np.float64
    assert (found.bias, found.n, float(found)) == (0, 100, found.estimate)
    # 1.959964 standard errors to each side hold 95 % of a normal distribution, 2.575829 hold 99 %.
    for level, reach in ((0.95, 1.959963984540054), (0.99, 2.5758293035489004)):
        low, high = monte_carlo_kl(P, Q, rng(), 100, level=level).interval
        assert low == close(found.estimate - reach * found.standard_error)
        assert high == close(found.estimate + reach * found.standard_error)


def test_base_2_gives_bits_of_all_that_has_a_unit() -> None:
    p, q = Normal([0, 1], 1), Normal(0.5, 1.2)
    nats, bits = (monte_carlo_kl(p, q, rng(), 500, base=base) for base in (None, 2))
    for name in ("estimate", "standard_error", "bias", "interval"):
        expected = np.asarray(getattr(nats, name)) / math.log(2)
        np.testing.assert_allclose(getattr(bits, name), expected, rtol=1e-14)


def test_the_low_variance_form_is_the_mean_of_r_minus_1_minus_log_r() -> None:
    # r = ½ for heads, 3/2 for tails.
    terms = [0.5 - 1 + math.log(2), 1.5 - 1 - math.log(1.5)] * 50
    found = monte_carlo_kl(Coin(0.5, 1, 0), Q, rng(), 100, low_variance=True)
    assert found.estimate == close(sum(terms) / 100)
    assert found.standard_error == close(np.std(terms, ddof=1) / 10)
    assert np.isnan(found.bias)


CLOSE_PAIRS = [
    (Normal(0, 1), Normal(0.1, 1.05)),
    (Laplace(0, 1), Laplace(0.1, 0.9)),
    (Poisson(5), Poisson(5.3)),
    (Categorical([0.2, 0.3, 0.5]), Categorical([0.25, 0.3, 0.45])),
    (
        MultivariateNormal([0, 0], np.eye(2)),
        MultivariateNormal([0.1, 0], [[1, 0.1], [0.1, 0.9]]),
    ),
]


@pytest.mark.parametrize("low_variance", [False, True])
@pytest.mark.parametrize(("p", "q"), CLOSE_PAIRS, ids=repr)
def test_monte_carlo_is_within_5_standard_errors_of_the_formula(
    p: Any, q: Any, low_variance: bool
) -> None:
    found = monte_carlo_kl(p, q, rng(), 50_000, low_variance=low_variance)
    assert abs(found.estimate - kl(p, q)) <= 5 * found.standard_error


@pytest.mark.parametrize(("p", "q"), CLOSE_PAIRS, ids=repr)
def test_the_low_variance_form_varies_less_where_q_is_close_to_p(p: Any, q: Any) -> None:
    plain = monte_carlo_kl(p, q, rng(), 10_000)
    low = monte_carlo_kl(p, q, rng(), 10_000, low_variance=True)
    assert low.standard_error < plain.standard_error / 3


def test_the_low_variance_form_is_never_negative_and_keeps_the_digits_of_close_ratios() -> None:
    # Two draws, log r = ±10⁻⁹: r − 1 − log r is ½·10⁻¹⁸, less than the rounding of r.
    class Near(Coin):
        def log_prob(self, x: Any) -> Any:
            return np.array([1e-9, -1e-9])

    class One(Coin):
        def log_prob(self, x: Any) -> Any:
            return np.zeros(2)

    found = monte_carlo_kl(One(0.5, 1), Near(0.5), rng(), 2, low_variance=True)
    assert found.estimate == close(0.5e-18, rel=1e-9)
    same = monte_carlo_kl(Normal(3, 2), Normal(3, 2), rng(), 100, low_variance=True)
    assert (same.estimate, same.standard_error) == (0, 0)


def test_the_low_variance_form_misses_the_mass_that_q_has_beyond_p() -> None:
    # Half of Laplace(0, 1) is below 0, where Exponential(1) has nothing: log 2 loses ½.
    found = monte_carlo_kl(Exponential(1), Laplace(0, 1), rng(), 100, low_variance=True)
    assert found.estimate == close(math.log(2) - 0.5)
    assert np.isnan(found.standard_error)
    plain = monte_carlo_kl(Exponential(1), Laplace(0, 1), rng(), 100)
    assert plain.estimate == close(math.log(2))
    assert plain.standard_error == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("low_variance", [False, True])
def test_a_draw_that_q_gives_no_mass_makes_the_estimate_inf(low_variance: bool) -> None:
    found = monte_carlo_kl(Normal(0, 1), Exponential([1, 2]), rng(), 50, low_variance=low_variance)
    assert found.estimate.tolist() == [INF, INF]
    assert np.isnan([found.standard_error, found.bias, *found.interval]).all()
    part = monte_carlo_kl(Uniform(0, 1), Uniform(0, [0.5, 2]), rng(), 50, low_variance=low_variance)
    expected = 0.5 - 1 + math.log(2) if low_variance else math.log(2)  # r = ½ at every draw
    assert part.estimate.tolist() == [INF, close(expected)]
    error = NAN if low_variance else 0  # the mean of r is not 1, so Q has mass elsewhere
    assert part.standard_error == pytest.approx([NAN, error], abs=1e-15, nan_ok=True)


def test_a_ratio_beyond_the_largest_float_makes_the_low_variance_form_inf() -> None:
    class Heavy(Coin):
        def log_prob(self, x: Any) -> Any:
            return np.full(len(x), 1000.0)

    assert monte_carlo_kl(P, Heavy(1), rng(), 4, low_variance=True).estimate == INF
    assert monte_carlo_kl(P, Heavy(1), rng(), 4).estimate == close(-math.log(2) - 1000)


NOISE = Contaminated(Normal(3, 1), StudentT(3, 3, 1), 0.1)
BEYOND_Q = [
    *[(Poisson(3), q) for q in (Normal(3, 1), NOISE, NormalMixture([1], [3], [1]), Uniform(-1, 9))],
    *[(p, Poisson(3)) for p in (Normal(3, 1), NOISE, StudentT(3, 3, 1), Exponential(1))],
    # What P has beyond Q is too rare to be drawn.
    (Uniform(0, 1), Uniform(1e-9, 1)),
    (Uniform(0, 1), Uniform(-1, 1 - 1e-9)),
    (Laplace(0, 1), Uniform(-1e9, 1e9)),
    (StudentT(9, 50, 0.1), Exponential(1)),
    (NormalMixture([1], [50], [1]), Uniform(0, 100)),
    (NOISE, Exponential(1)),
    (Exponential(1), Uniform(0, 1e6)),
    (Bernoulli(1e-12), Bernoulli(0)),
    (Bernoulli(1 - 1e-12), Bernoulli(1)),
    (Bernoulli(1e-12), Categorical([1])),
    (Categorical([1 - 1e-12, 0, 1e-12]), Categorical([0.5, 0.5, 0])),
    (Categorical([1 - 1e-12, 0, 1e-12]), Bernoulli(0.5)),
    (Categorical([1e-12, 1 - 1e-12]), Geometric(0.5)),
    (Poisson(1e-6), Bernoulli(0.5)),
    (Poisson(50), Geometric(0.5)),
    (Geometric(1 - 1e-12), Geometric(1)),
    (Geometric(1 - 1e-12), Categorical([0, 0.5, 0.5])),
]


@pytest.mark.parametrize("low_variance", [False, True])
@pytest.mark.parametrize(("p", "q"), BEYOND_Q, ids=repr)
def test_where_p_has_mass_that_q_has_not_the_estimate_is_inf_without_a_draw_of_it(
    p: Any, q: Any, low_variance: bool
) -> None:
    found = monte_carlo_kl(p, q, rng(), 1000, low_variance=low_variance)
    assert found.estimate == INF
    assert np.isnan(found.standard_error)


@pytest.mark.parametrize(("p", "q"), BEYOND_Q, ids=repr)
def test_where_p_has_mass_that_q_has_not_kl_needs_no_formula(p: Any, q: Any) -> None:
    assert kl(p, q) == INF


def test_the_supports_of_a_batch_decide_one_by_one() -> None:
    p, q = Uniform([0, 1], [2, 2]), Uniform([[0], [1]], 2)
    assert monte_carlo_kl(p, q, rng(), 100).estimate == pytest.approx(
        np.array([[0, math.log(2)], [INF, 0]]), abs=1e-15
    )
    coins = monte_carlo_kl(Bernoulli([0, 1e-12]), Bernoulli([[0], [0.5]]), rng(), 100)
    assert coins.estimate == pytest.approx(np.array([[0, INF], [math.log(2)] * 2]), abs=1e-11)


# --- how far off


def errors(p: Any, q: Any, n: int, low_variance: bool = True, trials: int = 400) -> tuple[Any, Any]:
    """How many intervals of 95 % are given, and how many are wrong: each a share of all trials."""
    many = type(p)(*(np.broadcast_to(value, trials) for value in vars(p).values()))
    found = monte_carlo_kl(many, q, rng(), n, low_variance=low_variance)
    given = np.isfinite(found.standard_error)
    off = abs(found.estimate - kl(p, q))
    return given.mean(), (given & (off > 1.96 * found.standard_error)).mean()


# Without a look at the tail of r, of 400 intervals at n = 1,000 as many are wrong as the numbers
# after the pairs say.
HEAVY = [
    (Normal(0, 1), Normal(0, 1.3), 0.15),
    (Normal(0, 1), Normal(0, 2), 0.4),
    (Normal(0, 1), Normal(0, 3), 0.6),
    (Normal(0, 1), Normal(2, 1), 0.18),
    (Normal(0, 1), Normal(3, 1), 0.4),
    (Normal(0, 1), Laplace(0, 1), 0.45),
    (Laplace(0, 1), Laplace(0, 3), 0.3),
    (Exponential(1), Exponential(0.4), 0.25),
    (Poisson(5), Poisson(10), 0.2),
    (Geometric(0.5), Geometric(0.3), 0.16),
]


@pytest.mark.parametrize(("p", "q", "before"), HEAVY)
def test_a_heavy_tail_of_r_gets_no_interval_that_is_wrong_too_often(
    p: Any, q: Any, before: float
) -> None:
    wrong = errors(p, q, 1000)[1]
    assert wrong < 0.12
    assert wrong < before


@pytest.mark.parametrize(("p", "q"), [(0.001, 0.01), (0.001, 0.5), (0.001, 0.0001)])
@pytest.mark.parametrize("low_variance", [False, True])
def test_what_is_drawn_once_or_never_gets_no_interval(
    p: float, q: float, low_variance: bool
) -> None:
    # At n = 1,000, a share of (1 − p)ⁿ = 37 % has no head, and had an interval of no width.
    given, wrong = errors(Bernoulli(p), Bernoulli(q), 1000, low_variance)
    assert wrong < given < 0.02
    given, wrong = errors(Bernoulli(p), Bernoulli(q), 20_000, low_variance, trials=50)
    assert wrong < 0.12 < 0.95 < given


@pytest.mark.parametrize("low_variance", [False, True])
@pytest.mark.parametrize(("p", "q"), CLOSE_PAIRS[:3], ids=repr)
def test_a_light_tail_gets_an_interval_that_is_right(p: Any, q: Any, low_variance: bool) -> None:
    given, wrong = errors(p, q, 1000, low_variance)
    assert given > 0.9
    assert wrong < 0.1


def test_an_infinite_mean_or_variance_of_the_log_ratio_gets_no_interval() -> None:
    # log p / q grows like x², whose mean is infinite for 1 degree of freedom.
    for low_variance in (False, True):
        found = monte_carlo_kl(
            StudentT(np.ones(200), 0, 1), Normal(0, 1), rng(), 2000, low_variance=low_variance
        )
        assert np.isnan(found.standard_error).mean() > 0.98


def test_a_bump_of_the_ratio_is_no_heavy_tail() -> None:
    # log p / q has its greatest value at |x| = 1, where one of Laplace's sides touches the curve.
    given, wrong = errors(Normal(0, 1), Laplace(0, 1), 1000, low_variance=False)
    assert given > 0.6
    assert wrong < 0.09
    given, wrong = errors(Normal(0, 1), Laplace(0, 1), 4000, low_variance=False, trials=100)
    assert given > 0.95
    assert wrong < 0.12


# KL(Student‖Normal) = −h(Student) + ½ log 2π + ½·variance; log p / q grows like x², and has a
# variance only above 4 degrees of freedom. Of 400 intervals as many were wrong as the last number
# says, where the furthest third of a tail counted however few draws it had.
@pytest.mark.parametrize(
    ("df", "n", "before"), [(3, 100, 0.28), (3, 300, 0.19), (3, 1000, 0.15), (5, 100, 0.2)]
)
@pytest.mark.parametrize("low_variance", [False, True])
def test_few_draws_of_a_very_heavy_tail_get_no_interval(
    df: float, n: int, before: float, low_variance: bool
) -> None:
    p = StudentT(np.full(400, float(df)), 0, 1)
    found = monte_carlo_kl(p, Normal(0, 1), rng(), n, low_variance=low_variance)
    expected = -stats.t(df).entropy() + math.log(2 * math.pi) / 2 + df / (df - 2) / 2
    given = np.isfinite(found.standard_error)
    wrong = (given & (abs(found.estimate - expected) > 1.96 * found.standard_error)).mean()
    assert given.mean() < 0.2
    assert wrong < 0.12
    assert wrong < before - 0.05


@pytest.mark.parametrize(
    ("p", "q"),
    [(Normal(0, 1), Normal(1, 1)), (Exponential(1), Exponential(0.4)), (Poisson(5), Poisson(8))],
    ids=repr,
)
def test_a_hundred_draws_of_an_easy_pair_get_an_interval(p: Any, q: Any) -> None:
    given, wrong = errors(p, q, 100, low_variance=False)
    assert given > 0.92
    assert wrong < 0.1


def test_fewer_draws_than_show_a_tail_get_no_interval() -> None:
    assert np.isnan(monte_carlo_kl(Normal(0, 1), Normal(1, 1), rng(), 20).standard_error)
    given, wrong = errors(Normal(0, 1), Normal(1, 1), 40, low_variance=False)
    assert wrong < 0.1 < 0.8 < given


def test_one_ratio_at_all_draws_is_no_proof_of_itself() -> None:
    # r = (1 − 10⁻⁸) / (1 − 10⁻⁹) at every draw, below its mean of 1.
    for low_variance in (False, True):
        found = monte_carlo_kl(
            Bernoulli(1e-9), Bernoulli([1e-9, 1e-8]), rng(), 1000, low_variance=low_variance
        )
        assert found.standard_error == pytest.approx([0, NAN], nan_ok=True)
    # The rest of Q may be on an outcome that P has, or on one that it has not.
    assert np.isnan(
        monte_carlo_kl(Bernoulli(0.5), Categorical([0.25, 0.25, 0.5]), rng(), 100).standard_error
    )
    # A density of one height over another's: there is nothing else to see.
    found = monte_carlo_kl(Uniform(0, 1), Uniform(-1, 1), rng(), 100)
    assert found.estimate == close(math.log(2))
    assert found.standard_error == pytest.approx(0, abs=1e-15)


def test_monte_carlo_reaches_what_has_no_formula() -> None:
    # One component each: then the mixtures are normal, with KL ½ as above.
    p, q = NormalMixture([1], [0], [1]), NormalMixture([1], [1], [1])
    found = monte_carlo_kl(p, q, rng(), 20_000)
    assert abs(found.estimate - 0.5) <= 5 * found.standard_error < 0.05


def test_batches_of_p_and_q_broadcast() -> None:
    p, q = Normal([0.0, 1.0, 2.0], 1), Laplace([[0.0], [5.0]], 2)
    for first, second in ((p, q), (q, p), (Normal(0, 1), q), (q, Normal(0, 1))):
        found = monte_carlo_kl(first, second, rng(), 20_000)
        expected = kl(first, second)
        assert found.estimate.shape == found.standard_error.shape == expected.shape
        assert np.all(abs(found.estimate - expected) <= 5 * found.standard_error)
        assert np.all(found.standard_error < 0.05 * expected)


def test_batches_of_vectors_broadcast() -> None:
    p = MultivariateNormal([[0, 0], [1, 0], [0, 3]], np.eye(2))
    q = MultivariateNormal([0, 0], [[np.eye(2) * 2], [np.eye(2) * 3]])
    found = monte_carlo_kl(p, q, rng(), 20_000)
    assert np.all(abs(found.estimate - kl(p, q)) <= 5 * found.standard_error)


class Odd(Coin):
    """One that answers as it is told."""

    def __init__(self, log_prob: Any, draws: Any = (1, 1, 1), batch_shape: Any = ()) -> None:
        self.answer, self.draws, self.batch_shape = log_prob, draws, batch_shape

    def log_prob(self, x: Any) -> Any:
        return self.answer

    def sample(self, rng: np.random.Generator, n: int) -> Any:
        return self.draws


ZEROS = np.zeros(3)
COV = np.eye(2)
WRONG_TYPES: dict[str, Callable[[], Any]] = {
    "q must be one of a family, such as Normal(0, 1); the class Normal came without its "
    "parameters.": lambda: monte_carlo_kl(P, Normal, rng(), 3),
    "rng must be a Generator, as numpy.random.default_rng gives; got None.": (
        lambda: monte_carlo_kl(P, Q, None, 9)
    ),
    "p must have sample and log_prob; got NoneType.": (
        lambda: monte_carlo_kl(None, Q, rng(), 3)  # type: ignore[arg-type]
    ),
    "p must have sample and log_prob; got rv_continuous_frozen.": (
        lambda: monte_carlo_kl(stats.norm(), Q, rng(), 3)
    ),
    "q must have log_prob; got rv_continuous_frozen.": (
        lambda: monte_carlo_kl(P, stats.norm(), rng(), 3)
    ),
    "p.batch_shape must be a tuple of integers; got None.": (
        lambda: monte_carlo_kl(Odd(ZEROS, batch_shape=None), Q, rng(), 3)
    ),
    "q.batch_shape must be a tuple of integers; got ('3',).": (
        lambda: monte_carlo_kl(P, Odd(ZEROS, batch_shape=("3",)), rng(), 3)
    ),
    "p.log_prob must be an array of real numbers; its type is complex128.": (
        lambda: monte_carlo_kl(Odd(ZEROS * 1j), Q, rng(), 3)
    ),
    "q.log_prob must be an array of real numbers; its type is <U1.": (
        lambda: monte_carlo_kl(P, Odd(["0"] * 3), rng(), 3)
    ),
    "n must be an integer of at least 2; got 10.0.": lambda: monte_carlo_kl(P, Q, rng(), 10.0),
}
REFUSED: dict[str, Callable[[], Any]] = {
    "p.log_prob must give one number a draw; expected (3, 2), got (3, 4).": (
        lambda: monte_carlo_kl(Odd(np.zeros((3, 4)), batch_shape=(2,)), Q, rng(), 3)
    ),
    "q.log_prob must give one number a draw; expected (3,), got ().": (
        lambda: monte_carlo_kl(P, Odd(0.0), rng(), 3)
    ),
    "p.sample must give n draws along the first axis; n is 4, the shape of the draws (3,).": (
        lambda: monte_carlo_kl(Odd(ZEROS), Q, rng(), 4)
    ),
    "p.sample must give n draws along the first axis; n is 4, the shape of the draws ().": (
        lambda: monte_carlo_kl(Odd(ZEROS, draws=7), Q, rng(), 4)
    ),
    "p.sample must be an array of numbers; its rows differ.": (
        lambda: monte_carlo_kl(Odd(ZEROS, draws=[[1], [1, 0], [0]]), Q, rng(), 3)
    ),
    "level must be a number between 0 and 1; got 1.": (
        lambda: monte_carlo_kl(P, Q, rng(), 9, level=1)
    ),
    "base must be a finite number above 1; got 1.": (
        lambda: monte_carlo_kl(P, Q, rng(), 9, base=1)
    ),
    "n must be an integer of at least 2; got 1.": lambda: monte_carlo_kl(P, Q, rng(), 1),
    "the batch of p and that of q must broadcast; the batch of p is (2,), that of q is (3,).": (
        lambda: monte_carlo_kl(Normal([0, 1], 1), Normal([0, 1, 2], 1), rng(), 9)
    ),
    "p and q must both be over vectors, or neither; got MultivariateNormal and Contaminated.": (
        lambda: monte_carlo_kl(MultivariateNormal([0, 0], COV), NOISE, rng(), 9)
    ),
    "p and q must both be over vectors, or neither; got Contaminated and MultivariateNormal.": (
        lambda: monte_carlo_kl(NOISE, MultivariateNormal([0, 0], COV), rng(), 9)
    ),
    "p and q must both be over vectors, or neither; got MultivariateNormal and Normal.": (
        lambda: monte_carlo_kl(MultivariateNormal([0, 0], COV), Normal(0, 1), rng(), 9)
    ),
    "x must be shaped (..., d); its shape is (9, 2), and d is 1.": (
        lambda: monte_carlo_kl(
            MultivariateNormal([0, 0], COV), MultivariateNormal([0], [[1]]), rng(), 9
        )
    ),
    "p must have mass at its own draws; its log_prob of one is -inf.": (
        lambda: monte_carlo_kl(Coin(0, 0, 1), Q, rng(), 9)
    ),
    "q.log_prob must be below inf; it gave nan.": (lambda: monte_carlo_kl(P, Coin(NAN), rng(), 9)),
}


@pytest.mark.parametrize(("message", "call"), (WRONG_TYPES | REFUSED).items())
def test_what_cannot_be_estimated_is_refused_in_words(
    message: str, call: Callable[[], Any]
) -> None:
    kind = TypeError if message in WRONG_TYPES else ValueError
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
    assert re.fullmatch(r"[^\n]*[^.\n]\.", message)
