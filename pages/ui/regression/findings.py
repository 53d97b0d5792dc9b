"""What the recorded study says, in Markdown: no figure is typed."""

from __future__ import annotations

from models.noise.study import Cell, Scored, Study
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.regression import study as asking
from pages.ui.regression.choosing import TRUTHS
from pages.ui.regression.noises import SHORT


def setup(study: Study) -> str:
    """What was done."""
    shares = sorted({cell.share for cell in study.cells})
    listed = fmt.join([f"{100 * share:g}" for share in shares])
    return content.text(
        "regression/study",
        truths=str(len(asking.truths(study))),
        shares=f"{listed}\N{NO-BREAK SPACE}%",
        cells=str(len(study.cells)),
        repeats=f"{study.repeats:,}",
        n=str(study.n),
        level="95\N{NO-BREAK SPACE}%",
    )


def answer(study: Study) -> str:
    """Whether KL is better than least squares."""
    clear = [cell for cell in study.cells if any(_better(model) for model in cell.models)]
    others = [cell for cell in study.cells if cell not in clear]
    rest = f" In {fmt.join([_short(cell) for cell in others])} none has." if others else ""
    said = content.text(
        "regression/study-answer", clear=str(len(clear)), cells=str(len(study.cells))
    )
    return "\n".join([said + rest, "", *(f"- {line}" for line in _cells(study))])


def _cells(study: Study) -> list[str]:
    most = max(cell.share for cell in study.cells)
    told = []
    for truth, share in (("normal", 0.0), ("normal", most), ("student_t", 0.0),
                         ("heteroscedastic", 0.0)):  # fmt: skip
        if cell := asking.cell(study, truth, share):
            told.append(f"{_where(cell)}: {_against_least_squares(cell)}.")
    return told


def _where(cell: Cell) -> str:
    name = TRUTHS.get(cell.truth, cell.truth)
    outliers = f" and {100 * cell.share:g}\N{NO-BREAK SPACE}% outliers" if cell.share else ""
    return f"With **{name}** noise{outliers}"


def _against_least_squares(cell: Cell) -> str:
    others = [model for model in cell.models if model.noise != "normal"]
    return "; ".join(_changed(model) for model in others) + ", each against least squares"


def _changed(model: Scored) -> str:
    """How much more or less error than least squares, with its interval."""
    low, high = model.ratio_interval
    which = "more" if model.ratio > 1 else "less"
    size = abs(model.ratio - 1)
    ends = sorted((low - 1, high - 1)) if which == "more" else sorted((1 - high, 1 - low))
    between = f"{_percent(ends[0])} to {_percent(ends[1])}"
    return f"{SHORT[model.noise]} {fmt.percent(size)} {which} error [{between}]"


def _percent(share: float) -> str:
    return fmt.percent(share).replace("-", "−")


def _better(model: Scored) -> bool:
    return model.noise != "normal" and model.ratio_interval[1] < 1


def ranks(study: Study) -> str:
    """How well KL ranks the models by their error."""
    mean = fmt.number(round(study.rank_correlation, 2))
    low, high = (fmt.number(round(end, 2)) for end in study.rank_interval)
    first, last = map(fmt.percent, study.agreement_interval)
    where = [cell for cell in study.cells if not cell.agrees]
    said = content.text(
        "regression/study-ranks",
        mean=mean,
        low=low,
        high=high,
        agreement=fmt.percent(study.agreement),
        first=first,
        last=last,
    )
    if not where:
        return said
    return (
        f"{said} It does not in {fmt.join([_short(cell) for cell in where])}: a noise that is "
        "nearer in KL describes the points better, and need not find the line better."
    )


def _short(cell: Cell) -> str:
    outliers = f"with {100 * cell.share:g}\N{NO-BREAK SPACE}%" if cell.share else "without"
    return f"{TRUTHS.get(cell.truth, cell.truth)} noise {outliers} outliers"


def failures(study: Study) -> str:
    """Fits that gave no line."""
    failed = sum(model.failed for cell in study.cells for model in cell.models)
    return "Every fit gave a line." if not failed else f"{failed:,} fits gave no line."


def caption(study: Study, truth: str) -> str:
    """What a chart of errors shows, in words."""
    cells = [cell for cell in study.cells if cell.truth == truth]
    ends = "; ".join(
        f"{SHORT[model.noise]} from {fmt.number(model.error)} to "
        f"{fmt.number(asking.scored(cells[-1], model.noise).error)}"
        for model in cells[0].models
    )
    return (
        f"Line chart of the mean error under {TRUTHS.get(truth, truth)} noise from "
        f"{100 * cells[0].share:g} to {100 * cells[-1].share:g} % of outliers: {ends}."
    )


def caption_against(study: Study) -> str:
    """What the chart of errors against KL shows, in words."""
    count = sum(len(cell.models) for cell in study.cells)
    return (
        f"Scatter plot of {count} models in cells: KL from the true noise against error over that "
        f"of least squares. Mean rank correlation in a cell: "
        f"{fmt.number(study.rank_correlation)}."
    )
