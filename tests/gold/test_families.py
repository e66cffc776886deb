"""The families of the first five articles come out when the articles are read.

The agency's own sentence and another desk's translation of it have no words in common that would tell: they are two
families.
"""

import json

import pytest
import quotelens as ql


def read(path):
    if not path.exists():
        pytest.skip(f"../shared/gold/{path.name} is not there")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_families_of_five_articles(shared):
    wanted = read(shared / "gold" / "seeds_families.jsonl")
    documents = read(shared / "gold" / "seeds.jsonl")
    corpus = ql.Corpus([{"doc_id": row["doc_id"], "text": row["text"]} for row in documents])
    quotes = corpus.quotes(kind="all", acts="all")
    variants = quotes.families().variants()
    family = {(row["doc_id"], row["quote_id"]): row["family_id"] for row in variants}
    for group in wanted:
        found = []
        for member in group["members"]:
            touching = {
                family.get((row["doc_id"], row["quote_id"]))
                for row in quotes.filter(doc_id=member["doc_id"])
                if row["start"] < member["end"] and member["start"] < row["end"]
            } - {None}
            found.append(touching)
        if group["family"] == "outside-control":
            assert not found.pop(0)  # another translation, which nobody else has
        assert all(found), f"{group['family']}: {found}"
        assert set.intersection(*found), f"{group['family']}: {found}"
