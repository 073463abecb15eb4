"""Closed word lists of English by which it is read how two things of a sentence stand to each other.

Finer than the cue classes of `kg.recognize.lexicon`: what "for" connects is not what "of" connects. Words, not names.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kg.keys import SortedKeys, key
from kg.text import fold_word

#: Order is part of the trained decision: append only.
CLASSES: tuple[tuple[str, str], ...] = (
    ("for", "for toward towards"),
    ("on", "on upon onto"),
    ("in", "in within across throughout inside under"),
    ("with", "with alongside"),
    ("via", "by via through"),
    ("using", "using utilizing employing leveraging applying exploiting adopting"),
    ("to", "to"),
    ("from", "from"),
    ("of", "of"),
    ("as", "as"),
    ("than", "than against versus vs over"),
    ("like", "such like including includes include e.g eg e especially particularly i.e i namely notably"),
    ("and", "and or nor well"),
    ("a", "a an one another"),
    ("the", "the"),
    ("own", "our we us ours this these it its"),
    (
        "propose",
        (
            "propose proposes proposed proposing introduce introduces introduced introducing present presents presented presenting "
            "develop develops developed developing release releases released releasing design designed devise devised create "
            "creates created construct constructs constructed contribute offer offers describe describes formulate provide provides "
            "report"
        ),
    ),
    ("name", "called named dubbed termed coined denoted referred call name term dub titled abbreviated"),
    (
        "use",
        (
            "use uses used utilize utilizes utilized employ employs employed leverage leverages leveraged apply applies applied "
            "adopt adopts adopted exploit exploits exploited useful utility"
        ),
    ),
    (
        "combine",
        (
            "combine combines combining combined integrate integrates integrating integrated incorporate incorporates incorporating "
            "incorporated unify unifies unifying fuse fuses coupled equipped augment augments augmented inserted insert embed add "
            "adds adding"
        ),
    ),
    (
        "base",
        (
            "based built build builds building rely relies relying inspired derived initialized extension extend extends extending "
            "adapt adapts adapted adapting backbone powered grounded driven modification modify modified"
        ),
    ),
    (
        "consist",
        (
            "consist consists consisting comprise comprises comprising comprised contain contains containing compose composed "
            "component components module modules part parts step steps block blocks stage stages layer layers involve involves "
            "followed follow"
        ),
    ),
    (
        "evaluate",
        (
            "evaluate evaluates evaluated evaluating evaluation experiment experiments experimental test tested tests testing "
            "validate validated validation empirical benchmarked benchmarking conducted conduct assess verified"
        ),
    ),
    (
        "compare",
        (
            "outperform outperforms outperformed outperforming compare compares compared comparing comparison comparable comparably "
            "surpass surpasses surpassed surpassing baseline baselines exceed exceeds beat beats superior better rival rivals "
            "alternative unlike match matches competitive"
        ),
    ),
    (
        "address",
        (
            "address addresses addressed addressing tackle tackles tackling solve solves solving mitigate mitigates alleviate "
            "overcome handle handles detect detecting predict predicting estimate estimating recover recovering perform performing "
            "performs generate generating learn learning identify identifying"
        ),
    ),
    (
        "study",
        (
            "study studies studied studying investigate investigates explore explores exploring analyze analyzing examine "
            "understand focus focuses"
        ),
    ),
    (
        "improve",
        (
            "improve improves improved improving enhance enhances enhancing boost boosts accelerate accelerates optimize optimizes "
            "optimizing reduce reduces reducing facilitate facilitates enable enables enabling help helps advance advances support "
            "supports allow allows guide guides"
        ),
    ),
    (
        "achieve",
        (
            "achieve achieves achieved achieving performance result results obtain obtains obtained gain gains yield yields reach "
            "reaches attain score scores state art sota success"
        ),
    ),
    ("train", "train trained training trains pretrain pretrained pretraining finetune finetuned fine tuned tune tuning pre"),
    ("be", "is are was were be been being become becomes"),
    (
        "kind",
        (
            "variant variants form type types kind kinds class family families instance special case version extended "
            "generalization subclass category"
        ),
    ),
    ("metric", "metric metrics measure measures measured rate accuracy error index measuring"),
    ("dataset", "dataset datasets corpus corpora benchmark benchmarks collection treebank suite data set sets"),
    ("model", "model models network networks architecture architectures encoder encoders decoder net classifier llm"),
    (
        "method",
        (
            "method methods algorithm algorithms framework frameworks approach approaches technique techniques loss system systems "
            "toolkit tool tools strategy strategies scheme mechanism pipeline paradigm objective solution library package procedure"
        ),
    ),
    ("task", "task tasks problem problems challenge application applications setting settings scenario domain field area"),
    (
        "existing",
        (
            "existing previous prior conventional traditional standard classical recent current popular other state-of-the-art "
            "several various many most"
        ),
    ),
    ("which", "which that who where whose when while because since if although though"),
    ("not", "not without no instead rather however but whereas cannot lack fail"),
    ("aim", "aim aims tailored goal purpose order specifically suited"),
)
NAMES: tuple[str, ...] = ("none", *(name for name, _ in CLASSES))
CODE: dict[str, int] = {name: n for n, name in enumerate(NAMES)}
#: Classes that say how the words on their two sides stand to each other; the others stand inside a noun phrase.
GOVERNORS = frozenset(NAMES) - {"none", "a", "the", "own", "existing", "dataset", "model", "method", "task", "metric", "train", "kind"}
#: What only enumerates.
JOINING = frozenset(("and", "as", "existing", "the"))


def _table() -> tuple[SortedKeys, NDArray[np.uint8]]:
    codes: dict[int, int] = {}
    for name, members in CLASSES:
        for word in members.split():
            codes.setdefault(key(fold_word(word)), CODE[name])
    keys = np.array(sorted(codes), np.uint64)
    # behind the last word the class of all others
    return SortedKeys(keys), np.array([*(codes[int(k)] for k in keys), 0], np.uint8)


_KEYS, _CODES = _table()


def classes(hashes: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """The class of every word by the hash of its folded form (see `Words.hash`), 0 where it has none."""
    found: NDArray[np.uint8] = _CODES.take(_KEYS.find(hashes))
    return found
