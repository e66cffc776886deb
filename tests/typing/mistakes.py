"""Calls that a type checker has to refuse, each marked with the error it should give."""

import quotelens as ql


def mistakes() -> None:
    ql.read("a", "body")  # type: ignore[call-arg]
    ql.Corpus(["a"], threads="all")  # type: ignore[arg-type]
    ql.annotate(b"bytes")  # type: ignore[arg-type]
    ql.sentence_boundaries("text", False)  # type: ignore[call-arg]
    ql.link_names("Ada Holm")  # type: ignore[arg-type]
    ql.parse_words("He left")  # type: ignore[arg-type]
    ql.parse_words([b"He"])  # type: ignore[list-item]
    ql.sample().tokens(True)  # type: ignore[call-arg]
    ql.exchange.to_conllu(["text"], "out/")  # type: ignore[arg-type]
    ql.exchange.to_brat("text", "out/")  # type: ignore[arg-type]
    ql.sample().quotes("direct")  # type: ignore[call-arg]
    ql.Config().add_cues(["quip"])  # type: ignore[list-item]
    ql.Config().drop_cues(7)  # type: ignore[arg-type]
    ql.annotate("text", config={"quip": "manner"})  # type: ignore[arg-type]
