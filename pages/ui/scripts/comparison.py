"""Learning curves of recorded runs, written to curves.html.

Run it in the project's folder, or in another that contains the folders below.
"""

import json
from pathlib import Path

import altair as alt
import pandas as pd

# What was on the page
# For each mean curve, the folders of its runs
folders = {
    "KL divergence": [
        "models/saved/cifar10-kl_divergence-seed1-25epochs",
        "models/saved/cifar10-kl_divergence-seed2-25epochs",
    ],
    "Categorical cross-entropy": [
        "models/saved/cifar10-categorical_crossentropy-seed1-25epochs",
        "models/saved/cifar10-categorical_crossentropy-seed2-25epochs",
    ],
}
spread = "sd"  # what the bands show: "sd" or "range"

fields = {
    "loss": "training loss",
    "val_loss": "validation loss",
    "accuracy": "training accuracy",
    "val_accuracy": "validation accuracy",
}
rows = [
    (curve, run["spec"]["seed"], epoch["epoch"], title, epoch[field])
    for curve, those in folders.items()
    for run in (json.loads(Path(folder, "run.json").read_text()) for folder in those)
    for epoch in run["history"]
    for field, title in fields.items()
]
runs = pd.DataFrame(rows, columns=["curve", "seed", "epoch", "figure", "value"])


def mean(v):
    """NaN if a run diverged: the mean of the others would hide it."""
    return v.mean(skipna=False)


def sd(v):
    """The standard deviation between runs."""
    return v.std(skipna=False)


def low(v):
    """The lower edge of a band."""
    return v.min(skipna=False) if spread == "range" else mean(v) - sd(v)


def high(v):
    """The upper edge of a band."""
    return v.max(skipna=False) if spread == "range" else mean(v) + sd(v)


means = (
    runs.groupby(["curve", "epoch", "figure"])["value"]
    .agg(mean=mean, low=low, high=high)
    .reset_index()
)

alt.data_transformers.disable_max_rows()
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
