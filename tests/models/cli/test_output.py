import json

import pytest

from models.cli import output
from models.runs.job import Job
from models.runs.record import EpochResult, to_json
from models.runs.spec import RunSpec

SPEC = RunSpec("kl_divergence", epochs=2, data="shapes")
DIVERGED = EpochResult(1, float("nan"), 0.1, float("inf"), 0.25, 400, 1.5)


def test_an_epoch_is_a_line_with_each_figure_and_its_unit(capsys):
    result = EpochResult(1, 2.25, 0.125, 1.5, 0.5, 3, 1.25)
    output.events(Job("job", SPEC, "running"), as_json=False)("epoch", to_json(result))
    assert capsys.readouterr().out == (
        "epoch 1/2: loss 2.2500, accuracy 12.5%; validation loss 1.5000, accuracy 50.0%; "
        "3 images with q(true class) < 1e-7; 1.2 s\n"
    )


def test_a_diverged_epoch_is_told_too(capsys):
    output.events(Job("job", SPEC, "running"), as_json=False)("epoch", to_json(DIVERGED))
    assert "loss nan, accuracy 10.0%" in capsys.readouterr().out


def test_where_nobody_watches_passing_things_are_not_printed(capsys):
    say = output.events(Job("job", SPEC, "running"), as_json=False)
    say("stage", {"text": "reading shapes"})
    say("batch", {"epoch": 1, "done": 3, "batches": 20, "pace": 0.1})
    say("resumed", {"epochs": 0})
    assert capsys.readouterr().out == ""
    say("resumed", {"epochs": 4})
    assert capsys.readouterr().out == "resuming after epoch 4\n"


@pytest.mark.parametrize("as_json", [False, True])
def test_what_a_job_shows_never_names_its_owner(capsys, as_json):
    job = Job("job", SPEC, "failed", owner="5ec3e7", history=(DIVERGED,), error="no room")
    output.show_job(job, as_json)
    out = capsys.readouterr().out
    assert "5ec3e7" not in out
    assert "no room" in out
    if as_json:
        content = json.loads(out, parse_constant=lambda name: pytest.fail(name))  # no NaN
        assert content["history"][0]["loss"] is None
        assert content["state"] == "failed"
    else:
        assert out == "job  failed, 1 of 2 epochs, validation accuracy 25.0%, no room\n"
