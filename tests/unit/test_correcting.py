"""The round trip: articles drawn, corrected in an annotation tool, and the corrections applied to results."""

import json

import pytest
import quotelens as ql
from quotelens import exchange


@pytest.fixture
def drawn():
    return ql.sample().sample_articles(4, by="outlet", seed=3)


def test_what_nobody_touched_is_kept(drawn, tmp_path):
    exchange.to_labelstudio(drawn, tmp_path / "tasks.json")
    exchange.to_brat(drawn, tmp_path / "brat")
    shown = exchange.from_labelstudio(tmp_path / "tasks.json")
    for back in (shown, exchange.from_brat(tmp_path / "brat")):
        corrections = ql.Corrections.between(shown, back)
        assert len(corrections) == 0 and corrections.counts()["kept"] > 20
    assert set(drawn.corrected(corrections).quotes()["correction"]) == {"kept"}


def test_label_studio(drawn, tmp_path):
    exchange.to_labelstudio(drawn, tmp_path / "tasks.json")
    shown = exchange.from_labelstudio(tmp_path / "tasks.json")
    tasks = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    for task in tasks:  # as the tool exports it: what a person left, beside the prediction
        task["annotations"] = [{"result": json.loads(json.dumps(task["predictions"][0]["result"]))}]
    result = tasks[0]["annotations"][0]["result"]
    statements = [r for r in result if r.get("from_name") == "quote" and r["id"].startswith("q")]
    wrong, relabelled = statements[0]["id"], statements[1]
    result[:] = [r for r in result if wrong not in (r.get("id"), r.get("from_id"), r.get("to_id"))]
    other = next(label for label in ("direct", "indirect") if label not in relabelled["value"]["labels"])
    relabelled["value"]["labels"] = [other]
    (tmp_path / "back.json").write_text(json.dumps(tasks), encoding="utf-8")

    back = exchange.from_labelstudio(tmp_path / "back.json")
    corrections = ql.Corrections.between(shown, back, by="Ada")
    assert (corrections.counts()["removed"], corrections.counts()["changed"]) == (1, 1)
    changed = corrections.table().filter(what="changed")
    assert (changed["field"], changed["new"]) == (["type"], [other])
    corrected = drawn.corrected(corrections)
    quotes = corrected.quotes(acts="all", kind="all", zones="all")
    assert quotes.count("correction").filter(correction="changed")["n"] == [1]
    assert len(corrected.problems()) == 0
    assert len(drawn.quotes(acts="all", kind="all", zones="all")) == len(quotes) + 1


def test_brat(drawn, tmp_path):
    exchange.to_brat(drawn, tmp_path / "brat")
    shown = exchange.from_brat(tmp_path / "brat")
    file = next(path for path in sorted((tmp_path / "brat").glob("*.ann")) if "\tKind " in path.read_text("utf-8"))
    lines = file.read_text(encoding="utf-8").splitlines()
    at = next(k for k, line in enumerate(lines) if "\tKind " in line)
    lines[at] = lines[at].rsplit(" ", 1)[0] + " scare"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    corrections = ql.Corrections.between(shown, exchange.from_brat(tmp_path / "brat"), by="Bo")
    assert corrections.table()["new"] == ["scare"] and corrections.table()["by"] == ["Bo"]
    assert ql.agreement(shown, corrections.to_gold(drawn)).figure("content", "exact").measured.value == 1
