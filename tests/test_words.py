"""The field's terms: home-made words stand nowhere in their place, in text, names or comments."""

import re
from pathlib import Path

import pytest

from tests.theme import ROOT

# A home-made word → the term of the field. Keys of addresses and share texts stand in quotes.
INSTEAD = {
    r"nets?": "network, model",
    r"beliefs?|believes?": "predicted distribution",
    r"doubts?|doubtful": "predictive entropy",
    r"too (?:modest|sure)|sureness": "under- or overconfident",
    r"hills?": "mode, component",
    r"spell(?:s|ed)? out": "show formula",
    r"dearer": "a higher β lowers the rate",
    r"downhill": "gradient descent",
    r"surprises (?:by|us|you)": "surprisal",
    r"(?:KL|it|them) small": "minimises",
    r"what you can now say": "key points",
}
HOME_MADE = re.compile(rf"(?<![\w\"“'=:./-])(?:{'|'.join(INSTEAD)})(?![\w\"'])", re.IGNORECASE)
# Labels as they stood in older addresses, which are still understood.
OLD_LABELS = ("human_labels/sections.py", "predictions/editor.py")
FILES = [
    path
    for pattern in ("app.py", "pages/**/*", "models/**/*", "kl_core/**/*", "README.md", "docs/*.md")
    for path in sorted(ROOT.glob(pattern))
    if path.suffix in {".py", ".md", ".js", ".css", ".toml"}
    and not path.as_posix().endswith(OLD_LABELS)
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_the_fields_terms_stand_in_place_of_home_made_words(file: Path):
    lines = enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    assert [f"{number}: {line.strip()}" for number, line in lines if HOME_MADE.search(line)] == []
