"""The recorded study of true and assumed noises: its record, and what it says, in Markdown.

No figure is typed. Last the alternative texts of its charts.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from models.noise import study as record
from models.noise.study import Cell, Scored, Study
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.regression.prose import true_noise, two_decimals
from pages.ui.regression.state import SHORT, TRUTHS


def recorded() -> Study | None:
    """The study on file; None where there is none that can be read."""
    try:
        return _read(record.SAVED, record.SAVED.stat().st_mtime)
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=1)
def _read(path: Path, changed: float) -> Study:
    return record.load(path)


def setup(study: Study) -> str:
    """What was done."""
    shares = fmt.join([f"{100 * share:g}" for share in sorted({c.share for c in study.cells})])
    return content.text(
        "regression/study",
        truths=str(len({cell.truth for cell in study.cells})),
        shares=f"{shares}\N{NO-BREAK SPACE}%",
        cells=str(len(study.cells)),
        repeats=f"{study.repeats:,}",
        n=str(study.n),
        level="95\N{NO-BREAK SPACE}%",
    )


def answer(study: Study) -> str:
    """Whether KL is better than least squares, and by how much in some of the cells."""
    unclear = [cell for cell in study.cells if not any(map(_better, cell.models))]
    clear = len(study.cells) - len(unclear)
    said = content.text("regression/study-answer", clear=str(clear), cells=str(len(study.cells)))
    if unclear:
        said += f" In {fmt.join([_named(cell) for cell in unclear])} none has."
    cells = {(cell.truth, cell.share): cell for cell in study.cells}
    most = max(cell.share for cell in study.cells)
    some = ("normal", 0.0), ("normal", most), ("student_t", 0.0), ("heteroscedastic", 0.0)
    return "\n".join([said, "", *(_against_least_squares(cells[c]) for c in some if c in cells)])


def _better(model: Scored) -> bool:
    return model.noise != "normal" and model.ratio_interval[1] < 1


def _named(cell: Cell) -> str:
    name = true_noise(cell.truth, cell.share)
    return name if cell.share else f"{name} without outliers"


def _against_least_squares(cell: Cell) -> str:
    outliers = f" and {100 * cell.share:g}\N{NO-BREAK SPACE}% outliers" if cell.share else ""
    others = "; ".join(_changed(model) for model in cell.models if model.noise != "normal")
    return f"- With **{TRUTHS[cell.truth]}** noise{outliers}: {others}, each against least squares."


def _changed(model: Scored) -> str:
    """How much more or less error than least squares, with its interval."""
    sign, which = (1, "more") if model.ratio > 1 else (-1, "less")
    low, high = sorted(sign * (end - 1) for end in model.ratio_interval)
    size = fmt.percent(abs(model.ratio - 1))
    return f"{SHORT[model.noise]} {size} {which} error [{_percent(low)} to {_percent(high)}]"


def _percent(share: float) -> str:
    return fmt.percent(share).replace("-", "−")


def ranks(study: Study) -> str:
    """How well KL ranks the models by their error."""
    low, high = map(two_decimals, study.rank_interval)
    first, last = map(fmt.percent, study.agreement_interval)
    said = content.text(
        "regression/study-ranks",
        mean=two_decimals(study.rank_correlation),
        low=low,
        high=high,
        agreement=fmt.percent(study.agreement),
        first=first,
        last=last,
    )
    if not (others := [_named(cell) for cell in study.cells if not cell.agrees]):
        return said
    return (
        f"{said} It does not in {fmt.join(others)}: a noise that is nearer in KL describes the "
        "points better, and need not find the line better."
    )


def failures(study: Study) -> str:
    """Fits that gave no line."""
    failed = sum(model.failed for cell in study.cells for model in cell.models)
    return "Every fit gave a line." if not failed else f"{failed:,} fits gave no line."


def alt_errors(study: Study, truth: str) -> str:
    """Of a chart of errors under one true noise."""
    cells = [cell for cell in study.cells if cell.truth == truth]
    first, last = cells[0], cells[-1]
    then = {model.noise: model.error for model in last.models}
    ends = "; ".join(
        f"{SHORT[model.noise]} from {fmt.number(model.error)} to {fmt.number(then[model.noise])}"
        for model in first.models
    )
    return (
        f"Line chart of the mean error under {TRUTHS[truth]} noise from {100 * first.share:g} to "
        f"{100 * last.share:g} % of outliers: {ends}."
    )


def alt_against(study: Study) -> str:
    """Of the chart of errors against KL."""
    count = sum(len(cell.models) for cell in study.cells)
    return (
        f"Scatter plot of {count} models in cells: KL from the true noise against error over that "
        f"of least squares. Mean rank correlation in a cell: "
        f"{fmt.number(study.rank_correlation)}."
    )
