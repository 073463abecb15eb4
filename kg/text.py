"""Folding of names, words and sentences with their places, and abbreviation pairs.

Nothing here knows about papers or concepts. All functions are pure and deterministic; offsets count code points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

# --- folding ----------------------------------------------------------------------------------------------------------

#: A word: letters and digits, with a trailing `+` or `#` (C++, F#).
WORD = re.compile(r"[^\W_]+[+#]*")
_IRREGULAR = {
    "analyses": "analysis",
    "hypotheses": "hypothesis",
    "syntheses": "synthesis",
    "theses": "thesis",
    "matrices": "matrix",
    "indices": "index",
    "indexes": "index",
    "vertices": "vertex",
    "vertexes": "vertex",
    "simplices": "simplex",
    "corpora": "corpus",
    "criteria": "criterion",
    "phenomena": "phenomenon",
    "automata": "automaton",
    "ontologies": "ontology",
    "series": "series",
    "species": "species",
    "lens": "lens",
    "lenses": "lens",
    "children": "child",
    "axes": "axis",
    "foci": "focus",
    "stimuli": "stimulus",
    "schemata": "schema",
    "media": "media",
    "modelling": "modeling",
    "labelling": "labeling",
    "labelled": "labeled",
    "travelling": "traveling",
    "signalling": "signaling",
    "behaviour": "behavior",
    "behaviours": "behavior",
    "behavioural": "behavioral",
    "colour": "color",
    "colours": "color",
    "neighbour": "neighbor",
    "neighbours": "neighbor",
    "neighbourhood": "neighborhood",
    "defence": "defense",
    "defences": "defense",
    "centre": "center",
    "centred": "centered",
    "grey": "gray",
    "tumour": "tumor",
    "tumours": "tumor",
    "analyse": "analyze",
    "catalogue": "catalog",
    "dialog": "dialogue",
    "dialogs": "dialogue",
    "programme": "program",
    "optimiser": "optimizer",
    "tokeniser": "tokenizer",
    "summarise": "summarize",
    "optimise": "optimize",
    "bias": "bias",
    "biases": "bias",
    "gas": "gas",
    "gases": "gas",
    "atlas": "atlas",
    "atlases": "atlas",
    "virus": "virus",
    "viruses": "virus",
}
# Words that end in s and are singular: a label must not lose it.
_SINGULAR_S = re.compile(r"(?:ss|us|is|os|as|ous|yes)$")
# Plurals in spite of that ending.
_PLURAL_S = re.compile(r"(?:areas|ideas|cameras|formulas|schemas|personas|lemmas|llamas|videos|scenarios|photos|ratios|portfolios|demos)$")
_SINGULAR_WORDS = (
    "bayes means news lens physics mathematics statistics dynamics kinematics linguistics semantics "
    "pragmatics robotics genomics proteomics metabolomics economics ethics graphics electronics "
    "analytics mechanics acoustics informatics forensics diagnostics logistics kubernetes "
    "always perhaps https sars covers wikis paris texas kansas los des las emmys politics phonetics "
    "prosthetics aesthetics bioinformatics photonics optics thermodynamics hydrodynamics "
    "aerodynamics neurodynamics hermes socrates hades euclides isaacs mips gops flops "
    "bops cms gps ios os aws sms http dns"
)
_SINGULAR_FORMS = frozenset(_SINGULAR_WORDS.split())
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "ℓ": "l",
}  # fmt: skip


_GREEK_LETTERS = str.maketrans(_GREEK)
_APOSTROPHE = re.compile(r"(\w)['’](\w)")
_PARENTHESIS = re.compile(r"\([^)]*\)")
_NO_SLUG = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=50_000)
def singular(word: str) -> str:
    """The singular of an English noun as it should be *shown*: careful, unknown forms stay as they are.

    >>> [singular(w) for w in ("networks", "LLMs", "policies", "loss", "Bayes", "analyses", "boxes")]
    ['network', 'LLM', 'policy', 'loss', 'Bayes', 'analysis', 'box']
    """
    low = word.casefold()
    if low in _IRREGULAR and low.endswith(("s", "ora", "eria", "ena", "ata", "ren", "oci", "uli")):
        base = _IRREGULAR[low]
        return base.capitalize() if word[:1].isupper() else base
    if len(word) >= 3 and word[-1] == "s" and word[:-1].isupper():
        return word[:-1]
    if len(word) <= 3 or word[-1] != "s" or low in _SINGULAR_FORMS:
        return word
    if _SINGULAR_S.search(low) and not _PLURAL_S.search(low):
        return word
    if low.endswith("ies"):
        return word if len(word) < 5 else word[:-3] + "y"
    if low.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=200_000)
def fold_word(word: str) -> str:
    """The form of one word that decides whether two names are the same: case, plural, spelling and script set aside.

    More aggressive than `singular`, because it is only compared and never shown.
    """
    low = word if word.isascii() else unicodedata.normalize("NFKC", word)
    if len(low) >= 3 and low[-1] == "s" and low[:-1].isupper():
        return low[:-1].casefold()
    low = low.casefold()
    if not low.isascii():
        low = "".join(_GREEK.get(c, c) for c in low)
        low = "".join(c for c in unicodedata.normalize("NFKD", low) if not unicodedata.combining(c))
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if "isation" in low:
        low = low.replace("isation", "ization")
    if len(low) <= 3 or low[-1] != "s" or low.endswith(("ss", "us", "is")):
        return low
    if low.endswith("ies") and len(low) > 4:
        return low[:-3] + "y"
    if low.endswith(("sses", "shes", "ches", "xes")):
        return low[:-2]
    return low[:-1]


@lru_cache(maxsize=100_000)
def folded_words(name: str) -> tuple[str, ...]:
    """The folded words of a name."""
    return tuple(map(fold_word, WORD.findall(name)))


def fold_words(words: Iterable[str]) -> list[str]:
    """The folded forms of many words, of which most have nothing but their case to be set aside."""
    return [
        low if (low := word.lower()).isascii() and low[-1] != "s" and low not in _IRREGULAR and "isation" not in low else fold_word(word)
        for word in words
    ]


@lru_cache(maxsize=100_000)
def fold(name: str) -> str:
    """The key of a name: two names with one key are one name, however they are written.

    Sets aside case, hyphens, spacing, plural, British spelling, Unicode form, accents, Greek letters and a parenthesis
    behind the name.

    >>> fold("Convolutional Neural Networks") == fold("convolutional neural-network")
    True
    >>> fold("CIFAR-10"), fold("β-VAE"), fold("LLMs"), fold("C++")
    ('cifar10', 'betavae', 'llm', 'c++')
    """
    found = WORD.findall(_PARENTHESIS.sub(" ", name) if "(" in name else name) or WORD.findall(name)
    return "".join(map(fold_word, found))


def slug(name: str) -> str:
    """A readable ASCII identifier of a name: folded words joined by hyphens.

    >>> slug("Low-Rank Adaptation"), slug("AG's News"), slug("C++"), slug("β-VAE")
    ('low-rank-adaptation', 'ags-news', 'c-plus-plus', 'beta-vae')
    """
    plain = name.isascii()
    text = name.lower() if plain else unicodedata.normalize("NFKC", name).casefold()
    if "'" in text or "’" in text:
        text = _APOSTROPHE.sub(r"\1\2", text)
    text = text.replace("+", " plus ").replace("#", " sharp ")
    if not plain:
        text = unicodedata.normalize("NFKD", text.translate(_GREEK_LETTERS)).encode("ascii", "ignore").decode()
    return _NO_SLUG.sub("-", text).strip("-")


# --- words ------------------------------------------------------------------------------------------------------------


def words(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every word: letters and digits, with a trailing `+` or `#` (C++, F#)."""
    for match in WORD.finditer(text):
        yield match.span()


# --- sentences --------------------------------------------------------------------------------------------------------

_STOP = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s)")
_NO_STOP = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|w\.r\.t|etc|et al|resp|approx|Fig|Figs|Eq|Eqs|Sec|Tab|Ref|Refs|No|Nos|Dr|Prof|Mr|Ms|Mrs|St|al|a\.k\.a|viz|ca)"
    r"|\b[A-Z])\.$"
)


def around(bounds: Iterable[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The bounds of the whole sentences (`sentences`) around a part of a text; of the part itself where it is in none.

    >>> around([(0, 10), (11, 20), (21, 30)], 14, 23), around([(0, 10)], 12, 15)
    ((11, 30), (12, 15))
    """
    found = [(a, b) for a, b in bounds if a < end and b > start]
    return (found[0][0], found[-1][1]) if found else (start, end)


def sentences(text: str) -> list[tuple[int, int]]:
    """Bounds of the sentences of a text, in order, without the white space between them.

    A full stop ends a sentence where white space and then no lower-case letter follows; abbreviations (e.g., et al.,
    Fig.) and initials do not.

    >>> text = "We use BERT, e.g. on SQuAD. It works (mostly). See Fig. 2."
    >>> [text[a:b] for a, b in sentences(text)]
    ['We use BERT, e.g. on SQuAD.', 'It works (mostly).', 'See Fig. 2.']
    """
    bounds: list[tuple[int, int]] = []
    start = len(text) - len(text.lstrip())
    for match in _STOP.finditer(text):
        end = match.end()
        rest = end
        while rest < len(text) and text[rest].isspace():
            rest += 1
        if rest >= len(text):
            break
        goes_on = text[rest].islower() or _NO_STOP.search(text, max(start, match.start() - 12), match.start() + 1)
        # "etc." may end a sentence; a capital letter after it is taken as a new one
        ends_anyway = text[rest].isupper() and text[max(start, match.start() - 3) : match.start()].endswith("etc")
        if match.group()[0] == "." and goes_on and not ends_anyway:
            continue
        bounds.append((start, end))
        start = rest
    end = len(text.rstrip())
    if start < end:
        bounds.append((start, end))
    return bounds


# --- abbreviations ----------------------------------------------------------------------------------------------------

_PAREN = re.compile(r"[(\[]([^()\[\]]{2,80})[)\]]")
_SHORT = re.compile(r"^[^\W_][\w\-+./&’']{1,14}$")


def _is_short(text: str) -> bool:
    """Whether a string looks like an abbreviation: 2 to 15 characters, one word, a capital letter or digit inside."""
    return (
        bool(_SHORT.match(text))
        and any(c.isalpha() for c in text)
        and (sum(c.isupper() for c in text) >= 2 or (text[0].isupper() and len(text) <= 5) or any(c.isdigit() for c in text))
    )


#: Words of a long form that give no letter to its abbreviation.
BETWEEN = frozenset(["of", "and", "for", "the", "in", "on", "to", "with", "a", "an", "by", "from", "via", "or", "at", "as"])


def _initials(short: str, before: str) -> int:
    """The start in `before` of the words whose first letters are `short`, or -1; words such as "of" may stand between.

    Without this, "Proximal Policy Optimization (PPO)" would be cut to "Policy Optimization", which holds the letters too.
    """
    found = list(WORD.finditer(before))
    at = len(found) - 1
    for letter in reversed([c.casefold() for c in short if c.isalnum()]):
        while at >= 0 and found[at].group()[0].casefold() != letter and found[at].group().casefold() in BETWEEN and at < len(found) - 1:
            at -= 1
        if at < 0 or found[at].group()[0].casefold() != letter:
            return -1
        # "augmentative and alternative communication (AAC)": the letter is the word's before the "and"
        if at > 0 and found[at].group().casefold() in BETWEEN and found[at - 1].group()[0].casefold() == letter:
            at -= 1
        at -= 1
    return found[at + 1].start()


def _best_long_form(short: str, before: str) -> int:
    """The start in `before` of the long form of `short`, or -1: words whose initials it is; otherwise Schwartz–Hearst, the
    shortest words whose letters hold it.

    Walks both strings from the right; the first character of the short form must begin a word of the long form.
    """
    by_initials = _initials(short, before)
    if by_initials >= 0:
        return by_initials
    s, i = len(short) - 1, len(before) - 1
    while s >= 0:
        c = short[s].lower()
        if not c.isalnum():
            s -= 1
            continue
        while i >= 0 and (before[i].lower() != c or (s == 0 and i > 0 and before[i - 1].isalnum())):
            i -= 1
        if i < 0:
            return -1
        i -= 1
        s -= 1
    start = i + 1
    # take the whole word the match began in ("pre-trained" for P)
    space = max(before.rfind(" ", 0, start + 1), before.rfind("(", 0, start + 1))
    return space + 1


@lru_cache(maxsize=1_000)
def abbreviations(text: str) -> tuple[tuple[tuple[int, int], tuple[int, int]], ...]:
    """Pairs of (long form, short form) spans that a text defines by a parenthesis, in order of appearance.

    Both `long form (SHORT)` and `SHORT (long form)` are read, and a plural short form is matched without its s.
    Algorithm: Schwartz & Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text", 2003.

    >>> text = "large language models (LLMs) and LoRA (low-rank adaptation)"
    >>> [(text[a:b], text[c:d]) for (a, b), (c, d) in abbreviations(text)]
    [('large language models', 'LLMs'), ('low-rank adaptation', 'LoRA')]
    """
    pairs: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for match in _PAREN.finditer(text):
        inner = match.group(1)
        begin = match.start(1)
        # "(EBYD; see below)" and "(GCN, for short)": the part before a comma or semicolon
        head = re.split(r"[,;:]| for short", inner, maxsplit=1)[0].rstrip()
        quoted = head.strip("'\"“”‘’ ")
        begin += head.find(quoted) if quoted else 0
        stop = match.start()
        while stop > 0 and text[stop - 1].isspace():
            stop -= 1
        if _is_short(quoted):
            core = quoted[:-1] if len(quoted) > 2 and quoted[-1] == "s" and quoted[-2].isupper() else quoted
            limit = max(0, stop - 160)
            cut = max(text.rfind(mark, limit, stop) for mark in (". ", "; ", ": ", ", ", "(", ")"))
            if cut >= 0:
                limit = cut + 1
            window = text[limit:stop]
            # at most |short| + 5 or 2|short| words, as the paper says
            most = min(len(core) + 5, len(core) * 2)
            starts = [m.start() for m in re.finditer(r"\S+", window)][-most:]
            offset = starts[0] if starts else 0
            at = _best_long_form(core, window[offset:])
            if at >= 0:
                long_start = limit + offset + at
                long_text = text[long_start:stop]
                if _plausible(core, long_text):
                    pairs.append(((long_start, stop), (begin, begin + len(quoted))))
                    continue
        if " " in inner or "-" in inner:
            # the last word before the parenthesis; words of more than 40 characters are no abbreviations
            word = (text[max(0, stop - 40) : stop].split() or [""])[-1]
            short = word.strip(",.;:'\"“”")
            if _is_short(short):
                core = short[:-1] if len(short) > 2 and short[-1] == "s" and short[-2].isupper() else short
                long_text = re.split(r"[;:]|, ", inner, maxsplit=1)[0].rstrip()
                if _best_long_form(core, long_text) == 0 and _plausible(core, long_text):
                    at = stop - len(word) + word.find(short)
                    pairs.append(((match.start(1), match.start(1) + len(long_text)), (at, at + len(short))))
    return tuple(pairs)


def _plausible(short: str, long: str) -> bool:
    """Refuses long forms that merely happen to hold the letters: too short, holding the short form, or starting weakly."""
    parts = long.split()
    if len(long) < len(short) + 2 or len(parts) > 12 or short in parts:
        return False
    if re.match(r"(?i)(?:the|a|an|of|in|on|for|to|and|or|with|our|we|is|are|by|as)\b", long) and short[0].lower() != long[0].lower():
        return False
    letters = [c for c in short if c.isalpha()]
    initials = sum(1 for w in re.split(r"[\s\-/]+", long) if w and w[0].lower() in {c.lower() for c in letters})
    return initials >= 1 and (len(re.split(r"[\s\-]+", long)) >= 2 or len(letters) <= 4)
