"""People's votes beside two networks in sentences, and charts and cards in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from models.data.cifar10 import CLASSES
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.human_labels.results import Disagreement, Results, Where


def capital(said: str) -> str:
    """As it stands at the beginning of a line."""
    return f"{said[0].upper()}{said[1:]}"


def coloured(names: Sequence[str]) -> list[str]:
    """Both networks' names, each in its colour."""
    return [f":{c}[{name}]" for c, name in zip(("blue", "orange"), names, strict=True)]


NETWORKS = "KL’s network", "cross-entropy’s network"
HEADINGS = ["KL divergence", "Cross-entropy"]
COLOURED = coloured(NETWORKS)


def parts(results: Results) -> str:
    """What fraction of each network's cross-entropy is the entropy of the votes."""
    people = results.votes.people
    low, high = int(people.min()), int(people.max())
    entropy = results.parts[0].entropy.value
    totals = [means.cross_entropy.value for means in results.parts]
    each = [
        f"{fmt.percent(entropy / total)} of H(P, Q) = {fmt.quantity(total, 'nats')} for {name}"
        for name, total in zip(COLOURED, totals, strict=True)
    ]
    return content.text(
        "human_labels/parts",
        n=f"{results.n:,}",
        people=f"{low}" if low == high else f"{low} to {high}",
        entropy=fmt.quantity(entropy, "nats"),
        each=fmt.join(each),
    )


def bias(results: Results) -> str:
    """What so few votes do to both parts, and what the correction makes of them."""
    kls = [
        f"{fmt.number(means.kl.value)} to {fmt.number(means.corrected_kl.value)} ({name})"
        for name, means in zip(NETWORKS, results.parts, strict=True)
    ]
    means = results.parts[0]
    return content.text(
        "human_labels/bias",
        votes=f"{round(float(results.votes.people.mean()))}",
        entropy=fmt.number(means.entropy.value),
        corrected=fmt.number(means.corrected_entropy.value),
        kls=" and from ".join(kls),
    )


def paired(results: Results) -> str:
    """Which network has the smaller KL from people, if the interval shows it."""
    difference, over = results.difference, f"the same {results.n:,} photographs"
    if not math.isfinite(difference.value):
        return f"**No mean difference.** {_infinite(results)}"
    low, high = difference.interval
    interval = "" if math.isnan(low) else f"[{_signed(low)}, {_signed(high)}]"
    said = (
        f"KL(P‖Q) of {COLOURED[0]} minus that of {COLOURED[1]} is on average "
        f"{_signed(difference.value)} nats {interval} over {over}."
    )
    if math.isnan(low):
        return f"{said} One photograph has no interval."
    if low <= 0 <= high:
        return (
            f"**Neither network is shown to be closer to people.** {said} The 95 % interval "
            "contains 0."
        )
    name = coloured([capital(one) for one in NETWORKS])[0 if high < 0 else 1]
    return (
        f"**{name} is closer to people.** {said} The 95 % interval does not contain 0. It "
        "covers other photographs, not networks with other seeds."
    )


def _infinite(results: Results) -> str:
    counts = [int(np.isinf(network.kl).sum()) for network in results.networks]
    each = [
        f"of {name} for {count:,}" for name, count in zip(COLOURED, counts, strict=True) if count
    ]
    return (
        f"KL(P‖Q) is ∞ {fmt.join(each)} of {results.n:,} photographs: there Q gives probability 0 "
        "to a class that somebody chose."
    )


def _signed(value: float) -> str:
    """A number with its sign, plus included."""
    return f"{'+' if value > 0 else ''}{fmt.number(value)}"


def rank_correlation(results: Results) -> str:
    """Whether H(Q) of KL's network is larger where H(P) is, if the interval shows it."""
    rank = results.rank_correlation
    low, high = rank.interval
    over = f"{rank.n:,} photographs"
    if math.isnan(low):
        return (
            f"There is no rank correlation over {over}: H(P), or H(Q) of {COLOURED[0]}, is the "
            "same for all."
        )
    said = (
        "**Spearman’s rank correlation** of H(P) and H(Q), the **predictive entropy** of "
        f"{COLOURED[0]} (the entropy of its softmax), is ρ = "
        f"{fmt.number(rank.rho)} [{fmt.number(low)}, {fmt.number(high)}] over {over}."
    )
    if low > 0:
        return f"**Where people disagree more, H(Q) tends to be larger.** {said}"
    if high < 0:
        return f"**Where people disagree more, H(Q) tends to be smaller.** {said}"
    return f"**No rank correlation is shown.** {said} The 95 % interval contains 0."


def agreed(results: Results) -> str:
    """The predictive entropy where all people agree, and elsewhere."""
    certain = results.entropy == 0
    parts = [
        f"on the {np.count_nonzero(those):,} photographs on which {which}, the mean H(Q) is "
        f"{fmt.quantity(results.kl.entropy[those].mean(), 'nats')}"
        for those, which in ((certain, "all people agree"), (~certain, "they do not"))
        if those.any()
    ]
    return f"{capital('; '.join(parts))}."


def ranked(where: Where, between: Disagreement | None) -> str:
    """By what the photographs are ranked."""
    if where == "people":
        return content.text("human_labels/ranked-people")
    if where == "part" or between is None:
        return content.text("human_labels/ranked-kl", network=COLOURED[0])
    if between.networks < 2:
        return content.text("human_labels/ranked-none")
    return content.text("human_labels/ranked-networks", n=f"{between.networks}")


def card(results: Results, number: int, where: Where, between: Disagreement | None) -> str:
    """People's votes and both networks' predictions for one photograph."""
    lines = [
        f"**Number {number:,}**, labelled **{CLASSES[results.labels[number]]}**",
        f"People: {_most(results, number)}",
        f":green[H(P)] = {fmt.quantity(results.entropy[number], 'nats')}",
    ]
    lines += [
        f"{name}: {CLASSES[network.predicted[number]]}, {_q(float(network.confidence[number]))}"
        for name, network in zip(coloured(HEADINGS), results.networks, strict=True)
    ]
    if where == "nets" and between is not None:
        lines.append(f"JS of all networks: {fmt.quantity(between.values[number], 'nats')}")
    if where == "part":
        lines.append(f"KL(P‖Q) = {fmt.quantity(results.kl.kl[number], 'nats')}")
    return "  \n".join(lines)


def _q(value: float) -> str:
    return f"q = {fmt.number(value)}".replace(" ", "\N{NO-BREAK SPACE}")


def _most(results: Results, number: int) -> str:
    """What most people chose, and how many: "cat, 62.0 %", "cat and dog, 50.0 % each"."""
    counts = results.votes.counts[number]
    first = np.flatnonzero(counts == counts.max())
    fraction = fmt.percent(float(counts.max() / counts.sum()))
    return f"{fmt.join([CLASSES[c] for c in first])}, {fraction}{' each' * (len(first) > 1)}"


def alt_parts(results: Results) -> str:
    """The stacked bars."""
    each = [
        f"of {name} {fmt.number(means.cross_entropy.value)} nats, made of H(P) = "
        f"{fmt.number(means.entropy.value)} and KL(P‖Q) = {fmt.number(means.kl.value)}"
        for name, means in zip(NETWORKS, results.parts, strict=True)
    ]
    corrected = fmt.number(results.parts[0].corrected_entropy.value)
    return (
        f"Two stacked bars, mean over {results.n:,} photographs: cross-entropy {'; '.join(each)}. "
        f"Corrected, H(P) would be {corrected}."
    )


def alt_entropies(results: Results) -> str:
    """H(Q) against H(P), with the means of groups."""
    each = [
        f"mean H(Q) {fmt.number(network.value)} where H(P) is about {fmt.number(people)} "
        f"(n = {network.n:,})"
        for people, network in results.groups
    ]
    return (
        f"Predictive entropy of KL’s network against the entropy of people’s votes, "
        f"{results.n:,} photographs, Spearman’s rank correlation "
        f"{fmt.number(results.rank_correlation.rho)}. In nats: {'; '.join(each)}."
    )


def alt_picture(results: Results, number: int) -> str:
    """The photograph itself."""
    return f"Test photograph number {number}, labelled {CLASSES[results.labels[number]]}"
