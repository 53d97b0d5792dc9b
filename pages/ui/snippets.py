"""A state → the Python that reproduces it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.runs.spec import RunSpec

LOAD = {
    "cifar10": """\
(x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
""",
    "shapes": """\
# The drawings come from this project: run the script in its folder.
from models.data import datasets

data = datasets.load("shapes")
x_train, y_train = data.train_images, data.train_labels
x_test, y_test = data.test_images, data.test_labels
""",
}


def keras_script(spec: RunSpec) -> str:
    """A run as a complete Keras 3 script: same weights, same order, hence the same figures."""
    limit = (
        ""
        if spec.images is None
        else f"x_train, y_train = x_train[:{spec.images}], y_train[:{spec.images}]\n"
    )
    smooth = ""
    if spec.label_smoothing:
        smooth = f"smoothing = {spec.label_smoothing}\n" + "".join(
            f"{y} = (1 - smoothing) * {y} + smoothing / 10\n" for y in ("y_train", "y_test")
        )
    mixed = spec.precision != "float32"
    policy = f'keras.config.set_dtype_policy("{spec.precision}")\n' if mixed else ""
    last = (
        'layers.Dense(10, activation="softmax", dtype="float32")'
        if mixed
        else ('layers.Dense(10, activation="softmax")')
    )
    return f'''\
# {spec.title}
import keras
import numpy as np
from keras import layers

seed, epochs, batch_size = {spec.seed}, {spec.epochs}, {spec.batch_size}
keras.utils.set_random_seed(seed)
{policy}
{LOAD[spec.data]}{limit}y_train = keras.utils.to_categorical(y_train, 10)
y_test = keras.utils.to_categorical(y_test, 10)
{smooth}
# The last {spec.validation_split:.0%} of the training images are held out for validation.
split = int(len(x_train) * {1 - spec.validation_split:g})
x_val, y_val = x_train[split:] / np.float32(255), y_train[split:]
x_test = x_test / np.float32(255)

model = keras.Sequential(
    [
        layers.Input((32, 32, 3)),
        layers.Conv2D(32, (3, 3), activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Dropout(0.5),
        layers.Conv2D(64, (3, 3), activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Dropout(0.5),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        {last},
    ]
)
model.compile(loss="{spec.loss}", optimizer="adam", metrics=["accuracy"])


def batches():
    """Every epoch in an order of its own, which the seed decides."""
    for epoch in range(1, epochs + 1):
        order = np.random.default_rng([seed, epoch]).permutation(split)
        for start in range(0, split, batch_size):
            chosen = order[start : start + batch_size]
            yield x_train[chosen] / np.float32(255), y_train[chosen]


history = model.fit(
    batches(),
    steps_per_epoch=-(-split // batch_size),
    epochs=epochs,
    validation_data=(x_val, y_val),
    validation_batch_size=batch_size,
)
loss, accuracy = model.evaluate(x_test, y_test, batch_size=batch_size, verbose=0)
print(f"test loss {{loss:.4f}}, test accuracy {{accuracy:.1%}} on {{len(x_test):,}} images")
'''


def pair_script(
    names: Sequence[str], p: Sequence[float], q: Sequence[float], unit: str, base: float | None
) -> str:
    """A pair, given by its weights, as a script that prints what the page shows of it."""
    return f'''\
# P and Q, and what KL divergence says of them. kl_core comes with this project.
import kl_core

base = {_weight(base) if base else None}  # {unit}
weights = {{  # outcome: (in P, in Q)
{_rows(names, p, q)}}}
p, q = (kl_core.normalize(column) for column in zip(*weights.values()))

print("KL(P‖Q) =", kl_core.kl_divergence(p, q, base=base), "{unit}")
print("KL(Q‖P) =", kl_core.kl_divergence(q, p, base=base), "{unit}")
print("H(P) =", kl_core.entropy(p, base=base), "{unit}")
print("H(Q) =", kl_core.entropy(q, base=base), "{unit}")
print("H(P, Q) =", kl_core.cross_entropy(p, q, base=base), "{unit}")
print("H(Q, P) =", kl_core.cross_entropy(q, p, base=base), "{unit}")

print("what each outcome adds to KL(P‖Q) and to KL(Q‖P), in {unit}:")
to_pq, to_qp = kl_core.kl_terms(p, q, base=base), kl_core.kl_terms(q, p, base=base)
for name, pq, qp in zip(weights, to_pq, to_qp):
    print(f"{{name}}: {{pq}}, {{qp}}")
'''


def code_script(
    names: Sequence[str],
    p: Sequence[float],
    q: Sequence[float],
    draws: int,
    seed: int,
    unit: str,
) -> str:
    """P and Q, given by their weights, as a script that prints what the page on codes shows."""
    mean = "ratios.mean() / np.log(2)" if unit == "bits" else "ratios.mean()"
    return f"""\
# The outcomes of P in two codes, and a mean that approaches KL. kl_core comes with this project.
import kl_core
import numpy as np

weights = {{  # outcome: (in P, in Q)
{_rows(names, p, q)}}}
p, q = (kl_core.normalize(column) for column in zip(*weights.values()))

ideal = kl_core.ideal_code_lengths(p, base=2)
for name, length, word in zip(weights, ideal, kl_core.huffman_code(p)):
    print(f"{{name}}: ideally {{length}} bits; in Huffman's code {{word!r}}")
print("H(P) =", kl_core.entropy(p, base=2), "bits")
print("H(P, Q) =", kl_core.cross_entropy(p, q, base=2), "bits")
print("KL(P‖Q) =", kl_core.kl_divergence(p, q, base=2), "bits")
for made_for, code in (("P", kl_core.huffman_code(p)), ("Q", kl_core.huffman_code(q))):
    lengths = [len(word) for word in code]
    print(f"Huffman's code made for {{made_for}}: {{p @ lengths}} bits an outcome of P")

truth, model = kl_core.Categorical(p), kl_core.Categorical(q)
drawn = truth.sample(np.random.default_rng({seed}), {draws})
ratios = truth.log_prob(drawn) - model.log_prob(drawn)
print("mean of log(p/q) over {draws} draws:", {mean}, "{unit}")
"""


def fit_script(
    hills: Sequence[Sequence[float]],
    bins: Sequence[float],
    q: Sequence[float],
    unit: str,
) -> str:
    """P, by its hills or bins, and Q, as a script that prints what the page on fits shows."""
    if bins:
        truth = f"""\
heights = [{", ".join(map(_weight, bins))}]
x = -8 + 16 / len(heights) * (np.arange(len(heights)) + 0.5)  # the middles of the bins
p = kl_core.GridDensity(x, kl_core.normalize(heights))
"""
    else:
        rows = "".join(f"    ({', '.join(map(_weight, hill))}),\n" for hill in hills)
        truth = f"""\
hills = [  # mean, standard deviation, weight
{rows}]
means, stds, weights = np.array(hills, float).T
p = kl_core.NormalMixture(kl_core.normalize(weights), means, stds)
"""
    seek = f"""\
yours = kl_core.information_projection(p, starts=[q])[0]
show("KL(Q‖P)", yours.path)
print("where KL(Q‖P) ends from P's own hills, the best first:")
for end in kl_core.information_projection(p):
    print(end.fit, end.divergence * unit, "{unit}", "" if end.converged else "(no rest)")
"""
    if bins and not all(bins):
        seek = 'print("KL(Q‖P) = inf for every Gaussian: P has empty bins")\n'
    return f"""\
# P, a Gaussian Q, and the searches for a closer one. kl_core comes with this project.
import kl_core
import numpy as np

unit = {"1 / np.log(2)" if unit == "bits" else "1"}  # {unit} in a nat
{truth}q = kl_core.Normal({_weight(q[0])}, {_weight(q[1])})


def show(direction, path):
    for number, (mean, std, nats) in enumerate(path):
        print(f"{{direction}}, step {{number}}: N({{mean}}, {{std}}), {{nats * unit}} {unit}")


show("KL(P‖Q)", kl_core.moment_projection(p, start=q).path)
{seek}"""


def _rows(names: Sequence[str], p: Sequence[float], q: Sequence[float]) -> str:
    """Outcomes and their weights, a line each."""
    return "".join(
        f"    {name!r}: ({_weight(a)}, {_weight(b)}),\n"
        for name, a, b in zip(names, p, q, strict=True)
    )


def _weight(value: float) -> str:
    """A number as one would type it: 9 for 9.0, and every digit of others."""
    return repr(int(value) if value == int(value) else float(value))


def comparison_script(folders: Mapping[str, Sequence[str]], spread: str) -> str:
    """Groups of recorded runs, by the folders they lie in, as a script that draws their curves."""
    listed = "".join(
        f"    {name!r}: [\n{''.join(f'        {folder!r},{chr(10)}' for folder in those)}    ],\n"
        for name, those in folders.items()
    )
    low, high = (
        ("v.min(skipna=False)", "v.max(skipna=False)")
        if spread == "range"
        else ("mean(v) - sd(v)", "mean(v) + sd(v)")
    )
    return f"""\
# The curves of these runs: start it where the folders named below lie, as they do in this project's
# folder. It writes curves.html.
import json
from pathlib import Path

import altair as alt
import pandas as pd

alt.data_transformers.disable_max_rows()
folders = {{
{listed}}}
fields = {{
    "loss": "training loss",
    "val_loss": "validation loss",
    "accuracy": "training accuracy",
    "val_accuracy": "validation accuracy",
}}
rows = [
    (curve, run["spec"]["seed"], epoch["epoch"], title, epoch[field])
    for curve, those in folders.items()
    for run in (json.loads(Path(folder, "run.json").read_text()) for folder in those)
    for epoch in run["history"]
    for field, title in fields.items()
]
runs = pd.DataFrame(rows, columns=["curve", "seed", "epoch", "figure", "value"])


def mean(v):
    return v.mean(skipna=False)  # where a run diverged there is none


def sd(v):
    return v.std(skipna=False)


means = (
    runs.groupby(["curve", "epoch", "figure"])["value"]
    .agg(mean=mean, low=lambda v: {low}, high=lambda v: {high})
    .reset_index()
)

x = alt.X("epoch:Q")
chart = alt.Chart().encode(x, color=alt.Color("curve:N"))
every = chart.mark_line(strokeWidth=1, opacity=0.2).encode(y="value:Q", detail="seed:N")
band = chart.mark_area(opacity=0.15).encode(y="low:Q", y2="high:Q")
line = chart.mark_line(point=True).encode(y=alt.Y("mean:Q", scale=alt.Scale(zero=False)))
panels = [
    alt.layer(
        every.properties(data=runs[runs["figure"] == title]),
        band.properties(data=means[means["figure"] == title]),
        line.properties(data=means[means["figure"] == title]),
        title=title,
    )
    for title in fields.values()
]
alt.concat(*panels, columns=2).save("curves.html")

last = runs[runs["epoch"] == runs.groupby("curve")["epoch"].transform("max")]
print(last.groupby(["figure", "curve"])["value"].agg(["size", mean, sd]).to_string())
"""
