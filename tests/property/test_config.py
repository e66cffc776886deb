"""What holds for any Config: a file, a pickle and its own words give it back."""

import pickle

import quotelens as ql
from hypothesis import given, settings
from hypothesis import strategies as st
from quotelens import Config, _core

KNOWN = Config().cues()["lemma"]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8).filter(lambda name: name != "-")


def is_one_word(word):
    """Not one that is written together, such as "im" and "gonna"."""
    return len(ql.annotate(word).tokens()) == 1


ROWS = st.fixed_dictionaries(
    {"lemma": st.one_of(st.sampled_from(KNOWN), st.from_regex("[a-z]{2,12}", fullmatch=True).filter(is_one_word))},
    optional={
        "kind": st.sampled_from(["verb", "noun"]),
        "act": st.sampled_from(_core.ACTS),
        "tone": NAMES,
        "frames": st.lists(st.sampled_from(_core.FRAMES), min_size=1),
        "hedge": st.booleans(),
        "why": TEXT,
    },
)
SOURCES = st.lists(
    st.fixed_dictionaries(
        {"name": st.from_regex("[A-Z][a-z]{1,6} [A-Z][a-z]{1,6}", fullmatch=True)},
        optional={
            "aliases": st.just([]),
            "born": st.one_of(st.integers(-(10**20), 10**20), st.floats(allow_nan=False), st.booleans()),
            "no\tte": TEXT,
        },
    ),
    max_size=3,
)
CONFIGS = st.builds(
    lambda first, dropped, then, weights, own: (
        Config().add_cues(first).drop_cues(dropped).add_cues(then).set_weights(weights).add_sources(own)
    ),
    st.lists(ROWS, max_size=3),
    st.lists(st.sampled_from(KNOWN), max_size=3),
    st.lists(ROWS, max_size=3),
    st.dictionaries(
        st.sampled_from(sorted(Config().weights())),
        st.floats(min_value=-1e6, max_value=1e6, exclude_min=True, exclude_max=True) | st.integers(-9, 9),
        max_size=3,
    ),
    SOURCES,
)


@settings(deadline=None, max_examples=60)
@given(CONFIGS)
def test_round_trips(tmp_path_factory, config):
    path = tmp_path_factory.mktemp("config") / "options.toml"
    config.save(path)
    assert Config.load(path) == Config.from_toml(config.to_toml()) == config
    assert pickle.loads(pickle.dumps(config)) == config
    assert eval(repr(config), {"Config": Config}) == config
    assert Config.load(path)._lexicon_hash == config._lexicon_hash
    assert Config.load(path)._weights_hash == config._weights_hash


@settings(deadline=None, max_examples=60)
@given(CONFIGS)
def test_the_table_says_all(config):
    table = config.cues()
    keys = [(row["lemma"], row["kind"]) for row in table]
    assert keys == sorted(set(keys))
    dropped = set(KNOWN) - set(table["lemma"])
    again = Config().drop_cues(KNOWN).add_cues(table)
    assert list(again.cues()) == list(table) and config.drop_cues(dropped) == config
