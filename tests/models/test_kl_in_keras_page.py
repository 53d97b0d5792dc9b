"""The code on the page KL divergence in Keras, run on the Keras that is installed."""

import re
import runpy
from pathlib import Path

import numpy as np
import pytest

from tests.theme import ROOT

EXAMPLES = sorted((ROOT / "pages/ui/kl_in_keras/examples").glob("*.py"))
# A name, and the result that stands behind its line.
RESULT = re.compile(r"^(\w+) = .*  # (-?[\d.]+|\[[-\d., ]+\])$", re.MULTILINE)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_result_in_the_comments_is_what_keras_answers(keras, file: Path):
    results = RESULT.findall(file.read_text(encoding="utf-8"))
    assert results
    answers = runpy.run_path(str(file))
    for name, said in results:
        answer = np.asarray(answers[name])
        told = np.array(eval(said), dtype=float)
        assert answer.shape == told.shape, name
        np.testing.assert_allclose(answer, told, rtol=6e-4, atol=2e-6, err_msg=name)
