"""Pairs of distributions worth knowing, for pages and tests.

Each by a short name: EXAMPLES["coin"], "binomial", "horses", "label", "smoothed", "one-zero",
"disjoint", "near", "confident".
"""

from dataclasses import dataclass

OURS = "made for this library"


@dataclass(frozen=True)
class Example:
    """A pair of distributions with something to notice in it.

    p, q: (k,), each a distribution over the k outcomes; note: what to notice; source: where the
    pair comes from.
    """

    name: str
    p: tuple[float, ...]
    q: tuple[float, ...]
    outcomes: tuple[str, ...]
    note: str
    source: str


EXAMPLES: dict[str, Example] = {
    "coin": Example(
        name="A fair coin taken for a loaded one",
        p=(0.5, 0.5),
        q=(0.9, 0.1),
        outcomes=("heads", "tails"),
        note="KL(P‖Q) is log(5/3) = 0.511 nats a toss, and KL(Q‖P) is 0.368: the direction counts.",
        source=OURS,
    ),
    "binomial": Example(
        name="Two tosses, a rough guess",
        p=(9 / 25, 12 / 25, 4 / 25),
        q=(1 / 3, 1 / 3, 1 / 3),
        outcomes=("0 heads", "1 head", "2 heads"),
        note="KL(P‖Q) is 0.0853 nats and KL(Q‖P) is 0.0975: both small, and not equal.",
        source="Wikipedia, “Kullback–Leibler divergence”, basic example",
    ),
    "horses": Example(
        name="Eight horses",
        p=(1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 64, 1 / 64, 1 / 64, 1 / 64),
        q=(1 / 8,) * 8,
        outcomes=tuple(f"horse {number}" for number in range(1, 9)),
        note="Naming the winner takes 2 bits on average, and 3 in a code made for even chances: "
        "KL(P‖Q) is the 1 bit between them.",
        source="Cover & Thomas (2006), example 1.1.2",
    ),
    "label": Example(
        name="A label and a softmax",
        p=(1.0, 0.0, 0.0, 0.0),
        q=(0.7, 0.2, 0.08, 0.02),
        outcomes=("cat", "dog", "frog", "ship"),
        note="H(P) is 0, so KL(P‖Q) and the cross-entropy are the same number, −log 0.7 = 0.357 "
        "nats; KL(Q‖P) is infinite.",
        source=OURS,
    ),
    "smoothed": Example(
        name="A smoothed label and a softmax",
        p=(0.91,) + (0.01,) * 9,
        q=(0.64,) + (0.04,) * 9,
        outcomes=(
            *("airplane", "automobile", "bird", "cat", "deer"),
            *("dog", "frog", "horse", "ship", "truck"),
        ),
        note="The cross-entropy exceeds KL(P‖Q) by H(P) = 0.5003 nats, whatever Q is.",
        source="Classes: CIFAR-10, Krizhevsky (2009); smoothing 0.1: Szegedy et al. (2016)",
    ),
    "one-zero": Example(
        name="One outcome ruled out",
        p=(0.5, 0.4, 0.1),
        q=(0.6, 0.4, 0.0),
        outcomes=("sun", "rain", "snow"),
        note="Q says that it never snows, and it does: KL(P‖Q) is infinite, and KL(Q‖P), which "
        "never asks about snow, only 0.109 nats.",
        source=OURS,
    ),
    "disjoint": Example(
        name="Nothing in common",
        p=(0.5, 0.5, 0.0, 0.0),
        q=(0.0, 0.0, 0.5, 0.5),
        outcomes=("a", "b", "c", "d"),
        note="Each rules out all that the other expects: both directions are infinite.",
        source=OURS,
    ),
    "near": Example(
        name="Nearly equal",
        p=(0.5, 0.3, 0.2),
        q=(0.51, 0.3, 0.19),
        outcomes=("red", "green", "blue"),
        note="The two directions differ by 1 %, and both are within 3 % of "
        "½ Σ (pᵢ − qᵢ)² / qᵢ, which is half of χ².",
        source=OURS,
    ),
    "confident": Example(
        name="Confidently wrong",
        p=(1.0, 0.0),
        q=(1e-8, 1 - 1e-8),
        outcomes=("cat", "dog"),
        note="KL(P‖Q) is 18.42 nats; Keras, which clips Q at 10⁻⁷, stops at 16.12, where "
        "hardly a gradient is left.",
        source=OURS,
    ),
}
