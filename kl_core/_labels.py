"""Labels that come with the numbers, as in pandas: what they name differently is not compared."""

from itertools import combinations, zip_longest
from typing import Any

Labels = tuple[Any, ...]  # an Index an axis, or None where it has none; () for no labels at all


def axis_labels(name: str, values: object) -> Labels:
    """The labels of each axis of what pandas made, or of a list of such; of anything else, none."""
    if not isinstance(values, list | tuple):
        return _axes(values)
    if not (values and _axes(values[0])):
        return ()
    require_same_labels(**{f"{name}[{row}]": _axes(value) for row, value in enumerate(values)})
    return (None, *_axes(values[0]))


def _axes(values: object) -> Labels:
    axes = getattr(values, "axes", None)
    labelled = isinstance(axes, list) and all(hasattr(labels, "equals") for labels in axes)
    return tuple(axes) if isinstance(axes, list) and labelled else ()


def require_same_labels(**labels: Labels) -> None:
    """Raise unless all that has labels has the same along each axis, in the same order.

    Axes are counted from the last, as shapes broadcast; one row stands for any, whatever its label.
    """
    for (first, ours), (second, theirs) in combinations(labels.items(), 2):
        for back, (one, other) in enumerate(zip(reversed(ours), reversed(theirs), strict=False)):
            broadcasts = one is None or other is None or (back > 0 and 1 in (len(one), len(other)))
            if not broadcasts and not one.equals(other):
                _refuse(first, one, second, other)


def _refuse(first: str, ours: Any, second: str, theirs: Any) -> None:
    shown = zip_longest(map(repr, ours.tolist()), map(repr, theirs.tolist()), fillvalue="nothing")
    at, (one, other) = next((i, pair) for i, pair in enumerate(shown) if pair[0] != pair[1])
    raise ValueError(
        f"{first} and {second} must have the same labels in the same order; at {at}, {first} has "
        f"{one} and {second} has {other}: align or reindex one by the other, or pass to_numpy() of "
        "both to go by position."
    )
