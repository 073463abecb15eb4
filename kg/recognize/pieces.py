"""Words cut into the pieces that an encoder knows (WordPiece: Schuster and Nakajima, ICASSP 2012), and where each word's pieces stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.extras import needed
from kg.recognize.grams import Words

#: The first pieces of every vocabulary.
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PAD, UNKNOWN, CLS, SEP, HIDDEN = range(len(SPECIAL))

Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The pieces of a batch: of paper p, `ids[begin[p]:begin[p + 1]]` are the title and the abstract, each with a separator behind it.

    `first` and `last` are the places of every word's pieces among those of its paper.
    """

    ids: NDArray[np.int32]
    begin: Index
    first: Index
    last: Index


class Pieces:
    """Cuts words into pieces.

    Args:
        vocabulary: the pieces, `SPECIAL` first; those that go on with a word begin with `##`.

    Raises:
        EnvironmentError_: the package tokenizers is not there.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.vocabulary = tuple(vocabulary)
        tokenizers: Any = needed("tokenizers", "encoder")
        number = {piece: n for n, piece in enumerate(self.vocabulary)}
        model = tokenizers.models.WordPiece(number, unk_token=SPECIAL[UNKNOWN], max_input_chars_per_word=100)
        self._tokenizer = tokenizers.Tokenizer(model)
        self._tokenizer.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
        self._tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()

    def cut(self, words: Words, papers: int) -> Tokens:
        """The pieces of a batch of `papers` papers."""
        plain = words.plain
        parts: list[list[str]] = []
        of_word: list[list[int]] = []  # where the words stand among the parts of their field; the others are what is between
        bounds = np.searchsorted(2 * words.paper.astype(np.int64) + words.field, np.arange(2 * papers + 1)).tolist()
        for field in range(2 * papers):
            text = words.texts[field // 2][field % 2]
            some, places, at = [], [], 0
            for word in range(bounds[field], bounds[field + 1]):
                if gap := text[at : plain.start[word]].strip():
                    some.append(gap)
                places.append(len(some))
                at = plain.end[word]
                some.append(text[plain.start[word] : at])
            if gap := text[at:].strip():
                some.append(gap)
            parts.append(some)
            of_word.append(places)
        encoded = self._tokenizer.encode_batch(parts, is_pretokenized=True, add_special_tokens=False)
        ids: list[int] = []
        begin, first, last = [0], [], []
        for paper in range(papers):
            ids.append(CLS)
            for field in (2 * paper, 2 * paper + 1):
                here = len(ids) - begin[-1]
                mine = encoded[field]
                owner = np.array(mine.word_ids, np.int64)
                at_words = np.array(of_word[field], np.int64)
                low, high = np.searchsorted(owner, at_words), np.searchsorted(owner, at_words, "right")
                first.append(low + here)
                # a word without a piece (a lone accent) stands where the next one begins
                last.append(np.maximum(high - 1, low) + here)
                ids += mine.ids
                ids.append(SEP)
            begin.append(len(ids))
        none = [np.zeros(0, np.int64)]
        return Tokens(np.array(ids, np.int32), np.array(begin), np.concatenate(first or none), np.concatenate(last or none))
