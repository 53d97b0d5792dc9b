"""What two nets believe about one picture → a tidy DataFrame."""

from __future__ import annotations

import pandas as pd

from models.runs.spec import LOSSES
from pages.ui import formatting as fmt
from pages.ui.predictions import repository
from pages.ui.predictions.subject import Subject


def beliefs(subject: Subject) -> pd.DataFrame:
    """Columns outcome, loss, probability, said: a row for each class and net."""
    rows = [
        (name, LOSSES[loss].title, float(q), f"{LOSSES[loss].short} {fmt.percent(q)}")
        for loss, row in subject.beliefs.items()
        for name, q in zip(repository.CLASSES, row, strict=True)
    ]
    return pd.DataFrame(rows, columns=["outcome", "loss", "probability", "said"])
