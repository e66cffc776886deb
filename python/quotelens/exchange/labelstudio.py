"""Label Studio's tasks: texts with predictions, and people's annotations."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from statistics import fmean
from typing import Any

from quotelens import _core
from quotelens.analysis.filter import ACTS, KINDS
from quotelens.corpus import Corpus
from quotelens.exchange.shared import (
    CONTINUED,
    FLAGS,
    PARTS,
    WITHIN,
    Annotated,
    Assembly,
    Region,
    Relation,
    Utf16,
    annotated,
    check_corpus,
    graph,
    labelled,
    one_file,
    read_document,
    read_json,
)
from quotelens.table.files import json_line

_COLOURS = {
    **{"direct": "#f5a623", "mixed": "#e0b84a", "indirect": "#c9c04a", "scare": "#b0b0b0"},
    **{"source": "#4a90e2", "cue": "#6abf5b"},
}
_OF_QUOTES = ' perRegion="true" whenTagName="quote" whenLabelValue="' + ",".join(KINDS) + '"'


def _config() -> str:
    labels = "\n".join(f'    <Label value="{name}" background="{colour}"/>' for name, colour in _COLOURS.items())
    relations = "\n".join(f'    <Relation value="{name}"/>' for name in (*PARTS, WITHIN, CONTINUED))
    acts, flags = ("\n".join(f'    <Choice value="{escape(name)}"/>' for name in names) for names in (ACTS, FLAGS))
    return f"""\
<View>
  <Labels name="quote" toName="text">
{labels}
  </Labels>
  <Relations>
{relations}
  </Relations>
  <Text name="text" value="$text" granularity="symbol"/>
  <Choices name="act" toName="text" choice="single" showInline="true"{_OF_QUOTES}>
{acts}
  </Choices>
  <Choices name="flags" toName="text" choice="multiple" showInline="true"{_OF_QUOTES}>
{flags}
  </Choices>
  <TextArea name="speaker" toName="text" placeholder="who speaks" maxSubmissions="1" editable="true"{_OF_QUOTES}/>
</View>
"""


# --------------------------------------------------------------------------------------------------------- writing


def to_labelstudio(corpus: Corpus, path: str | os.PathLike[str]) -> int:
    """Write tasks for Label Studio, with the quotes found as predictions, and the labelling configuration.

    `path` is a .json file; the configuration goes to the same name with `.xml`.  Tasks have the form described at
    <https://labelstud.io/guide/predictions>: `data` has the text, doc_id and metadata; each span of a quote is a
    region labelled with its kind, with the confidence as `score`; a task's score is their mean.  Act and flags
    (hedged, negated, boilerplate) are choices of the region, and the speaker is a text.  Relations link a region to
    its source, its cue, the next span of the same quote (continued) and the quote around it (within).  `start` and
    `end` count UTF-16 units, as JavaScript does.

    Returns the number of documents.  Raises TypeError for anything but a corpus, ValueError for a path that ends in
    `.xml`, and FileNotFoundError if the folder does not exist.

    >>> import json, pathlib, tempfile, quotelens as ql
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     n = to_labelstudio(ql.Corpus(["Snow 😀. “It rained,” Ann Lee said."]), f"{folder}/tasks.json")
    ...     task = json.loads(pathlib.Path(folder, "tasks.json").read_text("utf-8"))[0]
    >>> task["predictions"][0]["result"][0]["value"]
    {'start': 9, 'end': 21, 'text': '“It rained,”', 'labels': ['direct']}
    """
    check_corpus(corpus, "to_labelstudio")
    target = Path(path)
    if target.suffix.lower() == ".xml":
        raise ValueError(f"{str(target)!r} is where the configuration would go: give a path such as tasks.json.")
    n = 0
    with one_file(target.with_suffix(".xml")) as config, one_file(target) as file:
        config.write(_config())
        file.write("[")
        for task in corpus._each(lambda *given: json_line(_task(annotated(*given)))):
            file.write((",\n" if n else "\n") + task.rstrip("\n"))
            n += 1
        file.write("\n]\n")
    return n


def _task(document: Annotated) -> dict[str, Any]:
    regions, relations = graph(document.quotes, whole=False)
    result: list[dict[str, Any]] = []
    places = Utf16(document.text)
    for region in regions:
        result += _results(region, document.text, places)
    for origin, target, name in relations:
        ends = {"from_id": origin, "to_id": target}
        result.append({**ends, "type": "relation", "direction": "right", "labels": [name]})
    scores = [statement["confidence"] for statement in document.quotes if statement["confidence"] is not None]
    prediction: dict[str, Any] = {"model_version": f"quotelens {_core.__version__}", "result": result}
    if scores:
        prediction["score"] = round(fmean(scores), 4)
    meta = {name: value for name, value in document.meta.items() if value is not None and value != []}
    return {"data": {"text": document.text, "doc_id": document.doc_id, **meta}, "predictions": [prediction]}


def _results(region: Region, text: str, places: Utf16) -> Iterator[dict[str, Any]]:
    """A region, and what is said about it."""
    ((start, end),) = region.spans
    place = {"start": places.of(start), "end": places.of(end)}
    fields = region.fields

    def result(name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
        return {"id": region.key, "from_name": name, "to_name": "text", "type": kind, "value": {**place, **value}}

    label = fields.get("type", region.role)
    marked = result("quote", "labels", {"text": text[start:end], "labels": [label]})
    yield marked | ({"score": fields["confidence"]} if "confidence" in fields else {})
    if "act" in fields:
        yield result("act", "choices", {"choices": [fields["act"]]})
    if flags := [flag for flag in FLAGS if flag in fields]:
        yield result("flags", "choices", {"choices": flags})
    if "speaker" in fields:
        yield result("speaker", "textarea", {"text": [fields["speaker"]]})


# --------------------------------------------------------------------------------------------------------- reading


def from_labelstudio(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Read a Label Studio export of a project that `to_labelstudio` made, as gold for `evaluate` and `train`.

    `path` is a file in the export format JSON or JSON-MIN. The latter has no relations, so its quotes have no source,
    cue or parent_id.  Of each task, the annotation changed last counts (skipped ones do not), or else the
    predictions.  Documents are as `from_brat` gives them, without the kind of a source.  Regions with other labels
    are left out; all parts of a quote need the same label.

    Raises ValueError, naming file, task and region, for malformed input.

    >>> import quotelens as ql, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     n = to_labelstudio(ql.Corpus(["Snow 😀. “It rained,” Ann Lee said."]), f"{folder}/tasks.json")
    ...     quote = from_labelstudio(f"{folder}/tasks.json")[0]["quotes"][0]
    >>> quote["spans"], quote["source"]["text"], quote["speaker"]
    ([(8, 20)], 'Ann Lee', 'Ann Lee')
    """
    tasks = read_json(path)
    if not isinstance(tasks, list):
        raise ValueError(f"{os.fspath(path)}: expected a list of tasks, as Label Studio exports it, not an object.")
    return [_read(task, number, f"{os.fspath(path)}: task {number}") for number, task in enumerate(tasks)]


def _read(task: Any, number: int, place: str) -> dict[str, Any]:
    if not isinstance(task, Mapping):
        raise ValueError(f"{place}: an object is expected, not {type(task).__name__}.")
    is_small = "data" not in task
    data = task if is_small else task["data"]
    text = data.get("text") if isinstance(data, Mapping) else None
    if not isinstance(text, str):
        raise ValueError(f'{place}: there is no "text" in its data.')
    results = _small_results(task) if is_small else _chosen(task, place)
    doc_id = data.get("doc_id")
    doc_id = str(task.get("id", number)) if doc_id is None else str(doc_id)
    regions, relations = _marks(results, Utf16(text), place)
    quotes = Assembly(regions, relations, place).quotes(text, related=not is_small)
    return read_document(doc_id, text, quotes, place)


def _chosen(task: Mapping[str, Any], place: str) -> list[Any]:
    """The results of the annotation that counts."""
    versions = [
        version
        for version in task.get("annotations") or []
        if isinstance(version, Mapping) and not version.get("was_cancelled")
    ]
    if versions:
        version = max(versions, key=lambda version: str(version.get("updated_at") or version.get("created_at") or ""))
    else:
        version = next(iter(task.get("predictions") or []), {"result": []})
    results = version.get("result") if isinstance(version, Mapping) else None
    if not isinstance(results, list):
        raise ValueError(f'{place}: expected an annotation with a "result", a list of regions.')
    return results


def _small_results(task: Mapping[str, Any]) -> list[dict[str, Any]]:
    """JSON-MIN as results: its regions have no ids, and whatever is said about one carries its place."""
    kinds = {"quote": "labels", "act": "choices", "flags": "choices", "speaker": "textarea"}
    results = []
    for name, kind in kinds.items():
        values = task.get(name)
        for value in values if isinstance(values, list) else []:
            if isinstance(value, Mapping):
                key = f"{value.get('start')}-{value.get('end')}"
                is_part = kind == "labels" and any(label in PARTS for label in value.get("labels") or [])
                results.append({"id": key + " part" * is_part, "from_name": name, "type": kind, "value": value})
    return results


def _marks(results: list[Any], places: Utf16, place: str) -> tuple[list[Region], list[Relation]]:
    regions: dict[str, Region] = {}
    others: set[str] = set()  # regions with labels that are not ours
    drawn: list[Relation] = []
    said: list[tuple[str, dict[str, Any]]] = []
    for result in results:
        kind = result.get("type") if isinstance(result, Mapping) else None
        if kind == "relation":
            labels = result.get("labels") or [""]
            drawn.append(Relation(str(result.get("from_id")), str(result.get("to_id")), str(labels[0])))
            continue
        value = result.get("value") if kind is not None else None
        if not isinstance(value, Mapping) or "id" not in result:
            raise ValueError(f"{place}: {json.dumps(result)[:80]} is not a region with id, type and value.")
        key = str(result["id"])
        if kind == "labels":
            found = labelled(str(next(iter(value.get("labels") or []), "")))
            if found is None:
                others.add(key)
                continue
            units = [value.get("start"), value.get("end")]
            if not all(isinstance(unit, int) and unit >= 0 for unit in units):
                raise ValueError(f"{place}: the region {key} has no start and end that are whole numbers.")
            regions[key] = Region(key, found[0], [(places.back(value["start"]), places.back(value["end"]))], found[1])
        else:
            said.append((key, _said(result.get("from_name"), value, f"{place}: the region {key}")))
    for key, fields in said:
        if key in regions and regions[key].role == "quote":
            regions[key].fields |= fields
    return list(regions.values()), [r for r in drawn if r.origin not in others and r.target not in others]


def _said(name: Any, value: Mapping[str, Any], place: str) -> dict[str, Any]:
    """What a choice or a text says about a region."""
    values = value.get("text" if name == "speaker" else "choices") or []
    values = [values] if isinstance(values, str) else values
    if name == "speaker":
        return {"speaker": str(values[-1]).strip()} if values and str(values[-1]).strip() else {}
    if name == "flags":
        return {flag: True for flag in FLAGS if flag in values}
    if name != "act" or not values:
        return {}
    if values[0] not in ACTS:
        raise ValueError(f"{place} has the act {values[0]!r}; expected one of {', '.join(ACTS)}.")
    return {"act": values[0]}
