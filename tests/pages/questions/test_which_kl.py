"""Which divergence a line computes, of lines in the shapes in which people write them."""

import json
import re
import time
from pathlib import Path

import pytest

from pages.ui.questions import which_kl
from pages.ui.questions.which_kl import explain, why_not

# Each text ends with a line that says what plays P and Q in its last divergence.
BLOCKS = re.findall(
    r"(.+?)\n#> ([^\n]+) ‖ ([^\n]+)\n+",
    Path(__file__).with_name("lines.txt").read_text(encoding="utf-8"),
    re.DOTALL,
)
# What is no KL divergence, or cannot be told.
OTHERS = [
    "kl_loss_func(F.log_softmax(a), b)",
    "loss = -(p * q.log()).sum()",
    "cross = -torch.sum(p * log_q)",
    "entropy = -(p * p.log()).sum()",
    "pi_logratios = policy_chosen_logps - policy_rejected_logps",
]


@pytest.mark.parametrize(("source", "p", "q"), BLOCKS)
def test_p_and_q_are_found(source, p, q):
    found = explain(source)[-1]
    assert (found.p, found.q, found.certain) == (p, q, True)
    assert found.says


@pytest.mark.parametrize("source", OTHERS)
def test_what_is_no_divergence_is_none(source):
    assert explain(source) == []


@pytest.mark.parametrize(
    "source", ["kl_div(a, b)", "kl_divergence(a, b)", "kl = ((ratio - 1) - log_ratio).mean()"]
)
def test_where_the_library_decides_it_is_asked_for(source):
    (found,) = explain(source)
    assert not found.certain
    assert "?" in found.says[0]


def test_two_divergences_of_a_line_are_both_found():
    p, q = explain("js = 0.5 * F.kl_div(m.log(), p) + 0.5 * F.kl_div(m.log(), q)")
    assert (p.p, q.p) == ("p", "q")


@pytest.mark.parametrize(
    ("source", "p_is_log", "q_is_log", "reduction"),
    [
        ("F.kl_div(a, b)", False, True, "mean"),
        ("F.kl_div(a, b, reduction='batchmean', log_target=True)", True, True, "batchmean"),
        ("F.kl_div(a, b, reduction=how, log_target=flag)", None, True, None),
        ("F.kl_div(a, b, size_average=False)", False, True, "sum"),
        ("F.kl_div(a, b, reduction='none').sum(-1).mean()", False, True, "sum, then mean"),
        ("keras.losses.KLDivergence()(a, b)", False, False, "sum_over_batch_size"),
        ("keras.losses.KLDivergence(reduction=None)(a, b)", False, False, "none"),
        ("optax.kl_divergence(a, b)", False, True, "sum over the last axis"),
        ("rel_entr(p, q).sum()", False, False, "sum"),
        ("np.sum(p * np.log(p / q))", False, False, "sum"),
        ("p * np.log(p / q)", False, False, "none"),
        ("(log_p.exp() * (log_p - log_q)).sum(-1).mean()", False, True, "sum, then mean"),
    ],
)
def test_what_is_expected_and_how_it_is_reduced(source, p_is_log, q_is_log, reduction):
    (found,) = explain(source)
    assert (found.p_is_log, found.q_is_log, found.reduction) == (p_is_log, q_is_log, reduction)


def test_probabilities_where_logarithms_belong_are_told():
    (found,) = explain("F.kl_div(F.softmax(a), F.softmax(b), reduction='batchmean')")
    assert any("expected as logarithms" in said for said in found.says)
    (right,) = explain("F.kl_div(F.log_softmax(a), F.softmax(b), reduction='batchmean')")
    assert not any("the result is wrong" in said for said in right.says)


@pytest.mark.parametrize(
    "source",
    [
        "x=1\n" * 100_000,
        "(" * 1_000_000,
        "[" * 300 + "]" * 300,
        "def f(:\n" * 1000,
        "\t\tx\n  y" * 100,
        "x=" + "-" * 40_000 + "1",
        "x = " + "+".join(["a"] * 20_000),
        "a.b" + ".c" * 20_000,
        "",
        "\x00",
        "if 1:\n" * 150 + "x",
        "x=" * 5000 + "1",
    ],
    ids=range(12),
)
def test_whatever_is_pasted_ends_soon_and_without_an_error(source):
    start = time.process_time()
    assert explain(source) == []
    assert isinstance(why_not(source), str)
    assert time.process_time() - start < 5  # against what grows with the square of the length


def test_the_command_tells_a_file_line_by_line_and_as_json(tmp_path, capsys):
    file = tmp_path / "loss.py"
    file.write_text("import torch.nn.functional as F\nloss = F.kl_div(log_q, p)\n")
    assert which_kl.main([str(file)]) == 0
    assert "loss.py:2: F.kl_div" in capsys.readouterr().out
    assert which_kl.main([str(file), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["line"], found["p"], found["q"]) == (2, "p", "log_q")
    assert which_kl.main([str(tmp_path / "missing.py")]) == 1
    assert "cannot be read" in capsys.readouterr().err
