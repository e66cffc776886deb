#!/usr/bin/env python3
"""Make the lexicon's C tables from ext/data/lexicon.

    lexicon.py [DATA] [TABLES]        write lexicon_classes.h and lexicon.h into TABLES

`cues.tsv` lists reporting cues by lemma and `phrases.tsv` phrases by kind; every other file lists words with their
classes, and the words of ../page.tsv are added to those.  A class becomes a number QL_WORD_<CLASS>; a word may be in
several files and gets the classes of all.  The lists in `rules` say which words a rule looks for, the others what a
word is: only these make a word known, so the classes of `rules` come last.  Rows out of order, repeated, or without a
reason are refused.  Standard library only; the same input gives the same bytes.
"""

import hashlib
import pathlib
import re
import sys

import page
from output import write_table

ROOT = pathlib.Path(__file__).resolve().parent.parent
FORMS = {"base": 1, "s": 2, "past": 4, "participle": 8, "ing": 16}
WORD_COLUMNS = ["word", "classes", "why"]
PHRASE_COLUMNS = ["phrase", "kind", "why"]
PHRASE_CLASS = "PHRASE"  # of a word that begins a phrase
LONGEST_PHRASE = 4
CUE_COLUMNS = ["lemma", "kind", "act", "tone", "frames", "forms", "hedge", "why"]
# Verbs of more than one syllable that double their last consonant; those of one do it by a rule.
DOUBLING = {"admit", "compel", "prefer", "rebut", "refer", "regret", "submit"}
ONE_SYLLABLE = re.compile("(?:qu|[^aeiou])+[aeiou][bdfgklmnprtvz]")


def read_rows(path, columns):
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split("\t") != columns:
        sys.exit(f"{path.name}: the first line has to be {columns}")
    rows, last = [], None
    for number, line in enumerate(lines[1:], 2):
        row = line.split("\t")
        if len(row) != len(columns) or not all(row):
            sys.exit(f"{path.name}:{number}: {len(columns)} filled columns wanted, {len(row)} found")
        key = tuple(row[:2]) if columns is CUE_COLUMNS else row[0]
        if last is not None and key <= last:
            sys.exit(f"{path.name}:{number}: {row[0]!r} is out of order or stands there twice")
        last = key
        rows.append(dict(zip(columns, row, strict=True)))
    return rows


def irregular_forms(cue):
    """Forms of a cue that the rules of core/inflect.c do not make, as its column has them; "-" if there are none."""
    lemma, forms = cue["lemma"], cue["forms"]
    doubled = lemma + lemma[-1] + "ed"
    return f"{doubled} {doubled}" if lemma in DOUBLING and cue["kind"] == "verb" and forms == "-" else forms


def inflect(lemma, irregular):
    """[(form, FORMS bits)] of an English verb, as core/inflect.c makes them of a user's."""
    vowels = "aeiou"
    consonant_y = lemma.endswith("y") and lemma[-2] not in vowels
    sibilant = lemma.endswith(("s", "x", "z", "ch", "sh"))
    third = lemma[:-1] + "ies" if consonant_y else lemma + ("es" if sibilant else "s")
    given = irregular.split() if irregular != "-" else []
    doubles = ONE_SYLLABLE.fullmatch(lemma) or given[:1] == [lemma + lemma[-1] + "ed"]
    stem = lemma + lemma[-1] if doubles else lemma
    if lemma.endswith("e"):
        past, ing = lemma + "d", (lemma if lemma.endswith("ee") else lemma[:-1]) + "ing"
    else:
        past, ing = (lemma[:-1] + "ied" if consonant_y else stem + "ed"), stem + "ing"
    if given:
        past, participle, ing = [*given, ing][:3]
    else:
        participle = past
    forms = {}
    for form, name in ((lemma, "base"), (third, "s"), (past, "past"), (participle, "participle"), (ing, "ing")):
        forms[form] = forms.get(form, 0) | FORMS[name]
    return sorted(forms.items())


def plural(lemma, irregular):
    """The plural of an English noun, as core/inflect.c makes it of a user's."""
    if irregular != "-":
        return irregular
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        return lemma[:-1] + "ies"
    return lemma + ("es" if lemma.endswith(("s", "x", "z", "ch", "sh")) else "s")


def collect(data):
    """({form: [classes, lemma, cue row, form bits]}, [cue rows], [phrase rows], [classes], [classes of rules])."""
    words, cues, phrases, classes, rules = {}, [], [], {"CUE_NOUN", "CUE_VERB"}, {PHRASE_CLASS}

    def entry(form):
        return words.setdefault(form, [set(), form, -1, 0])

    for path in [*sorted(data.glob("*.tsv")), *sorted(data.glob("rules/*.tsv"))]:
        if path.name in ("cues.tsv", "phrases.tsv"):
            continue
        own, others = (classes, rules) if path.parent == data else (rules, classes)
        for row in read_rows(path, WORD_COLUMNS):
            for name in row["classes"].split(","):
                if name in others:
                    sys.exit(f"{path.name}: {name} says what a word is and what a rule looks for")
                own.add(name)
                entry(row["word"])[0].add(name)
    for name, word in page.words_of(data.parent / "page.tsv"):
        classes.add(name)
        entry(word)[0].add(name)
    for row in read_rows(data / "phrases.tsv", PHRASE_COLUMNS):
        row["words"] = row["phrase"].split(" ")
        if not all(row["words"]) or len(row["words"]) > LONGEST_PHRASE:
            sys.exit(f"phrases.tsv: {row['phrase']!r} has to have 1 to {LONGEST_PHRASE} words")
        phrases.append(row)
        for form in row["words"]:
            entry(form)
        entry(row["words"][0])[0].add(PHRASE_CLASS)
    for row in read_rows(data / "cues.tsv", CUE_COLUMNS):
        cues.append(row)
        noun = row["kind"] == "noun"
        name = "CUE_NOUN" if noun else "CUE_VERB"
        if noun:
            for form in (row["lemma"], plural(row["lemma"], row["forms"])):
                word = entry(form)
                word[0].add(name)
                if word[2] < 0:
                    word[1], word[2] = row["lemma"], len(cues) - 1
            continue
        for form, bits in inflect(row["lemma"], irregular_forms(row)):
            word = entry(form)
            if "CUE_VERB" in word[0] and word[1] != row["lemma"]:
                continue  # `found` belongs to the first lemma that has it
            word[0].add(name)
            word[1], word[2], word[3] = row["lemma"], len(cues) - 1, word[3] | bits
    for lemma in {word[1] for word in words.values()}:
        entry(lemma)
    return words, cues, phrases, sorted(classes), sorted(rules)


def hash_of(form):
    """The hash of lexicon.c: both ends of the folded form, and its length."""
    data, n = form.encode("utf-8"), len(form.encode("utf-8"))
    width = 8 if n >= 8 else 4 if n >= 4 else 0
    if width:
        head, tail = data[:width], data[-width:]
    else:
        head, tail = bytes([data[0], data[n // 2], data[-1]]) if n else b"", b""
    value = int.from_bytes(head, "little") * 0x9E3779B97F4A7C15
    value = (value ^ int.from_bytes(tail, "little") + n) * 0xD6E8FEB86659FD93
    return (value & 0xFFFFFFFFFFFFFFFF) >> 32


def hash_table(forms):
    """Open addressing, linear steps, at most half full: slot → (index + 1, upper half of the hash); 0 where empty."""
    size = 1
    while size < 2 * len(forms):
        size *= 2
    slots = [(0, 0)] * size
    for index, form in enumerate(forms):
        value = hash_of(form)
        at = value & (size - 1)
        while slots[at][0]:
            at = (at + 1) & (size - 1)
        slots[at] = (index + 1, value >> 16)
    return slots


def quoted(text):
    return (
        '"'
        + "".join(
            c if " " <= c < "\x7f" and c not in '"\\' else f"\\{o:03o}"
            for c, o in ((chr(b), b) for b in text.encode("utf-8"))
        )
        + '"'
    )


def wrapped(items, per_line=16):
    return "\n".join(
        "    " + ", ".join(map(str, items[i : i + per_line])) + "," for i in range(0, len(items), per_line)
    )


def main(argv):
    data = pathlib.Path(argv[0]) if argv else ROOT / "data" / "lexicon"
    tables = pathlib.Path(argv[1]) if len(argv) > 1 else ROOT / "tables"
    words, cues, phrases, known, rules = collect(data)
    classes = known + rules
    kinds = sorted({row["kind"] for row in phrases})
    frames = sorted({name for cue in cues for name in cue["frames"].split()})
    forms = sorted(words)
    index = {form: i for i, form in enumerate(forms)}
    digest = hashlib.sha256()
    for path in [*sorted(data.rglob("*.tsv")), data.parent / "page.tsv"]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    banner = "/* Generated by ext/gen/lexicon.py from ext/data/lexicon; do not edit. */\n"

    head = [banner + "#ifndef QL_LEXICON_CLASSES_H\n#define QL_LEXICON_CLASSES_H\n\nenum {"]
    head += [f"    QL_WORD_{name}," for name in classes] + ["    QL_WORD_CLASSES,", "};\n"]
    head += ["/* The first class of data/lexicon/rules. */", f"enum {{ QL_FIRST_RULE = QL_WORD_{rules[0]} }};\n"]
    head += ["typedef enum ql_phrase_kind {"] + [f"    QL_PHRASE_{name}," for name in kinds]
    head += ["} ql_phrase_kind;\n", f"enum {{ QL_LONGEST_PHRASE = {LONGEST_PHRASE} }}; /* words */\n"]
    head += [f"#define QL_FRAME_{name.upper()} (1u << {bit})" for bit, name in enumerate(frames)]
    write_table(tables / "lexicon_classes.h", "\n".join(head) + "\n\n#endif\n")

    out = [banner + f'#define LEXICON_HASH "{digest.hexdigest()[:16]}"\n']
    out.append("static const char *const class_names[] = {")
    out.append(wrapped(list(map(quoted, classes)), 4) + "\n};\n")
    out.append("/* Bit by bit. */\nstatic const char *const frame_names[] = {")
    out.append(wrapped(list(map(quoted, frames)), 8) + "\n};\n")
    out.append("static const ql_cue builtin_cues[] = {")
    for cue in cues:
        bits = sum(1 << frames.index(name) for name in cue["frames"].split())
        forms_of = irregular_forms(cue)
        out.append(
            f"    {{{quoted(cue['lemma'])}, {quoted(cue['tone'])}, "
            f"{'NULL' if forms_of == '-' else quoted(forms_of)}, {quoted(cue['why'])}, "
            f"0x{bits:x}, QL_ACT_{cue['act'].upper()}, "
            f"{str(cue['kind'] == 'noun').lower()}, {str(cue['hedge'] == 'hedge').lower()}}},"
        )
    out.append("};\n\nstatic const ql_word builtin_words[] = {")
    for form in forms:
        names, lemma, cue, bits = words[form]
        mask = sum(1 << classes.index(name) for name in names)
        parts = ", ".join(f"0x{mask >> at & 0xFFFFFFFFFFFFFFFF:x}u" for at in range(0, len(classes), 64))
        out.append(f"    {{{quoted(form)}, {{{{{parts}}}}}, {index[lemma]}, {cue}, {len(form.encode())}, {bits}}},")
    out.append("};\n\nstatic const ql_phrase builtin_phrases[] = {")
    out += [f"    {{{{{', '.join(map(quoted, row['words']))}}}, QL_PHRASE_{row['kind']}}}," for row in phrases]
    slots = hash_table(forms)
    out.append("};\n\n/* By hash, linear steps. */")
    pairs = [f"{{{index}, {tag}}}" for index, tag in slots]
    out.append(f"static const slot builtin_slots[{len(slots)}] = {{\n{wrapped(pairs, 10)}\n}};")
    write_table(tables / "lexicon.h", "\n".join(out) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
