/* Sentences of CoNLL-U files, made projective; and copies of them that look more like what the web writes. */
#ifndef TREEBANK_H
#define TREEBANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { FOLDS = 2 }; /* each is tagged by what learned from the other; with silver, half of the words are enough */

typedef struct word {
    char *form;
    int32_t head; /* index in the sentence; the number of words for the root */
    uint8_t tag, inflection, relation;
    bool space_after;
} word;

typedef struct sentence {
    word *words;
    int32_t n;
    int32_t fold; /* copies stay in the fold of what they were made from */
} sentence;

typedef struct treebank {
    sentence *sentences;
    size_t n, capacity;
} treebank;

/* Append the sentences of a file; ends the program with a message where it cannot be read. */
void treebank_read(treebank *bank, const char *path);

/* Append copies of the sentences from `first` on: as our own tokenizer splits them where it differs, in capitals, as
   headlines. */
void treebank_add_copies(treebank *bank, size_t first);

/* Write, as CoNLL-U, the sentences of `bank` that our own tokenizer splits differently, as it splits them.  The
   teacher in tools/teacher learns from them too, since it labels text in our tokens. */
void treebank_write_our_tokens(const treebank *bank, FILE *out);

void treebank_free(treebank *bank);

/* xorshift64*, for an order that is the same everywhere. */
uint64_t next_random(uint64_t *state);

#endif
