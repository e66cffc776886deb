"""The readers of tools/teacher, on made-up sentences.  Its model needs PyTorch and is not tested here."""

import importlib.util
import sys

import pytest


@pytest.fixture(scope="module")
def data(root):
    spec = importlib.util.spec_from_file_location("teacher_data", root / "tools" / "teacher" / "data.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def conllu(*rows):
    """Rows of (word, tag, Penn tag, head, relation, entity)."""
    lines = [
        f"{i}\t{word}\t_\t{tag}\t{penn}\t_\t{head}\t{relation}\t_\t{f'Entity={entity}' if entity else '_'}"
        for i, (word, tag, penn, head, relation, entity) in enumerate(rows, 1)
    ]
    return "\n".join(lines) + "\n\n"


def names(data, tmp_path, *rows):
    (tmp_path / "made.conllu").write_text(conllu(*rows), encoding="utf-8")
    return list(data.read_trees(tmp_path / "made.conllu", with_names=True)[0].names)


def test_titles_stand_outside_of_names(data, tmp_path):
    found = names(
        data,
        tmp_path,
        ("President", "PROPN", "NNP", 2, "nmod:desc", "(1-person-new-nnnnn-cf1-2,3-sgl"),
        ("Ada", "PROPN", "NNP", 4, "nsubj", ""),
        ("Okoro", "PROPN", "NNP", 2, "flat", "1)"),
        ("spoke", "VERB", "VBD", 0, "root", ""),
    )
    assert found == ["O", "B-person", "I-person", "O"]


def test_a_body_takes_the_place_in_its_name_along(data, tmp_path):
    found = names(
        data,
        tmp_path,
        ("the", "DET", "DT", 2, "det", "(1-organization-new-nnnnn-cf1-2-sgl"),
        ("Bank", "PROPN", "NNP", 5, "nsubj", ""),
        ("of", "ADP", "IN", 4, "case", ""),
        ("Veldia", "PROPN", "NNP", 2, "nmod", "(2-place-new-nnnnn-cf1-1-sgl)1)"),
        ("said", "VERB", "VBD", 0, "root", ""),
    )
    assert found == ["O", "B-organisation", "I-organisation", "I-organisation", "O"]


def test_common_nouns_and_peoples_are_no_names(data, tmp_path):
    found = names(
        data,
        tmp_path,
        ("Teachers", "NOUN", "NNS", 3, "nsubj", "(1-person-new-nnnnn-cf1-1-sgl)"),
        ("and", "CCONJ", "CC", 3, "cc", ""),
        ("Veldians", "PROPN", "NNPS", 4, "nsubj", "(2-person-new-nnnnn-cf1-1-sgl)"),
        ("agree", "VERB", "VBP", 0, "root", ""),
    )
    assert found == ["O"] * 4


def test_noise_changes_words_alone(data):
    plain = data.Sentence(("the", "mayor", "of", "Veldia", "spoke"), tags=("DET", "NOUN", "ADP", "PROPN", "VERB"))
    made = data.noisy_copies([plain] * 400, seed=1)
    assert {copy.tags for copy in made} == {plain.tags}
    assert {copy.words for copy in made} == {
        ("THE", "MAYOR", "OF", "VELDIA", "SPOKE"),
        ("The", "Mayor", "of", "Veldia", "Spoke"),
    }
