"""What the page Reference says of kl_core: lines to try, and each name's own docstring."""

import math
import re

import pytest

import kl_core
from pages.ui import formatting as fmt
from pages.ui.reference import api
from pages.ui.reference.sections import matching

LN2, LN3, LN5 = math.log(2), math.log(3), math.log(5)


def test_the_lines_to_try_answer_what_stands_beside_them() -> None:
    # Wikipedia's basic example: P = (9, 12, 4)/25 and Q uniform.
    nats = (32 * LN2 + 55 * LN3 - 50 * LN5) / 25
    bits = (-4 * LN2 - 6 * LN3 + 6 * LN5) / 3 / LN2
    told = re.findall(r"# ([0-9.]+) (nats|bits)", api.in_python())
    assert told == [(fmt.number(nats), "nats"), (fmt.number(bits), "bits")]
    *lines, first, second, terms = api.in_python().splitlines()
    scope: dict[str, object] = {}
    exec("\n".join(lines), scope)
    assert eval(first, scope) == pytest.approx(nats, rel=1e-12)
    assert eval(second, scope) == pytest.approx(bits, rel=1e-12)
    assert sum(eval(terms, scope)) == pytest.approx(nats, rel=1e-12)


def test_every_public_name_stands_under_one_heading() -> None:
    names = [entry.name for entries in api.groups().values() for entry in entries]
    assert sorted(names) == sorted(kl_core.__all__)


def test_an_entry_is_the_names_own_docstring() -> None:
    entry = next(e for e in api.groups()["KL divergence"] if e.name == "kl_divergence")
    assert entry.signature == (
        "kl_divergence(p=None, q=None, *, p_logits=None, q_logits=None, axis=-1, base=None, "
        "keepdims=False)"
    )
    assert entry.summary.startswith("Relative entropy: the extra mean code length if ")
    assert entry.details.startswith(
        "KL(P‖Q) = Σ pᵢ log(pᵢ / qᵢ), in nats, or in units of log(base)"
    )
    assert "\nRaises ValueError unless p and q are distributions along `axis`, " in entry.details


def test_no_two_names_are_said_to_be_the_same() -> None:
    entries = [entry for group in api.groups().values() for entry in group]
    assert len({entry.summary for entry in entries}) == len(entries)
    noises = next(entry for entry in entries if entry.name == "NOISES")
    assert all(noise in noises.details for noise in kl_core.NOISES)


def test_what_families_share_is_told_with_its_methods() -> None:
    entry = next(e for e in api.groups()["Parametric distributions"] if e.name == "Family")
    assert entry.signature == "Family"
    assert "\n\nlog_prob(x): Log of the probability of x" in entry.details
    assert "\n\nsample(rng, n): Independent draws" in entry.details


def test_a_search_looks_through_what_a_name_says_of_itself() -> None:
    entries = [entry for group in api.groups().values() for entry in group]
    found = [entry.name for entry in matching(entries, "KERAS clip")]
    assert "keras_kl_divergence" in found
    assert "kl_divergence" not in found
    assert "torch_kl_div" not in found
    assert [entry.name for entry in matching(entries, "nearest NEIGHBOUR")] == [
        "kl_from_samples",
        "entropy_from_samples",
        "mutual_information_from_samples",
    ]
