"""What a fit is, and what is refused as one."""

import math
from dataclasses import replace

import pytest

from pages.ui.fitting.presets import PRESETS
from pages.ui.fitting.state import BINS, CENTRES, Component, Fit, Gaussian, checked, decode

TWO = Fit((Component(-3, 0.8, 0.6), Component(2.5, 1, 0.4)), (), Gaussian(1.5, 1))
UNIFORM = Fit(
    (), tuple(100.0 if 10 <= place < 22 else 0.0 for place in range(BINS)), Gaussian(0, 1)
)


@pytest.mark.parametrize("fit", [TWO, UNIFORM, *(preset.state for preset in PRESETS)])
def test_a_share_text_opens_the_fit_that_it_was_written_for(fit):
    assert decode(fit.encode()) == fit


def test_a_share_text_is_short_and_readable():
    assert TWO.encode() == "hills -3:0.8:0.6, 2.5:1:0.4; Q 1.5:1"
    assert all(len(preset.state.encode()) < 250 for preset in PRESETS)


def test_spaces_and_many_digits_do_not_matter():
    fit = decode("  hills  -3 : 0.8:0.60000000001 ,2.5:1:.4;Q  1.5:1 ")
    assert fit == TWO
    assert decode(fit.encode()) == fit


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "A share text has the form"),
        ("hills 0:1:1", "A share text has the form"),
        ("peaks 0:1:1; Q 0:1", "A share text has the form"),
        ("hills 0:1; Q 0:1", "number 1 is “0:1”"),
        ("hills 0:1:1; Q 0", "Q has the form mean:std"),
        (
            "hills 0:1:1, 0:0:1; Q 0:1",
            "Component 2’s standard deviation must lie between 0.15 and 6",
        ),
        ("hills 0:-1:1; Q 0:1", "got “-1”"),
        ("hills 8.1:1:1; Q 0:1", "Component 1’s mean must lie between −8 and 8; got “8.1”"),
        ("hills 0:1:0, 1:1:0; Q 0:1", "All components have weight 0"),
        ("hills 0:1:-1; Q 0:1", "Component 1’s weight must be a number from 0 up"),
        ("hills 0:1:inf; Q 0:1", "got “inf”"),
        ("hills nan:1:1; Q 0:1", "got “nan”"),
        ("hills 0:1:1; Q 0:7", "Q’s standard deviation"),
        ("hills " + ", ".join(["0:1:1"] * 5) + "; Q 0:1", "1 to 4 components, not 5"),
        ("bins 1,2; Q 0:1", "A histogram has 32 bins; 2 heights came"),
        ("bins " + ",".join(["0"] * 32) + "; Q 0:1", "All bins are empty"),
        ("bins " + ",".join(["x"] * 32) + "; Q 0:1", "Bin 1’s weight"),
        ("x" * 501, "longer than 500 characters"),
    ],
)
def test_a_bad_share_text_is_refused_in_one_sentence(code, says):
    with pytest.raises(ValueError, match=r"^[^\n]+[.]$") as refusal:
        decode(code)
    assert says in str(refusal.value)


@pytest.mark.parametrize("between", [",", ", ", "\t", " ", "\n"])
def test_bins_are_read_with_commas_and_as_a_spreadsheet_has_them(between):
    heights = [*range(0, 4000, 250), *range(4000, 0, -250)]
    code = f"bins {between.join(map(str, heights))}; Q 0:1"
    assert decode(code).bins == tuple(heights)


@pytest.mark.parametrize(("filled", "taken"), [(1, False), (2, False), (3, False), (4, True)])
def test_a_uniform_histogram_must_be_four_bins_wide(filled, taken):
    """k equal bins side by side have the variance (k² − 1)/12 steps²: 1 or more from k = 4 on."""
    bins = [1.0] * filled + [0.0] * (BINS - filled)
    assert ((filled**2 - 1) / 12 >= 1) == taken
    if taken:
        assert checked([], bins, (0, 1)).bins == tuple(bins)
    else:
        with pytest.raises(ValueError, match="narrower than its bins can resolve"):
            checked([], bins, (0, 1))


def test_bins_are_half_a_unit_wide_around_their_centres():
    assert CENTRES[0] == -7.75
    assert CENTRES[-1] == 7.75
    assert CENTRES[1] - CENTRES[0] == 0.5


def test_densities_are_the_mixtures_and_the_bins():
    # 0.6·φ(0)/0.8 and, at 2.5, 0.4·φ(0), each with 1e-10 and less of the other component.
    assert TWO.densities([-3, 2.5]) == pytest.approx(
        [0.75 / math.sqrt(2 * math.pi), 0.4 / math.sqrt(2 * math.pi)], rel=1e-6
    )
    # Twelve bins of half a unit: 1/6 each.
    assert UNIFORM.densities([-3.01, -2.99, 2.99, 3.01]) == pytest.approx([0, 1 / 6, 1 / 6, 0])


def test_a_mixture_becomes_a_histogram_of_the_same_shape():
    drawn = TWO.as_histogram()
    assert drawn.q == TWO.q
    assert max(drawn.bins) == 100
    ratio = TWO.densities([CENTRES[5]])[0] / TWO.densities([CENTRES[10]])[0]
    assert drawn.bins[5] / drawn.bins[10] == pytest.approx(ratio, rel=0.01)


def test_empty_bins_get_a_thousandth_of_the_tallest_and_others_stay():
    given = UNIFORM.with_filled_bins()
    assert set(given.bins) == {0.1, 100.0}
    assert [height for height in given.bins if height > 1] == [100.0] * 12


def test_a_component_is_added_in_the_widest_gap_and_removed_again():
    shorter = Fit((Component(-3, 0.8, 0.6), Component(1, 1, 0.4)), (), TWO.q)
    longer = shorter.with_another_component()
    assert longer.components[:2] == shorter.components
    assert longer.components[2].mean == (1 + 8) / 2
    assert longer.without_component(2) == shorter
    with pytest.raises(ValueError, match="1 to 4 components, not 0"):
        replace(TWO, components=TWO.components[:1]).without_component(0)


def test_one_bin_is_set():
    assert UNIFORM.with_bin(0, 7).bins[:2] == (7, 0)
    with pytest.raises(ValueError, match="Bin 1’s weight"):
        UNIFORM.with_bin(0, -1)
