"""Logits, a target beside them, and how to descend; the code that holds all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from pages.ui import parsing
from pages.ui.loss import limits

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
        logit = limits.logit(value, self.names[place])
        return replace(self, logits=_put(self.logits, place, logit))

    def with_label(self, label: int) -> Sample:
        """With another true class."""
        return replace(self, label=label, weights=())

    def with_smoothing(self, smoothing: float) -> Sample:
        """With a label smoothed by so much. Raises ValueError beyond the limits."""
        return replace(self, smoothing=limits.smoothing(smoothing), weights=())

    def with_weights(self, weights: Sequence[float]) -> Sample:
        """With a target made by hand. Raises ValueError for weights that cannot be one."""
        given = limits.weights(weights, self.names)
        return replace(self, label=0, smoothing=None, weights=given)

    def with_bars(self, names: Sequence[str], weights: Sequence[float]) -> Sample:
        """With what bars made of the target: dragged, one class renamed, or one removed.

        Raises ValueError for what cannot be a sample.
        """
        tidy = tuple(limits.tidy_name(name) for name in names)
        if len(names) == len(self.names):
            return replace(self, names=limits.names(tidy)).with_weights(weights)
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
        """With another way down. Raises ValueError beyond the limits."""
        rate, steps, keras = self.descent._replace(**changes)
        return replace(self, descent=Descent(*limits.descent(rate, steps), keras))

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
        name = limits.tidy_name(name)
        if not name or name in _put(self.names, place, ""):
            raise ValueError("Each class needs a name of its own.")
        return replace(self, names=_put(self.names, place, name))

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
    if len(code) > limits.MAX_CODE:
        raise ValueError(f"The code is longer than {limits.MAX_CODE} characters.")
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
    names = tuple(limits.tidy_name(row[0]) for row in rows)
    label, smoothing, weights = _target(parts[0], names)
    way = _way(parts[1]) if parts[1:] else USUAL
    return _checked(names, [row[1] for row in rows], label, smoothing, weights, way)


def _target(part: str, names: tuple[str, ...]) -> tuple[int, float | None, tuple[str, ...]]:
    """The true class, its smoothing, and weights."""
    kind, _, rest = part.partition(" ")
    if kind == "P":
        return 0, None, tuple(weight.strip() for weight in rest.split(","))
    label, colon, share = rest.partition(":")
    if kind != "label" or limits.tidy_name(label) not in names:
        raise ValueError(
            "The target is written “label class”, with one of the classes, or “label class:0.1” "
            f"where it is smoothed, or “P 0.7, 0.2, 0.1”; this one is “{part[:40]}”."
        )
    return names.index(limits.tidy_name(label)), limits.smoothing(share) if colon else None, ()


def _way(part: str) -> Descent:
    kind, _, rest = part.partition(" ")
    given = [value.strip() for value in rest.split(":")]
    if kind != "descent" or len(given) not in (2, 3) or given[2:] not in ([], [AS_KERAS]):
        raise ValueError(
            "The descent is written “descent step size:steps”, with “:keras” after it for "
            f"Keras’s own slopes; this one is “{part[:40]}”."
        )
    return Descent(*limits.descent(given[0], given[1]), len(given) == 3)


def _checked(
    names: tuple[str, ...],
    logits: Sequence[Any],
    label: int,
    smoothing: float | None,
    weights: Sequence[Any],
    descent: Descent,
) -> Sample:
    """A sample of what came from outside. Raises ValueError, in one sentence, for what is none."""
    given = tuple(limits.logit(z, n) for z, n in zip(logits, limits.names(names), strict=True))
    checked = limits.weights(weights, names) if weights else ()
    return Sample(names, given, label, smoothing, checked, descent)


def _put(row: tuple[Any, ...], place: int, value: Any) -> tuple[Any, ...]:
    return (*row[:place], value, *row[place + 1 :])
