"""What a document says of people's genders: words that tell it before pronouns, and these before given names."""

import pytest
from quotelens import Corpus


def gender_of(text, name):
    (found,) = {row["gender"] for row in Corpus([text]).entities() if row["name"] == name}
    return found


@pytest.mark.parametrize(
    ("text", "name", "gender"),
    [
        ("Ms. Holm said it rained.", "Holm", "female"),
        ("Ada Holm said it rained.", "Ada Holm", "female"),
        ("Ada Holm, Bo’s father, said it rained.", "Ada Holm", "male"),
        ("His wife Omar Diaz said it rained.", "Omar Diaz", "female"),
        ("Omar Diaz, the king’s sister, said it rained.", "Omar Diaz", "female"),
        ("Actress Omar Diaz said it rained.", "Omar Diaz", "female"),
        ("The campaign manager, Arvo Lind, and his spokeswoman, Ida Brandt, said it rained.", "Ida Brandt", "female"),
    ],
)
def test_words_beside_a_name_tell_a_gender(text, name, gender):
    assert gender_of(text, name) == gender


def test_words_of_others_do_not():
    text = "The campaign manager, Arvo Lind, and his spokeswoman, Ida Brandt, said it rained."
    assert gender_of(text, "Arvo Lind") != "female"
    assert gender_of("The Lord Mayor of Saltby, Clover Brandt, said it rained.", "Clover Brandt") is None


def test_a_given_name_of_men_and_women_tells_none_but_with_a_pronoun():
    assert gender_of("Robin Holm said it rained.", "Robin Holm") is None
    assert gender_of("Robin Holm said it rained. She said it would pour.", "Robin Holm") in ("female", None)
    assert gender_of("Ms. Robin Holm said it rained.", "Robin Holm") == "female"


def test_a_family_name_behind_an_office_is_no_given_name():
    assert gender_of("Senator Warren said it rained.", "Warren") is None
    assert gender_of("Mrs. Warren said it rained.", "Warren") == "female"
