import inspect
import math
import re
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import sparse

import kl_core
from kl_core import (
    entropy,
    kl_divergence,
    kl_from_counts,
    log_softmax,
    normalize,
    renyi_divergence,
    scipy_entropy,
    smooth_labels,
    softmax,
)
from kl_core.distributions.base import Distribution

pytestmark = pytest.mark.filterwarnings("error")

NAN, INF = math.nan, math.inf
HALF = [0.5, 0.5]
BATCH = np.full((3, 2), 0.5)


def with_row(row: list[float], index: int = 2) -> np.ndarray:
    rows = BATCH.copy()
    rows[index] = row
    return rows


def nested(number: float, depth: int) -> Any:
    return [nested(number, depth - 1)] if depth else number


def rows_of(*rows: Any) -> np.ndarray:
    """An array whose numbers are rows, which numpy does not make of rows of one length."""
    array = np.empty(len(rows), dtype=object)
    array[:] = rows
    for index, row in enumerate(rows):
        array[index] = row
    return array


def refusal(call: Callable[[], Any], kind: type[Exception] = ValueError) -> str:
    with pytest.raises(kind) as caught:
        call()
    return str(caught.value)


WRONG_TYPES = {
    "p must be an array of real numbers; its type is <U3.": ["0.5", "0.5"],
    "p must be an array of real numbers; its type is <U4.": "half",
    "p must be an array of real numbers; its type is |S1.": [b"1"],
    "p must be an array of real numbers; it holds a NoneType.": [None, 1.0],
    "p must be an array of real numbers; its type is complex128.": [0.5, 0.5 + 0j],
    "p must be an array of real numbers; its type is datetime64[D].": np.array(
        ["2020-01-01"], "M8"
    ),
}

NOT_ARRAYS = {
    "p must be an array of numbers; its rows differ.": [[0.5, 0.5], [1.0]],
    "p must have an axis of outcomes; it is the one number 1.0.": 1.0,
    "p must not be empty; its shape is (0,).": [],
    "p must not be empty; its shape is (2, 0).": np.empty((2, 0)),
    "p must not be masked; masks hide 1 of its numbers.": np.ma.array(
        [0.5, 0.25, 0.25], mask=[0, 0, 1]
    ),
    "p must have at most 30 axes; it has 34.": np.full((1,) * 33 + (2,), 0.5),
}

NOT_DISTRIBUTIONS = {
    "p must be finite; it holds nan.": [0.5, NAN],
    "p must be finite; it holds inf.": [0.5, INF],
    "p must be finite; it holds -inf.": [-INF, INF],
    "p must be finite; row 2 holds nan.": with_row([NAN, 1.0]),
    "p must not be negative; it holds -0.1.": [1.1, -0.1],
    "p must not be negative; it holds -1.": [2, -1],
    "p must not be negative; row 1 holds -1e-300.": with_row([1.0, -1e-300], 1),
    "p must sum to 1 along its last axis; it sums to 0.": [0.0, 0.0],
    "p must sum to 1 along its last axis; it sums to 0.93.": [0.5, 0.43],
    "p must sum to 1 along its last axis; it sums to 1.000000002: pass rounded numbers through "
    "normalize first.": [0.5, 0.500000002],
    "p must sum to 1 along its last axis; it sums to 100: pass percentages through normalize "
    "first.": [33.3, 33.3, 33.4],
    "p must sum to 1 along its last axis; row 1 sums to 99.9: pass percentages through normalize "
    "first.": [[0.3, 0.3, 0.4], [33.3, 33.3, 33.3]],
    "p must sum to 1 along its last axis; it sums to 7: pass counts through normalize first.": [
        *(3.0, 4.0, 0.0)
    ],
    "p must sum to 1 along its last axis; row 2 sums to 0.93.": with_row([0.5, 0.43]),
    "p must sum to 1 along its last axis; row (1, 2) sums to 0.75.": [BATCH, with_row([0.5, 0.25])],
    "p must sum to 1 along its last axis; it sums to inf.": [1e308, 1e308],
    "p must sum to 1 along its last axis; row 1 sums to inf.": [[0.01] * 100, [1e308] * 100],
    "p must sum to 1 along its last axis; it sums to 25: pass counts through normalize first.": [
        9,
        12,
        4,
    ],
    "p must sum to 1 along its last axis; it sums to 2.": [True, True],
}


@pytest.mark.parametrize(("message", "p"), (NOT_ARRAYS | NOT_DISTRIBUTIONS).items())
def test_what_is_not_a_distribution_is_refused_in_words(message: str, p: Any) -> None:
    assert refusal(lambda: entropy(p)) == message


@pytest.mark.parametrize(("message", "q"), NOT_DISTRIBUTIONS.items())
@pytest.mark.parametrize("name", ["cross_entropy", "kl_divergence", "kl_terms"])
def test_q_is_refused_by_its_own_name(name: str, message: str, q: Any) -> None:
    p = np.full_like(np.asarray(q, np.float64), 1 / np.shape(q)[-1])
    function = getattr(kl_core, name)
    assert refusal(lambda: function(p, q)) == message.replace("p must", "q must")
    assert refusal(lambda: function(q, p)) == message


def test_labels_are_refused_by_their_own_name() -> None:
    message = "labels must sum to 1 along its last axis; row 2 sums to 0.93."
    assert refusal(lambda: smooth_labels(with_row([0.5, 0.43]), 0.1)) == message


def test_a_row_far_into_a_large_batch_is_refused_by_its_number() -> None:
    p = np.full((100_000, 2), 0.5)
    p[98_765, 1] = 0.75
    message = "p must sum to 1 along its last axis; row 98765 sums to 1.25."
    assert refusal(lambda: kl_divergence(p, HALF)) == message
    message = "p must sum to 1 along its last axis; row (98765, 0) sums to 1.25."
    assert refusal(lambda: kl_divergence(p[:, None], [HALF, HALF])) == message


def test_another_axis_is_named_in_the_refusal() -> None:
    message = "p must sum to 1 along its axis 0; row 1 sums to 0.9."
    assert refusal(lambda: entropy([[0.5, 0.5], [0.5, 0.4]], axis=0)) == message


@pytest.mark.parametrize(("dtype", "off"), [(np.float64, 1e-9), (np.float32, 1e-5)])
def test_sums_may_be_off_by_the_tolerance_of_their_type(dtype: type, off: float) -> None:
    for sign in (1, -1):
        assert entropy(np.array([0.5, 0.5 + sign * off * 0.9], dtype)) > 0.69
        beyond = np.array([0.5, 0.5 + sign * off * 1.1], dtype)
        assert refusal(lambda x=beyond: entropy(x)).startswith("p must sum to 1")


SHAPES = {
    "p and q must have equally many outcomes along axis -1; p has 2, q has 3.": (HALF, [1, 0, 0]),
    "p and q must have equally many outcomes along axis -1; p has 1, q has 2.": ([1.0], HALF),
    "p and q must have equally many outcomes along axis -1; p has 2, q has 1.": (
        BATCH,
        [[1.0]] * 3,
    ),
    "p and q must broadcast; with outcomes last, p is (3, 2), q is (4, 2).": (BATCH, [HALF] * 4),
}


@pytest.mark.parametrize(("message", "pair"), SHAPES.items())
def test_shapes_that_do_not_match_are_refused_with_both(message: str, pair: tuple) -> None:
    assert refusal(lambda: kl_divergence(*pair)) == message


AXES = {
    "axis must be one that p has; p has 1 axis, got 1.": 1,
    "axis must be one that p has; p has 1 axis, got -2.": -2,
    "axis must be one axis or several different ones; got ().": (),
    "axis must be one axis or several different ones; got (0, -1).": (0, -1),
    "axis must not be masked; got a masked integer.": np.ma.array(0, mask=True),
}


@pytest.mark.parametrize(("message", "axis"), AXES.items())
def test_an_axis_that_is_not_there_is_refused(message: str, axis: Any) -> None:
    assert refusal(lambda: entropy(HALF, axis=axis)) == message


@pytest.mark.parametrize("axis", [0.0, (0.0,), "0", ["0"]])
def test_an_axis_that_is_no_integer_is_refused(axis: Any) -> None:
    (came,) = axis if isinstance(axis, tuple | list) else [axis]
    message = f"axis must be an integer; got {came!r}."
    assert refusal(lambda: entropy(HALF, axis=axis), TypeError) == message


@pytest.mark.parametrize(
    "base",
    [
        *(
            0,
            -2,
            1,
            1.0,
            0.5,
            True,
            NAN,
            INF,
            Decimal(1),
            Decimal("NaN"),
        ),
        Fraction(10**17 + 1, 10**17),  # above 1, but not as a float
    ],
)
def test_a_base_that_is_not_a_finite_number_above_1_is_refused(base: Any) -> None:
    message = f"base must be a finite number above 1; got {base!r}."
    assert refusal(lambda: kl_divergence(HALF, HALF, base=base)) == message


@pytest.mark.parametrize("base", ["2", 2j, [2], np.array(2.0), Decimal("sNaN")])
def test_a_base_that_is_no_real_number_is_refused(base: Any) -> None:
    message = f"base must be a finite number above 1; got {base!r}."
    assert refusal(lambda: kl_divergence(HALF, HALF, base=base), TypeError) == message


HUGE: dict[str, Callable[[Any], Any]] = {
    "base must be a finite number above 1": lambda huge: entropy(HALF, base=huge),
    "base must be a number above 0": lambda huge: scipy_entropy(HALF, base=huge),
    "order must be a number from 0 to inf": lambda huge: renyi_divergence(HALF, HALF, huge),
    "prior must be a finite number of at least 0": (
        lambda huge: kl_from_counts([1, 1], [1, 1], prior=huge)
    ),
    "smoothing must be a number from 0 to 1": lambda huge: smooth_labels(HALF, huge),
}


@pytest.mark.parametrize(("rule", "call"), HUGE.items())
@pytest.mark.parametrize("huge", [10**400, Fraction(10**400)], ids=["int", "Fraction"])
def test_a_number_too_large_for_a_float_is_refused(
    rule: str, call: Callable[[Any], Any], huge: Any
) -> None:
    assert refusal(lambda: call(huge)) == f"{rule}; got one too large for a float."


def test_a_fraction_that_is_0_as_a_float_is_no_base_for_scipy() -> None:
    message = refusal(lambda: scipy_entropy(HALF, base=Fraction(1, 10**400)))
    assert message.startswith("base must be a number above 0; got Fraction(1, 1000")


WIDE = np.finfo(np.longdouble).max > np.finfo(np.float64).max


@pytest.mark.skipif(not WIDE, reason="long doubles are doubles here")
def test_long_doubles_are_read_as_float64_within_its_range_alone() -> None:
    assert entropy(np.array([0.5, 0.5], np.longdouble)) == entropy(HALF)
    assert softmax(np.array([-INF, 0], np.longdouble)).tolist() == [0, 1]
    huge = np.longdouble("1e400")
    rule = "must be within the range of float64; its type is"
    assert refusal(lambda: entropy([huge, 0.5])).startswith(f"p {rule}")
    assert refusal(lambda: scipy_entropy([huge])).startswith(f"pk {rule}")
    above = np.longdouble(1) + np.longdouble("1e-19")
    assert refusal(lambda: entropy(HALF, base=above)).startswith("base must be a finite number")


def test_a_masked_array_that_masks_nothing_is_an_array() -> None:
    assert entropy(np.ma.array(HALF)) == entropy(HALF)
    assert entropy([np.ma.array(HALF)] * 2).tolist() == [entropy(HALF)] * 2


SHOWN = np.ma.array([1.0, 2, 3], mask=[0, 0, 1])
ONE_LEVEL_DOWN: dict[str, tuple[Any, int]] = {
    "list": ([SHOWN, SHOWN], 2),
    "tuple": ((SHOWN, [1.0, 2, 3]), 1),
    "second of two": ([[1.0, 2, 3], SHOWN], 1),
    "two levels": ([[SHOWN], [SHOWN + 1]], 2),
    "deque": (deque([SHOWN, SHOWN]), 2),
    "the constant": ([1.0, np.ma.masked, 2.0], 1),
    "a masked number": ([1.0, np.ma.array(2.0, mask=True)], 1),
    "an array of masked rows": (rows_of(SHOWN, SHOWN), 2),
    "masked objects": (np.ma.array([Fraction(1), Fraction(2)], mask=[0, 1]), 1),
}


@pytest.mark.parametrize(("weights", "hidden"), ONE_LEVEL_DOWN.values(), ids=ONE_LEVEL_DOWN)
def test_masks_are_seen_wherever_they_lie(weights: Any, hidden: int) -> None:
    message = f"weights must not be masked; masks hide {hidden} of its numbers."
    assert refusal(lambda: normalize(weights)) == message


def test_masks_in_a_list_of_parameters_are_seen() -> None:
    message = "std must not be masked; masks hide 1 of its numbers."
    assert refusal(lambda: kl_core.Normal(0, [SHOWN, SHOWN.data])) == message
    message = "y_pred must not be masked; masks hide 2 of its numbers."
    assert refusal(lambda: kl_core.keras_kl_divergence(SHOWN.data, [SHOWN, SHOWN])) == message


EXACT: dict[str, Any] = {
    "Decimal": [Decimal("0.1"), Decimal("0.2"), Decimal("0.7")],
    "Fraction": [Fraction(1, 10), Fraction(1, 5), Fraction(7, 10)],
    "mixed": [Decimal("0.1"), Fraction(1, 5), 0.7],
    "array": np.array([Fraction(1, 10), 0.2, np.float64(0.7)], dtype=object),
}


@pytest.mark.parametrize("numbers", EXACT.values(), ids=EXACT)
def test_exact_numbers_are_numbers(numbers: Any) -> None:
    assert kl_divergence(numbers, [0.5, 0.25, 0.25]) == pytest.approx(
        0.1 * math.log(0.2) + 0.2 * math.log(0.8) + 0.7 * math.log(2.8), rel=1e-7
    )
    assert entropy([numbers, numbers]).shape == (2,)


def test_integers_beyond_64_bits_are_numbers() -> None:
    assert normalize([10**30, 2 * 10**30, 7 * 10**30]) == pytest.approx([0.1, 0.2, 0.7], rel=3e-16)
    assert normalize([2**63, 2**63, 0]).tolist() == normalize([2**64, 2**64, 0]).tolist()
    assert refusal(lambda: normalize([2**64, -(2**64)])) == (
        "weights must not be negative; it holds -1.84467440737e+19."
    )


def test_exact_numbers_are_numbers_for_every_argument() -> None:
    assert kl_divergence(HALF, [0.75, 0.25], base=Decimal(2)) == kl_divergence(
        HALF, [0.75, 0.25], base=Fraction(2)
    )
    assert renyi_divergence(HALF, [0.75, 0.25], Decimal("0.5")) == renyi_divergence(
        HALF, [0.75, 0.25], 0.5
    )
    assert kl_core.Normal(Decimal("0.5"), Fraction(1, 4)) == kl_core.Normal(0.5, 0.25)
    assert kl_from_counts([Decimal(3), 2**60 // 2**59], [1, 1]).estimate == pytest.approx(
        0.6 * math.log(1.2) + 0.4 * math.log(0.8)
    )


class Foreign:
    """What another library's array does when numpy asks for its numbers."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        raise self.error


def foreign(library: str, name: str, error: Exception) -> Foreign:
    return type(name, (Foreign,), {"__module__": library})(error)


ON_A_GPU = TypeError(
    "can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host "
    "memory first."
)
HAS_GRADIENT = RuntimeError(
    "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
)
TORCH = "pass {}.detach().cpu().numpy(), after .float() if it is bfloat16."
NOT_READ: dict[str, Any] = {
    f"p must be an array that numpy can read; this Tensor is not: {TORCH.format('p')}": (
        foreign("torch", "Tensor", ON_A_GPU)
    ),
    f"p must be an array that numpy can read; this Parameter is not: {TORCH.format('p')}": (
        foreign("torch.nn.parameter", "Parameter", HAS_GRADIENT)
    ),
    f"p must be an array that numpy can read; this Tensor is not: {TORCH.format('each')}": [
        foreign("torch", "Tensor", HAS_GRADIENT),
        foreign("torch", "Tensor", HAS_GRADIENT),
    ],
    "p must be an array that numpy can read; this ndarray is not: pass p.get().": foreign(
        "cupy", "ndarray", TypeError("Implicit conversion to a NumPy array is not allowed.")
    ),
    "p must be an array that numpy can read; this DynamicJaxprTracer is not: call this outside "
    "jax.jit and jax.grad.": foreign(
        "jax._src.interpreters.partial_eval", "DynamicJaxprTracer", TypeError("traced\narray")
    ),
    "p must be an array that numpy can read; this SymbolicTensor is not: call this outside "
    "tf.function.": foreign(
        "tensorflow.python.framework.ops",
        "SymbolicTensor",
        NotImplementedError("Cannot convert a symbolic tf.Tensor to a numpy array."),
    ),
    "p must be an array that numpy can read; this KerasTensor is not: call this on what a model "
    "computed.": [
        foreign("keras.src.backend", "KerasTensor", ValueError("A KerasTensor is symbolic"))
    ],
    "p must be an array that numpy can read; reading it fails: Load me first, with p.load().": (
        foreign("elsewhere", "Lazy", RuntimeError("Load me first, with p.load()."))
    ),
    "p must be an array that numpy can read; reading it fails: OSError.": foreign(
        "elsewhere", "Lazy", OSError()
    ),
    "p must be an array of real numbers; got a csr_array: pass p.toarray().": sparse.csr_array(
        [HALF]
    ),
    "p must be an array of real numbers; got a generator.": (share for share in HALF),
    "p must be an array of real numbers; got a set.": {0.5},
    "p must be an array of real numbers; it holds a str.": np.array([0.5, "a"], dtype=object),
    "p must be an array of real numbers; it holds a complex.": np.array([0.5, 1j], dtype=object),
    "p must be an array of real numbers; it holds a list.": np.array(
        [[0.5], [0.5, 0]], dtype=object
    ),
    "p must be an array of real numbers; it holds a Decimal.": [Decimal("sNaN"), Decimal(1)],
}
BEYOND: dict[str, Any] = {
    "p must be finite; it holds nan.": [Decimal("NaN"), Decimal(1)],
    "p must be finite; it holds inf.": [Decimal("Infinity"), Decimal(1)],
    "p must be within the range of float64; it holds a larger int.": [10**400, 1],
    "p must be within the range of float64; it holds a larger Fraction.": [0.5, Fraction(10**400)],
    "p must be within the range of float64; it holds a larger Decimal.": [Decimal("1e400"), 1],
    "p must have at most 30 axes; it has more.": nested(0.5, 70),
}


@pytest.mark.parametrize(("message", "p"), (WRONG_TYPES | NOT_READ).items())
def test_what_numpy_cannot_read_is_refused_with_its_remedy(message: str, p: Any) -> None:
    assert refusal(lambda: entropy(p), TypeError) == message


@pytest.mark.parametrize(("message", "p"), BEYOND.items())
def test_numbers_beyond_what_is_computed_with_are_refused(message: str, p: Any) -> None:
    assert refusal(lambda: entropy(p)) == message


@pytest.mark.parametrize("smoothing", [-0.1, 1.1, NAN, INF])
def test_smoothing_outside_0_to_1_is_refused(smoothing: Any) -> None:
    message = f"smoothing must be a number from 0 to 1; got {smoothing!r}."
    assert refusal(lambda: smooth_labels([0, 1], smoothing)) == message


@pytest.mark.parametrize("smoothing", ["0.1", None, [0.1]])
def test_smoothing_that_is_no_number_is_refused(smoothing: Any) -> None:
    message = f"smoothing must be a number from 0 to 1; got {smoothing!r}."
    assert refusal(lambda: smooth_labels([0, 1], smoothing), TypeError) == message


WEIGHTS = {
    "weights must be finite; it holds nan.": [1.0, NAN],
    "weights must be finite; row 1 holds inf.": [[1.0, 2.0], [INF, 1.0]],
    "weights must not be negative; it holds -1.": [3, -1],
    "weights must not be all 0; it holds only 0.": [0, 0],
    "weights must not be all 0; row 1 holds only 0.": [[0, 1], [0, 0]],
    "weights must not be empty; its shape is (0,).": [],
}


@pytest.mark.parametrize(("message", "weights"), WEIGHTS.items())
def test_weights_without_a_distribution_are_refused(message: str, weights: Any) -> None:
    assert refusal(lambda: normalize(weights)) == message


LOGITS = {
    "logits must be finite or -inf; it holds nan.": [1.0, NAN],
    "logits must be finite or -inf; row 1 holds inf.": [[1.0, 2.0], [INF, 1.0]],
    "logits must have a finite number in every row; it holds only -inf.": [-INF, -INF],
    "logits must have a finite number in every row; row 1 holds only -inf.": [
        [0, -INF],
        [-INF] * 2,
    ],
}


@pytest.mark.parametrize(("message", "logits"), LOGITS.items())
@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_logits_without_a_distribution_are_refused(
    function: Callable[[Any], Any], message: str, logits: Any
) -> None:
    assert refusal(lambda: function(logits)) == message


def test_every_refusal_is_one_sentence() -> None:
    for message in [*NOT_ARRAYS, *NOT_READ, *NOT_DISTRIBUTIONS, *SHAPES, *AXES, *WEIGHTS, *LOGITS]:
        assert re.fullmatch(r"[^\n]*[^.\n]\.", message)


def _takes_what_is_checked(thing: Any) -> bool:
    checked = (Distribution, kl_core.GridDensity)
    return inspect.isfunction(thing) or (
        inspect.isclass(thing) and issubclass(thing, checked) and not inspect.isabstract(thing)
    )


CHECKED = [name for name in kl_core.__all__ if _takes_what_is_checked(getattr(kl_core, name))]


@pytest.mark.parametrize(
    "wrong", ["text", None, 1j, object()], ids=["text", "None", "complex", "object"]
)
@pytest.mark.parametrize("name", CHECKED)
def test_wrong_types_are_a_type_error_in_one_sentence(name: str, wrong: Any) -> None:
    thing = getattr(kl_core, name)
    given = inspect.signature(thing).parameters.values()
    first = [each for each in given if each.kind is each.POSITIONAL_OR_KEYWORD]
    needed = [each for each in first if each.default is each.empty] or first
    message = refusal(lambda: thing(*[wrong] * len(needed)), TypeError)
    assert re.fullmatch(r"\w+ must [^\n]*[^.\n]\.", message)
