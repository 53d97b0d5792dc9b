"""The small picture of each page: one of its own charts, without words, in the theme's colours.

    python -m pages.ui.gallery.thumbnails

draws all of them again, into SVG files beside this one. They are files because drawing them would
take most of a first visit's time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.runs.record import Run
from pages.ui import vega
from pages.ui.beta_vae import charts as beta_vae_charts
from pages.ui.beta_vae import repository as beta_vae_repository
from pages.ui.comparison import pair_charts as pair_charts_of_runs
from pages.ui.comparison.results import MARGIN, group, versus
from pages.ui.evaluation import charts as evaluation_charts
from pages.ui.evaluation.results import Evaluation, PairedEvaluation
from pages.ui.fitting import charts as fitting_charts
from pages.ui.fitting import presets as fitting_presets
from pages.ui.fitting.results import solve as solve_fit
from pages.ui.loss import keras_charts as loss_charts
from pages.ui.loss import presets as loss_presets
from pages.ui.loss.results import solve as solve_loss
from pages.ui.pairs import charts as pair_charts
from pages.ui.pairs.presets import CODES
from pages.ui.pairs.presets import PRESETS as PAIRS
from pages.ui.pairs.results import solve as solve_pair
from pages.ui.pairs.state import Pair
from pages.ui.predictions import charts as predictions_charts
from pages.ui.predictions import repository as predictions_repository
from pages.ui.predictions.state import KL, MatchedRuns
from pages.ui.regression import charts as regression_charts
from pages.ui.regression import presets as regression_presets
from pages.ui.regression.results import solve as solve_regression
from pages.ui.training import charts as training_charts
from pages.ui.training import run_service
from pages.ui.vae import charts as vae_charts
from pages.ui.vae import presets as vae_presets
from pages.ui.vae.results import solve as solve_vae
from pages.ui.vega import Chart, Spec

FOLDER = Path(__file__).parent
WIDTH, HEIGHT = 200, 110
DARK = ("#56B4E9", "#F0A050", "#2FC79A", "#A8A8A8")  # the theme's, in EXPORT_COLOURS' order

CLIP = re.compile(r"\bclip\d+")


def entropy() -> Chart:
    """Ideal and Huffman's code lengths."""
    results = solve_pair(CODES[1].state, "bits")
    return pair_charts.code_lengths_table(results), pair_charts.code_lengths()


def asymmetry() -> Chart:
    """The terms of KL(P‖Q)."""
    results = solve_pair(PAIRS[1].state, "nats")
    return pair_charts.kl_terms_table(results), pair_charts.kl_terms("KL(P‖Q)", "nats")


def fitting() -> Chart:
    """P, and the Gaussians closest to it by forward and by reverse KL."""
    results = solve_fit(fitting_presets.HOME)
    return fitting_charts.curve_rows(results)[::6], fitting_charts.fit_curves()


def loss() -> Chart:
    """Keras's two losses along the true class's logit."""
    return loss_charts.sweep_rows(solve_loss(loss_presets.HOME)), loss_charts.sweep("value")


def kl_in_keras() -> Chart:
    """The gradients of Keras's two losses along the true class's logit."""
    return loss_charts.sweep_rows(solve_loss(loss_presets.HOME)), loss_charts.sweep("gradient")


def training() -> Chart:
    """Accuracy of one run on its training and its validation images."""
    run = _recorded()[0]
    rows = training_charts.curves(training_charts.histories([run]), "accuracy")
    return rows, training_charts.one_run("accuracy", run.spec.epochs)


def comparison() -> Chart:
    """The paired differences of accuracy, a seed a row, and their mean with its interval."""
    runs = [("recorded", run) for run in _recorded()]
    rows = pair_charts_of_runs.differences(versus(group(runs))[0])
    reach = pair_charts_of_runs.reach(rows)
    return rows, pair_charts_of_runs.forest(MARGIN, reach, len(rows))


def predictions() -> Chart:
    """What both networks predict for the photograph with the largest predictive entropy."""
    pair = _first_pair()
    number = int(predictions_repository.order(pair, KL, "validation", "entropy")[0])
    subject = predictions_repository.photograph(pair, "validation", number, "label")
    return predictions_charts.probabilities(subject)


def evaluation() -> Chart:
    """The reliability diagram."""
    both = (predictions_repository.predictions(run, "validation") for run in _first_pair().runs)
    return evaluation_charts.reliability(PairedEvaluation(*map(Evaluation.of, both)))


def human_labels() -> Chart:
    """A soft label, as people's votes are one, and a prediction."""
    pair = Pair(("cat", "dog", "deer", "horse"), (40, 8, 2, 0), (30, 4, 4, 12))
    results = solve_pair(pair, "nats")
    return pair_charts.distributions_table(results), pair_charts.distributions()


def vae() -> Chart:
    """σ of q during gradient descent on KL and on cross-entropy."""
    results = solve_vae(vae_presets.HOME)
    return vae_charts.descents_table(results.descents), vae_charts.descents()


def beta_vae() -> Chart:
    """The rate–distortion curve of the recorded networks."""
    runs, _ = beta_vae_repository.recorded()
    return beta_vae_charts.rate_distortion_table(runs, 1.0), beta_vae_charts.rate_distortion()


def regression() -> Chart:
    """Points with an outlier, and a line under each noise."""
    results = solve_regression(regression_presets.PRESETS[0].state)
    return regression_charts.picture_table(results), regression_charts.picture()


def _first_pair() -> MatchedRuns:
    return predictions_repository.plain_pairs()[0]


def _recorded() -> list[Run]:
    return [*run_service.recorded().values()]


THUMBNAILS: tuple[Callable[[], Chart], ...] = (
    entropy,
    asymmetry,
    fitting,
    loss,
    kl_in_keras,
    training,
    comparison,
    predictions,
    evaluation,
    human_labels,
    vae,
    beta_vae,
    regression,
)


def draw(chart: Chart) -> str:
    """The chart as SVG, in the colours of the theme around it."""
    data, spec = chart
    small = {**_wordless(spec), "height": HEIGHT}
    picture = vega.board([[(data, small)]])
    picture["vconcat"][0]["hconcat"][0]["width"] = WIDTH
    axis = {"labels": False, "ticks": False, "title": None, "grid": False, "domainColor": "#595959"}
    picture["config"] |= {"axis": axis}
    picture |= {"background": None, "padding": 2}
    return _themed(vega.svg(picture))


def _wordless(spec: Spec) -> Spec:
    """Without title, letters, and what only answers the pointer."""
    bare = {key: part for key, part in spec.items() if key not in ("title", "config")}
    if "layer" in spec:
        bare["layer"] = [_wordless(layer) for layer in spec["layer"] if not _is_text(layer)]
    return bare


def _is_text(layer: Spec) -> bool:
    mark: Any = layer.get("mark")
    return isinstance(mark, dict) and (mark["type"] == "text" or mark.get("opacity") == 0)


def _themed(svg: str) -> str:
    """Without what is not seen, and with the dark theme's colours where the page is dark."""
    svg = re.sub(r' (aria-[a-z]+|role|class|font-[a-z]+|pointer-events)="[^"]*"', "", svg)
    # Vega numbers its clips from one picture of a process to the next.
    clips = {clip: f"clip{n}" for n, clip in enumerate(dict.fromkeys(CLIP.findall(svg)), 1)}
    svg = CLIP.sub(lambda clip: clips[clip[0]], svg)
    nothing = r'<text.*?</text>|<path d="(M0,0h0v0h0Z)?"[^>]*/>|<path [^>]*display="none"[^>]*/>'
    svg = re.sub(nothing, "", svg, flags=re.DOTALL)
    svg = re.sub(r"\d+\.\d+", lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), svg)
    while (bare := svg.replace("<g></g>", "")) != svg:
        svg = bare
    rules = "".join(
        f'[{part}="{light}" i]{{{part}:{dark}}}'
        for light, dark in zip(vega.EXPORT_COLOURS, DARK, strict=True)
        for part in ("fill", "stroke")
        if re.search(f'{part}="{light}"', svg, re.IGNORECASE)
    )
    head = svg.index(">") + 1
    style = f"<style>@media (prefers-color-scheme: dark) {{{rules}}}</style>"
    return f"{svg[:head]}{style}{svg[head:]}\n"


if __name__ == "__main__":
    for chart in THUMBNAILS:
        (FOLDER / f"{chart.__name__}.svg").write_text(draw(chart()), encoding="utf-8")
