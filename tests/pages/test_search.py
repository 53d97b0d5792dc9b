"""The one search: what a few words, a misspelling or a line of code lead to."""

import threading
from pathlib import Path

import pytest

from pages.ui import content, search
from pages.ui.book import BOOK
from pages.ui.search import Hit

FILES = {page.file for page in BOOK}


def first(text: str) -> Hit:
    return search.search(text)[0]


@pytest.mark.parametrize(
    ("text", "page", "title"),
    [
        ("entropy", "pages/entropy.py", "Entropy"),
        ("keras", "pages/kl_in_keras.py", "KL divergence in Keras"),
        ("kld", "pages/kl_in_keras.py", ""),
        ("from_logits", "pages/kl_in_keras.py", ""),
        ("sample weights", "pages/kl_in_keras.py", "Reductions and sample weights"),
        ("loss", "pages/kl_in_keras.py", "KL divergence in Keras"),
        ("kullback_leibler_divergence", "pages/kl_in_keras.py", ""),
        ("hellinger_distance", "pages/reference.py", "kl_core.hellinger_distance"),
        ("Rényi", "pages/asymmetry.py", "Other divergences"),
        ("posterior collapse", "pages/beta_vae.py", "collapse"),
        ("calibration", "pages/evaluation.py", "calibration"),
        ("kelly", "pages/entropy.py", "Kelly criterion"),
    ],
)
def test_a_term_leads_to_its_place(text, page, title):
    hit = first(text)
    assert hit.page == page
    assert title in hit.title


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ENTROPY", "entropy"),
        ("renyi", "rényi"),
        ("entrpoy", "entropy"),
        ("assymetry", "asymmetry"),
        ("calibrat", "calibration"),
        ("gradients", "gradient"),
    ],
)
def test_capitals_accents_misspellings_beginnings_and_endings_find_the_same(typed, meant):
    assert search.search(typed)
    assert first(typed) == first(meant)


@pytest.mark.parametrize(
    "code", ["F.kl_div(log_q, p)", "torch.nn.functional.kl_div(a, b, reduction='mean')"]
)
def test_a_pasted_line_is_read_as_the_names_in_it(code):
    assert any("kl_div" in hit.title for hit in search.search(code)[:3])


@pytest.mark.parametrize(
    "text", ["", "   ", "…", "?!", "\x00", '"', "a" * 10_000, "* OR NEAR(", "';--"]
)
def test_whatever_is_typed_there_is_no_error(text):
    assert isinstance(search.search(text), list)


def test_a_word_that_nothing_resembles_finds_nothing():
    assert search.search("xylophone") == []


def test_what_is_not_treated_says_so_and_leads_to_the_nearest():
    hit = first("umap")
    assert hit.page == "pages/asymmetry.py"
    assert hit.says.startswith("Not treated here.")


def test_every_hit_leads_to_a_page_and_a_heading_that_is_there():
    headings = {
        heading for file in content.FOLDER.glob("*.md") for _, heading, _, _ in search._pieces(file)
    }
    plain = {search._plain(heading) for heading in headings} | {""}
    for entry in search.entries():
        assert entry.hit.page in FILES
        assert entry.hit.section in plain, entry.hit


def test_every_page_is_found_by_its_own_title():
    for page in BOOK[1:]:
        assert page.file in {hit.page for hit in search.search(page.title)[:3]}, page.title


def test_many_may_search_at_once():
    found: list[list[Hit]] = []
    searches = [
        threading.Thread(target=lambda: found.append(search.search("reverse KL"))) for _ in range(8)
    ]
    for each in searches:
        each.start()
    for each in searches:
        each.join()
    assert len(found) == 8
    assert all(hits == found[0] for hits in found)


def test_the_words_people_use_are_of_pieces_that_are_there():
    keys = {
        f"{file.stem}/{key}" if key else file.stem
        for file in content.FOLDER.glob("*.md")
        for _, _, key, _ in search._pieces(file)
    }
    assert search._table()["synonyms"].keys() <= keys
    stems = {Path(page.file).stem for page in BOOK}
    assert set(search._table()["first"].values()) <= stems
    for name, entry in search._table()["elsewhere"].items():
        assert entry["page"] in stems, name
