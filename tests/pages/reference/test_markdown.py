"""docs/kl_core.md, which is generated from the docstrings."""

import re

import kl_core
from pages.ui.reference import api, markdown

PAGE = markdown.everything()


def test_the_file_says_what_the_docstrings_say() -> None:
    kept = markdown.FILE.read_text(encoding="utf-8")
    assert kept == PAGE, "run `python -m pages.ui.reference.markdown`"


def test_every_public_name_has_a_part_and_a_link_to_it() -> None:
    assert sorted(re.findall(r"(?m)^### (\w+)$", PAGE)) == sorted(kl_core.__all__)
    links = re.findall(r"\(#(\w+)\)", PAGE)
    assert links == [name.lower() for name in re.findall(r"(?m)^### (\w+)$", PAGE)]
    assert len(set(links)) == len(links)


def test_every_heading_of_the_page_reference_is_one_here() -> None:
    assert re.findall(r"(?m)^## (.+)$", PAGE) == list(api.groups())


def test_formulas_shapes_and_examples_are_code() -> None:
    assert "\n\n`KL(P‖Q) = Σ pᵢ log(pᵢ / qᵢ)`, in nats" in PAGE
    assert "\n\n`p(x) = Σᵢ weightsᵢ·N(x; meansᵢ, stdsᵢ)`.\n" in PAGE
    assert "\n\n`p, q`: `(..., k)`, broadcast together → `(...)`.\n" in PAGE
    assert PAGE.count("```pycon\n") >= len(kl_core.__all__) - 1


def test_nothing_in_a_docstring_is_taken_for_markdown() -> None:
    fenced = re.sub(r"(?ms)^```.*?^```$", "", PAGE)
    prose = re.sub(r"`[^`\n]*`|<!--.*-->|\(#\w+\)|(?m:^\*\*.*$|^#+ .*$)", "", fenced)
    assert not re.findall(r"(?<!\\)[*_<]|`", prose)
