"""Logits, a target beside them, and how to descend; their rules, and the share text of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from pages.ui import parsing

LOW, HIGH = -20.0, 20.0  # of a logit
LEAST_CLASSES, MOST_CLASSES = 2, 10
MOST_SMOOTHING = 0.9
SLOWEST, FASTEST = 0.1, 5.0  # step sizes
MOST_STEPS = 200
MAX_WEIGHT = 1e6
MAX_NAME, MAX_CODE = 16, 700
RESERVED = ",:;[]"  # the code separates by the first three; the others could make a name a link
AS_KERAS = "keras"
FORM = "“class:logit, class:logit; label class”"

Kind = Literal["label", "smoothed", "hand"]


class Descent(NamedTuple):
    """How to go downhill: the step size, how often, and whether as Keras computes the slope."""

    rate: float = 1.0
    steps: int = 50
    keras: bool = False


USUAL = Descent()


@dataclass(frozen=True)
class Sample:
    """Each class's name and logit, and the target P.

    P is the class `label` alone, or smoothed where `smoothing` is not None; where there are
    `weights`, it is made of these, not yet normalised.
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
        """The true class; of a target made by hand, its likeliest."""
        return self.weights.index(max(self.weights)) if self.weights else self.label

    def with_logit(self, place: int, value: float) -> Sample:
        """With another logit for one class. Raises ValueError beyond the limits."""
        logits = _put(self.logits, place, _checked_logit(value, self.names[place]))
        return replace(self, logits=logits)

    def with_label(self, label: int) -> Sample:
        """With another true class."""
        return replace(self, label=label, weights=())

    def with_smoothing(self, smoothing: float) -> Sample:
        """With a label smoothed by so much. Raises ValueError beyond the limits."""
        return replace(self, smoothing=_checked_smoothing(smoothing), weights=())

    def with_weights(self, weights: Sequence[float]) -> Sample:
        """With a target made by hand. Raises ValueError for weights that cannot be one."""
        return replace(self, label=0, smoothing=None, weights=_checked_weights(weights, self.names))

    def with_weight(self, place: int, weight: float) -> Sample:
        """With another weight for one class. Raises ValueError as `with_weights`."""
        return self.with_weights(_put(self.weights, place, weight))

    def with_bars(self, names: Sequence[str], weights: Sequence[float]) -> Sample:
        """With what bars made of the target: dragged, one class renamed, or one removed.

        Raises ValueError for what cannot be a sample.
        """
        tidy = tuple(tidy_name(name) for name in names)
        if len(names) == len(self.names):
            return replace(self, names=_checked_names(tidy)).with_weights(weights)
        gone = next(i for i, name in enumerate(self.names) if name not in tidy)
        return self.without(gone).with_weights(weights)

    def of_kind(self, kind: Kind) -> Sample:
        """The same target as far as it can be, given in another way."""
        if kind == self.kind:
            return self
        if kind == "hand":
            share = self.smoothing or 0.0
            rest = share / len(self.names)
            return self.with_weights(
                [round(rest + (1 - share) * (i == self.label), 4) for i in range(len(self.names))]
            )
        smoothing = None if kind == "label" else 0.1
        return replace(self, label=self.true, smoothing=smoothing, weights=())

    def with_descent(self, **changes: Any) -> Sample:
        """With another descent. Raises ValueError beyond the limits."""
        return replace(self, descent=_checked_descent(*self.descent._replace(**changes)))

    def longer(self) -> Sample:
        """With one more class, of logit 0 and, in a target made by hand, of weight 0."""
        name = next(n for n in (f"class {i}" for i in range(1, 99)) if n not in self.names)
        weights = (*self.weights, 0.0) if self.weights else ()
        return replace(self, names=(*self.names, name), logits=(*self.logits, 0.0), weights=weights)

    def without(self, place: int) -> Sample:
        """Without one class. Raises ValueError where too little would be left."""
        kept = [old for old in range(len(self.names)) if old != place]
        names = tuple(self.names[old] for old in kept)
        logits = [self.logits[old] for old in kept]
        weights = [self.weights[old] for old in kept] if self.weights else []
        label = kept.index(self.label) if self.label in kept else 0
        return _checked(names, logits, label, self.smoothing, weights, self.descent)

    def renamed(self, place: int, name: str) -> Sample:
        """With another name for one class. Raises ValueError for one that is empty or taken."""
        return replace(self, names=_checked_names(_put(self.names, place, tidy_name(name))))

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
        raise ValueError(f"The code is longer than {MAX_CODE} characters.")
    classes, *parts = [part.strip() for part in code.strip().rstrip(";").split(";")]
    rows = [[part.strip() for part in row.split(":")] for row in classes.split(",")]
    if not 1 <= len(parts) <= 2:
        raise ValueError(f"A code is written {FORM}; this one is “{code.strip()[:40]}”.")
    for number, row in enumerate(rows, 1):
        if len(row) != 2:
            raise ValueError(
                f"A class is written class:logit; number {number} is “{':'.join(row)[:40]}”."
                f"{parsing.comma_in(classes)}"
            )
    names = tuple(tidy_name(row[0]) for row in rows)
    label, smoothing, weights = _target(parts[0], names)
    descent = _descent(parts[1]) if parts[1:] else USUAL
    return _checked(names, [row[1] for row in rows], label, smoothing, weights, descent)


def _target(part: str, names: tuple[str, ...]) -> tuple[int, float | None, tuple[str, ...]]:
    """The true class, its smoothing, and weights."""
    kind, _, rest = part.partition(" ")
    if kind == "P":
        return 0, None, tuple(weight.strip() for weight in rest.split(","))
    label, colon, share = rest.partition(":")
    if kind != "label" or tidy_name(label) not in names:
        raise ValueError(
            "The target is written “label class”, with one of the classes, or “label class:0.1” "
            f"where it is smoothed, or “P 0.7, 0.2, 0.1”; this one is “{part[:40]}”."
        )
    return names.index(tidy_name(label)), _checked_smoothing(share) if colon else None, ()


def _descent(part: str) -> Descent:
    kind, _, rest = part.partition(" ")
    given = [value.strip() for value in rest.split(":")]
    if kind != "descent" or len(given) not in (2, 3) or given[2:] not in ([], [AS_KERAS]):
        raise ValueError(
            "The descent is written “descent step size:steps”, with “:keras” after it for "
            f"Keras’s own slopes; this one is “{part[:40]}”."
        )
    return _checked_descent(given[0], given[1], len(given) == 3)


def _checked(
    names: tuple[str, ...],
    logits: Sequence[Any],
    label: int,
    smoothing: float | None,
    weights: Sequence[Any],
    descent: Descent,
) -> Sample:
    """A sample of what came from outside. Raises ValueError, in one sentence, for what is none."""
    given = tuple(_checked_logit(z, n) for z, n in zip(logits, _checked_names(names), strict=True))
    checked = _checked_weights(weights, names) if weights else ()
    return Sample(names, given, label, smoothing, checked, descent)


def _put(row: tuple[Any, ...], place: int, value: Any) -> tuple[Any, ...]:
    return (*row[:place], value, *row[place + 1 :])


def tidy_name(text: str) -> str:
    """A name as a code can carry it: on one line, without separators, not too long."""
    return parsing.tidy_name(text, RESERVED, MAX_NAME)


def _checked_names(given: Sequence[str]) -> tuple[str, ...]:
    if not LEAST_CLASSES <= len(given) <= MOST_CLASSES:
        raise ValueError(
            f"There can be {LEAST_CLASSES} to {MOST_CLASSES} classes, not {len(given)}."
        )
    if not all(given) or len(set(given)) < len(given):
        raise ValueError("Each class needs a name of its own.")
    return tuple(given)


def _checked_logit(given: Any, name: str) -> float:
    return parsing.between(given, LOW, HIGH, f"The logit of “{name}” must lie between −20 and 20")


def _checked_smoothing(given: Any) -> float:
    return parsing.between(given, 0.0, MOST_SMOOTHING, "The smoothing must lie between 0 and 0.9")


def _checked_descent(rate: Any, steps: Any, keras: bool) -> Descent:
    rule = f"The step size must lie between {SLOWEST} and {FASTEST:g}"
    size = parsing.between(rate, SLOWEST, FASTEST, rule)
    rule = f"The number of steps must be a whole number from 1 to {MOST_STEPS}"
    count = parsing.between(steps, 1, MOST_STEPS, rule)
    if count != int(count):
        raise ValueError(f"{rule}; “{str(steps)[:20]}” came.")
    return Descent(size, int(count), keras)


def _checked_weights(given: Sequence[Any], names: Sequence[str]) -> tuple[float, ...]:
    if len(given) != len(names):
        raise ValueError(f"P needs a weight for each of {len(names)} classes; {len(given)} came.")
    rule = "A weight in P must be a number from 0 up"
    weights = tuple(parsing.between(weight, 0.0, MAX_WEIGHT, rule) for weight in given)
    if not any(weights):
        raise ValueError("All weights of P are 0: give at least one class a weight above it.")
    return weights
