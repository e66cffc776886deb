"""Documents in the formats of other tools: `to_…` writes a corpus, `from_…` reads what people annotated.

to_brat, from_brat                  brat: texts with standoff annotations
to_labelstudio, from_labelstudio    Label Studio: tasks with predictions, and the labelling configuration
to_doccano, from_doccano            doccano: JSONL with entities and relations
to_jsonld, from_jsonld              W3C Web Annotations in JSON-LD
to_tei, from_tei                    TEI P5
to_conllu                           CoNLL-U: words, tags and trees
to_quotebank                        Quotebank's records of quotations

Quotes of all kinds, acts and zones are written.  `from_…` returns documents as `quotelens annotate` writes them, with
their text: gold for `evaluate` and `train`.

>>> import quotelens as ql
>>> ql.exchange.to_brat(ql.sample(), "to_annotate/")  # doctest: +SKIP
15
>>> ql.evaluate(None, ql.exchange.from_brat("to_annotate/"))  # doctest: +SKIP
"""

from quotelens.exchange.brat import from_brat, to_brat
from quotelens.exchange.conllu import to_conllu
from quotelens.exchange.doccano import from_doccano, to_doccano
from quotelens.exchange.jsonld import from_jsonld, to_jsonld
from quotelens.exchange.labelstudio import from_labelstudio, to_labelstudio
from quotelens.exchange.quotebank import to_quotebank
from quotelens.exchange.tei import from_tei, to_tei

__all__ = [
    "from_brat",
    "from_doccano",
    "from_jsonld",
    "from_labelstudio",
    "from_tei",
    "to_brat",
    "to_conllu",
    "to_doccano",
    "to_jsonld",
    "to_labelstudio",
    "to_quotebank",
    "to_tei",
]
