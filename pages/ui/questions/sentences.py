"""The sentences that explain a finding."""

from __future__ import annotations

from pages.ui.questions.calls import Signature
from pages.ui.questions.formula import Formula

DIVIDES = {
    "none": "Nothing is summed: one value for each outcome or each sample.",
    "mean": "The sum is divided by the number of elements, samples × outcomes: it is not KL.",
    "batchmean": "The sum is divided by the number of samples.",
    "sum": "The sum goes over samples and outcomes, and is not divided.",
    "sum_over_batch_size": "Each sample is summed over its outcomes; the mean goes over samples.",
}
ESTIMATORS = {
    "k1": "k1 = log p − log q on samples from P: unbiased, often negative, large variance.",
    "k2": "k2 = ½ (log p − log q)² on samples from P: never negative, biased.",
    "k3": "k3 = q/p − 1 − log(q/p) on samples from P: unbiased and never negative.",
}


def of_call(
    signature: Signature,
    p: str,
    q: str,
    p_is_log: bool | None,
    reduction: str | None,
    mistakes: tuple[str, ...],
) -> tuple[str, ...]:
    """What a library's call computes, wants and divides by."""
    is_kl = signature.what.startswith("KL")
    says = [f"KL({p}‖{q}): `{p}` plays P and `{q}` plays Q."] if is_kl else []
    if signature.what != "KL divergence":
        says.append(f"It computes the {signature.what}.")
    wants = {True: "logarithms of probabilities", False: "probabilities"}
    if p_is_log is not None and signature.q_is_log is not None:
        says.append(f"P is expected as {wants[p_is_log]}, Q as {wants[signature.q_is_log]}.")
    elif signature.q_is_log is not None:
        says.append(f"Q is expected as {wants[signature.q_is_log]}; `log_target` decides for P.")
    says += mistakes
    says += [DIVIDES.get(reduction or "", f"The terms are reduced by {reduction or 'an option'}.")]
    says += [each for each in (signature.zeros, signature.negative) if each]
    says.append("The unit is nats.")
    if signature.write and (mistakes or reduction == "mean"):
        log_q = q if not mistakes else f"({q}).log()"
        says.append(f"Write `{signature.write.format(p=p, q=q, log_q=log_q)}`.")
    return tuple(says)


def of_formula(found: Formula, reduction: str | None) -> tuple[str, ...]:
    """What a formula computes, and where it fails."""
    sign = "−" if found.negated else ""
    says = [f"{sign}KL({found.p}‖{found.q}): `{found.p}` plays P and `{found.q}` plays Q."]
    if found.kind in ESTIMATORS:
        says.append(f"It estimates it: {ESTIMATORS[found.kind]}")
        says.append(f"If the samples come from `{found.q}` instead, it estimates something else.")
    elif found.kind == "vae":
        says.append("The closed form for a normal distribution and N(0, 1); it is never negative.")
    else:
        says.append(
            "An outcome with P = 0 gives 0 · log 0 = nan unless it is left out."
            if not found.guarded
            else "The ε or the clip keeps it finite where KL is ∞, and it is no longer exact."
        )
        says.append("It comes out negative only when P or Q does not sum to 1.")
    says.append(DIVIDES.get(reduction or "", f"The terms are reduced by {reduction}."))
    says.append(f"The unit is {'bits' if found.bits else 'nats'}.")
    return tuple(says)
