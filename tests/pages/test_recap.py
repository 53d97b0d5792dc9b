from pages.ui.content import Question

ASKED = Question("Which?", ("this", "that"), "that", "Because.")


def test_the_right_answer_is_confirmed_and_a_wrong_one_put_right():
    assert ASKED.verdict("that") == "**Yes.** Because."
    assert ASKED.verdict("this") == "**Not quite.** The answer: that. Because."
