import math
import re

import pytest

from pages.ui import formatting as fmt
from pages.ui.reference import formulas

LN2, LN3, LN5 = math.log(2), math.log(3), math.log(5)


def test_a_nat_is_told_in_bits() -> None:
    assert fmt.quantity(1 / LN2, "bits") == "1.443 bits"
    assert "1.443 bits" in formulas.units()


def test_the_lines_to_try_answer_what_stands_beside_them() -> None:
    # Wikipedia's basic example: P = (9, 12, 4)/25 and Q uniform.
    nats = (32 * LN2 + 55 * LN3 - 50 * LN5) / 25
    bits = (-4 * LN2 - 6 * LN3 + 6 * LN5) / 3 / LN2
    told = re.findall(r"# ([0-9.]+) (nats|bits)", formulas.in_python())
    assert told == [(fmt.number(nats), "nats"), (fmt.number(bits), "bits")]
    *lines, first, second, terms = formulas.in_python().splitlines()
    scope: dict[str, object] = {}
    exec("\n".join(lines), scope)
    assert eval(first, scope) == pytest.approx(nats, rel=1e-12)
    assert eval(second, scope) == pytest.approx(bits, rel=1e-12)
    assert sum(eval(terms, scope)) == pytest.approx(nats, rel=1e-12)
