"""What holds for any mentions: each has a cluster, numbered in order of first appearance."""

import quotelens as ql
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PARTS = st.sampled_from(
    [
        *(
            "Ada",
            "Holm",
            "Omar",
            "Diaz",
            "Norvik",
            "Lines",
            "Bank",
            "of",
            "and",
            "the",
            "a",
            "Mr.",
            "Mrs",
            "Dr",
            "Jr.",
        ),
        *(
            "III",
            "Ltd",
            "Co.",
            "mayor",
            "President",
            "he",
            "she",
            "company",
            "officials",
            "backing",
            "&",
            ",",
            "(",
            ")",
        ),
        *("’s", "'s", "'", "-", "NATO", "U.N.", "É", "e\u0301", "王", "😀", "\ud800", "\x00", "\u2028", "\u200b"),
    ]
)
MENTION = st.one_of(
    st.lists(PARTS, max_size=6).map(" ".join),
    st.lists(PARTS, max_size=6).map("".join),
    st.text(st.characters(codec=None), max_size=12),
)
QUICK = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(st.lists(MENTION, max_size=30))
def test_any_mentions(mentions):
    links = ql.link_names(mentions)
    assert len(links) == len(mentions) and (not links or links[0] == 0)
    seen = set()
    for link in links:
        assert link in seen or link == len(seen)
        seen.add(link)
    cluster = {}
    for mention, link in zip(mentions, links, strict=True):
        assert cluster.setdefault(mention, link) == link
    assert ql.link_names(tuple(mentions)) == links


@QUICK
@given(st.lists(MENTION, max_size=15))
def test_repeating_a_document_changes_nothing(mentions):
    links = ql.link_names(mentions)
    assert ql.link_names(mentions + mentions) == links + links
