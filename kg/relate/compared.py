"""What a paper plainly compares with: "outperforms X", "better than X", "compared to methods such as X and Y".

Few curated concepts are compared with, so that the trained decision says it of hardly any; these forms of English mean little else.
"""

from __future__ import annotations

import re

#: Letters by which a name is looked for behind the words that compare.
_REACH = 240
#: Words that stand between the words that compare and a name, or a kind of thing before its names.
_BEFORE = (
    r"(?:(?:the|a|an|its|their|both|all|either|most|many|several|well|widely|commonly|previously|standard|vanilla|plain|naive|full|fully|"
    r"pure|regular|ordinary|original|default|corresponding|popular|common|classical|classic|strong|stronger|simple|typical|used|known|"
    r"established|supervised|unsupervised|baselines?|models?|methods?|approaches|algorithms|techniques|systems|other|existing|previous|"
    r"prior|current|recent|conventional|traditional|competitive|competing|state|of|art|sota|such as|like|including)[ ,-]+){0,6}"
)
#: A word of a name in a list; what joins phrases ends a list.
_WORD = (
    r"(?!(?:in|on|for|by|with|to|at|from|of|that|which|while|when|where|as|than|over|we|our|is|are|was|were|can|using)\b)"
    r"[\w().+*/'-]+"
)
_NAME = rf"{_WORD}(?: {_WORD}){{0,3}}"
_LISTED = rf"(?:{_NAME}(?:, and |, or |, | and | or )){{0,5}}"
_OUTDOES = r"\b(?:outperform|underperform|surpass|exceed|beat)(?:s|es|ed|ing)? (?:\w+ly )?"
_TO = (
    r"\b(?:(?:compared?|compares|comparing)(?: [\w-]+){0,5}?"
    r"|(?:comparable|comparably|comparisons?|superior|inferior|on par|competitive|in contrast)(?: \w+){0,2}?)"
    r" (?:to|with|against) (?:that of |those of )?"
)
_THAN = (
    r"\b(?:better|worse|higher|lower|faster|slower|smaller|larger|fewer|less|more|greater|stronger|weaker|cheaper|simpler|easier)\b"
    r"[^.;:]{0,50}? than (?:that of |those of )?"
)
_OVER = r"\b(?:improv\w+|gains?|advantages?|superiority|speed-?ups?)(?: \w+){0,3}? over "
_EXAMPLES = r"[^.;:]{0,80}?(?:\b(?:such as|like|including|namely) |—)"
_COMPARED = re.compile(
    rf"(?:(?:{_OUTDOES}|{_TO}|{_THAN}|{_OVER}|\b(?:versus|vs\.?) )|(?:{_OUTDOES}|{_TO}|\bbaselines?,? ){_EXAMPLES})"
    rf"{_BEFORE}{_LISTED}{_BEFORE}$",
    re.IGNORECASE,
)
#: What stands behind a name in a list: without it, a comma before the name ends the comparison ("compared to A and B, X is small").
_GOES_ON = re.compile(r"\w*(?: \([^()]*\))?(?:,| and | or )")
#: "Existing X methods", where X is what the paper is about itself: its own kind of method, which it uses.
_OWN_KIND = re.compile(
    r"\b(?:existing|previous|prior|previously|other|competing|current|recent|traditional|conventional|state[ -]of[ -]the[ -]art|sota)"
    r"(?: \w+){0,3} $",
    re.IGNORECASE,
)
_KIND = r"(?:methods?|approach(?:es)?|models?|techniques?|baselines?|results?|algorithms?|systems?|works?|frameworks?)\b"
_OF_KIND = re.compile(rf"(?:-based|-style)?(?: [\w-]+){{0,4}} {_KIND}")
_IS_KIND = re.compile(rf"(?:^|[ -]){_KIND}$")


def compared(before: str, name: str, behind: str) -> bool:
    """Whether a name is compared with, by what stands before and behind it in its sentence.

    >>> compared("It is faster than a standard ", "GRU", " of the same size.")
    True
    >>> compared("We compare it to methods such as A, B and ", "C", ".")
    True
    >>> compared("It outperforms existing ", "GRU", " methods.")
    False
    """
    before = before[-_REACH:]
    if not _COMPARED.search(before) or (before.endswith(", ") and not _GOES_ON.match(behind)):
        return False
    return not (_OWN_KIND.search(before) and (_OF_KIND.match(behind) or _IS_KIND.search(name)))
