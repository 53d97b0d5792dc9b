"""Logits, a target and the settings of the descent: their rules and their share text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from pages.ui import parsing

LOW, HIGH = -20.0, 20.0  # of a logit
LEAST_CLASSES, MOST_CLASSES = 2, 10
MOST_SMOOTHING = 0.9
SLOWEST, FASTEST = 0.1, 5.0  # step sizes
MOST_STEPS = 200
MAX_WEIGHT = 1e6
MAX_NAME, MAX_CODE = 16, 700
RESERVED = ",:;[]"  # three separators of the share text; brackets could make a name a link
AS_KERAS = "keras"
FORM = "“class:logit, class:logit; label class”"

Kind = Literal["label", "smoothed", "hand"]


class Descent(NamedTuple):
    """Step size, number of steps, and whether the gradient is Keras's or exact."""

    rate: float = 1.0
    steps: int = 50
    keras: bool = False


USUAL = Descent()


@dataclass(frozen=True)
class Sample:
    """Each class's name and logit, and the target P.

    P is the one-hot label of class `label`, smoothed if `smoothing` is not None; if there are
    `weights`, not yet normalised, P is a soft label made of these.
    """

    names: tuple[str, ...]
    logits: tuple[float, ...]
    label: int = 0
    smoothing: float | None = None
    weights: tuple[float, ...] = ()
    descent: Descent = USUAL

    @property
    def kind(self) -> Kind:
        """How the target is given."""
        return "hand" if self.weights else "label" if self.smoothing is None else "smoothed"

    @property
    def true(self) -> int:
        """The true class; of a soft label, the most probable one."""
        return self.weights.index(max(self.weights)) if self.weights else self.label

    def _with(self, **changes: Any) -> Sample:
        """With other fields. Raises ValueError, in one sentence, unless they are valid."""
        return checked(**{**vars(self), **changes})

    def with_logit(self, place: int, value: float) -> Sample:
        """With another logit for one class."""
        return self._with(logits=_put(self.logits, place, value))

    def with_label(self, label: int) -> Sample:
        """With another true class."""
        return self._with(label=label, weights=())

    def with_smoothing(self, smoothing: float) -> Sample:
        """With a label smoothed by this much."""
        return self._with(smoothing=smoothing, weights=())

    def with_weights(self, weights: Sequence[float]) -> Sample:
        """With a target made by hand."""
        return self._with(label=0, smoothing=None, weights=weights)

    def with_weight(self, place: int, weight: float) -> Sample:
        """With another weight for one class."""
        return self.with_weights(_put(self.weights, place, weight))

    def with_bars(self, names: Sequence[str], weights: Sequence[float]) -> Sample:
        """With the target's bars dragged, one class renamed, or one removed."""
        if len(names) == len(self.names):
            return self._with(names=names).with_weights(weights)
        tidy = [tidy_name(name) for name in names]
        gone = next(i for i, name in enumerate(self.names) if name not in tidy)
        return self.without(gone).with_weights(weights)

    def of_kind(self, kind: Kind) -> Sample:
        """The same target, as far as possible, as another kind."""
        if kind == self.kind:
            return self
        if kind == "hand":
            alpha, classes = self.smoothing or 0.0, len(self.names)
            return self.with_weights(
                [
                    round(alpha / classes + (1 - alpha) * (i == self.label), 4)
                    for i in range(classes)
                ]
            )
        smoothing = None if kind == "label" else 0.1
        return self._with(label=self.true, smoothing=smoothing, weights=())

    def with_descent(self, **changes: Any) -> Sample:
        """With another descent."""
        return self._with(descent=self.descent._replace(**changes))

    def longer(self) -> Sample:
        """With one more class, of logit 0 and, in a target made by hand, of weight 0."""
        name = next(n for n in (f"class {i}" for i in range(1, 99)) if n not in self.names)
        weights = (*self.weights, 0.0) if self.weights else ()
        return self._with(names=(*self.names, name), logits=(*self.logits, 0.0), weights=weights)

    def without(self, place: int) -> Sample:
        """Without one class."""
        kept = [old for old in range(len(self.names)) if old != place]
        return self._with(
            names=[self.names[old] for old in kept],
            logits=[self.logits[old] for old in kept],
            weights=[self.weights[old] for old in kept] if self.weights else (),
            label=kept.index(self.label) if self.label in kept else 0,
        )

    def renamed(self, place: int, name: str) -> Sample:
        """With another name for one class."""
        return self._with(names=_put(self.names, place, name))

    def encode(self) -> str:
        """All on one line: "cat:2, dog:-1; label cat:0.1; descent 0.5:40:keras"."""
        rows = zip(self.names, self.logits, strict=True)
        parts = [", ".join(f"{name}:{parsing.number(z)}" for name, z in rows)]
        if self.weights:
            parts.append(f"P {', '.join(map(parsing.number, self.weights))}")
        else:
            smoothed = "" if self.smoothing is None else f":{parsing.number(self.smoothing)}"
            parts.append(f"label {self.names[self.label]}{smoothed}")
        if self.descent != USUAL:
            rate, steps, keras = self.descent
            parts.append(f"descent {parsing.number(rate)}:{steps}" + f":{AS_KERAS}" * keras)
        return "; ".join(parts)


def decode(code: str) -> Sample:
    """What `encode` wrote. Raises ValueError, in one sentence, for anything else."""
    if len(code) > MAX_CODE:
        raise ValueError(f"The share text is longer than {MAX_CODE} characters.")
    classes, *parts = [part.strip() for part in code.strip().rstrip(";").split(";")]
    rows = [[part.strip() for part in row.split(":")] for row in classes.split(",")]
    if not 1 <= len(parts) <= 2:
        raise ValueError(f"A share text is written {FORM}; this one is “{code.strip()[:40]}”.")
    for number, row in enumerate(rows, 1):
        if len(row) != 2:
            raise ValueError(
                f"A class is written class:logit; number {number} is “{':'.join(row)[:40]}”."
                f"{parsing.comma_in(classes)}"
            )
    names = tuple(tidy_name(row[0]) for row in rows)
    label, smoothing, weights = _target(parts[0], names)
    descent = _descent(parts[1]) if parts[1:] else USUAL
    return checked(names, [row[1] for row in rows], label, smoothing, weights, descent)


def _target(part: str, names: tuple[str, ...]) -> tuple[int, str | None, list[str]]:
    """The true class, its smoothing, and weights."""
    kind, _, rest = part.partition(" ")
    if kind == "P":
        return 0, None, [weight.strip() for weight in rest.split(",")]
    label, colon, smoothing = rest.partition(":")
    if kind != "label" or tidy_name(label) not in names:
        raise ValueError(
            "The target is written “label class”, with one of the classes, or “label class:0.1” "
            f"for label smoothing, or “P 0.7, 0.2, 0.1”; this one is “{part[:40]}”."
        )
    return names.index(tidy_name(label)), smoothing if colon else None, []


def _descent(part: str) -> tuple[str, str, bool]:
    kind, _, rest = part.partition(" ")
    given = [value.strip() for value in rest.split(":")]
    if kind != "descent" or len(given) not in (2, 3) or given[2:] not in ([], [AS_KERAS]):
        raise ValueError(
            "The descent is written “descent step size:steps”, with “:keras” after it for "
            f"Keras’s gradient; this one is “{part[:40]}”."
        )
    return given[0], given[1], len(given) == 3


def checked(
    names: Sequence[str],
    logits: Sequence[Any],
    label: int,
    smoothing: Any,
    weights: Sequence[Any],
    descent: tuple[Any, Any, bool],
) -> Sample:
    """A valid sample. Raises ValueError, in one sentence, for values that are none."""
    names = tuple(map(tidy_name, names))
    if not LEAST_CLASSES <= len(names) <= MOST_CLASSES:
        raise ValueError(
            f"There can be {LEAST_CLASSES} to {MOST_CLASSES} classes, not {len(names)}."
        )
    if not all(names) or len(set(names)) < len(names):
        raise ValueError("Each class needs a name of its own.")
    values = tuple(
        parsing.between(logit, LOW, HIGH, f"The logit of “{name}” must lie between −20 and 20")
        for logit, name in zip(logits, names, strict=True)
    )
    if smoothing is not None:
        rule = "The smoothing must lie between 0 and 0.9"
        smoothing = parsing.between(smoothing, 0.0, MOST_SMOOTHING, rule)
    by_hand = _weights(weights, len(names)) if weights else ()
    return Sample(names, values, label, smoothing, by_hand, _steps(*descent))


def tidy_name(text: str) -> str:
    """A name that fits into a share text: on one line, without separators, not too long."""
    return parsing.tidy_name(text, RESERVED, MAX_NAME)


def _weights(given: Sequence[Any], classes: int) -> tuple[float, ...]:
    if len(given) != classes:
        raise ValueError(f"P needs a weight for each of {classes} classes; {len(given)} came.")
    rule = "A weight in P must be a number from 0 up"
    weights = tuple(parsing.between(weight, 0.0, MAX_WEIGHT, rule) for weight in given)
    if not any(weights):
        raise ValueError("All weights of P are 0: give at least one class a weight above it.")
    return weights


def _steps(rate: Any, steps: Any, keras: bool) -> Descent:
    rule = f"The step size must lie between {SLOWEST} and {FASTEST:g}"
    size = parsing.between(rate, SLOWEST, FASTEST, rule)
    rule = f"The number of steps must be a whole number from 1 to {MOST_STEPS}"
    count = parsing.between(steps, 1, MOST_STEPS, rule)
    if count != int(count):
        raise ValueError(f"{rule}; got “{str(steps)[:20]}”.")
    return Descent(size, int(count), keras)


def _put(row: tuple[Any, ...], place: int, value: Any) -> tuple[Any, ...]:
    return (*row[:place], value, *row[place + 1 :])
