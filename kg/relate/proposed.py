"""What a paper plainly proposes: "we propose X, a …", "we present a method named X", "our system, X, …".

A name that has become a common word looks to the trained decision like something that is used, also in the paper that brought it, and a
name that nobody has seen often looks no different; these forms of English mean little else.
"""

from __future__ import annotations

import re

#: Letters before a name in which the form is looked for.
_REACH = 240
#: … and those in which "our" can stand.
_NEAR = 80
_PAPER = r"\b(?:[Ww]e|[Tt]his (?:paper|work|article|study))(?: \w+ly| then| also| first| further| next)?,?"
_WORD = r"[\w()/+*'-]+"
_MARK = r"[\"“”'‘’`*]*"
#: "We propose X, a …": what stands in the sentence before such an X, and what behind it. Without the comma, or with "a" before X, it can
#: mean something else.
_OFFERED = re.compile(rf"{_PAPER} (?:propose|introduce|present|describe)s? (?:the |our )?(?:(?:new|novel|simple) )*$")
_EXPLAINED = re.compile(r"(?: ?\([^()]{1,40}\))?(?:, (?:an?|the|our|which|whose|where|in which)\b|:)")
#: What X is explained behind, beside a blank and a parenthesis.
_EXPLAINING = frozenset(("(", ",", ":"))
_OFFERS = r"(?:propose|introduce|present|describe|develop|design|devise|create|construct|build|release|formulate|contribute|offer)s?"
#: Not what is used for what is offered, and may have a name as well: "we build a tagger on a model called X".
_UNUSED = (
    r"(?:(?!\b(?:us(?:e|es|ed|ing)|employ\w*|leverag\w*|utili[sz]\w*|adopt\w*|appl(?:y|ies|ied|ying)|extend\w*|improv\w*|outperform\w*|"
    r"(?<!-)based|built|by|with|from|via|on|upon|to|over|than|inspired|including|and|which|that|where|whose|known)\b)[^.;:]){0,120}?"
)
_CALLED = r"(?:called|named|dubbed|termed|coined|entitled|titled|namely|referred to(?: \w+)? as)"
#: "We propose a method named X".
_NAMED = re.compile(rf"{_PAPER} {_OFFERS} {_UNUSED},? \(?(?:that is |which is )?{_CALLED}(?: as| by)? (?:the )?{_MARK}$")
#: "…, which we call X", "we name our method X".
_BY_US = re.compile(
    rf"\b[Ww]e (?:call|name|term|dub)(?: (?:it|this|these|our|the(?: resulting)?)(?: {_WORD}){{0,3}}?)?(?: as)? (?:the )?{_MARK}$"
)
#: Words behind the end of a name; others make it the beginning of a longer one ("called X loss").
_BEHIND = (
    r"(?:that|which|and|or|but|to|for|in|is|are|was|were|with|without|by|on|as|whose|where|when|while|can|could|does|do|has|have|had|using|"
    r"based|of|from|at|through|via|over|into|aims?|outperforms?|achieves?|improves?|reduces?|shows?|surpasses|yields|obtains|provides|"
    r"[a-z]+ly)\b"
)
_ENDS = re.compile(rf"{_MARK}(?: ?\([^()]{{1,60}}\))?(?![\w-])(?:$| ?[,.;:)—]| {_BEHIND})")
#: "We propose a new method, X, …", where X is a name.
_BESIDE = re.compile(rf"{_PAPER} {_OFFERS} (?:an?|the|our|two|three)(?: {_WORD}){{1,8}}, {_MARK}$")
_GOES_ON = re.compile(rf"{_MARK}(?: ?\([^()]{{1,40}}\))?(?:[,.:]| that\b| which\b| for\b| to\b)")
#: "Our system, X, …".
_KIND = r"(?:method|approach|model|system|algorithm|framework|architecture|network|technique|solution|tool|dataset|corpus|benchmark|metric)"
_OTHERS = r"(?:base|baseline|teacher|student|previous|earlier|on|in|of|for|with|by|to|from|and|is|are|a|an|the)\b"
_OURS = re.compile(rf"\b[Oo]ur (?:(?!{_OTHERS}){_WORD} ){{0,3}}?{_KIND}(,?) {_MARK}$")
_IS_NAME = re.compile(r"[A-Z].*[A-Z0-9]|[a-z0-9][A-Z]")


def proposed(text: str, begin: int, start: int, end: int, offers: bool, names: bool) -> bool:
    """Whether a name is proposed, by what stands before and behind it in its sentence.

    Args:
        text: the field with the sentence.
        begin: where the sentence begins.
        start: where the name begins …
        end: … and where it ends.
        offers: whether a word of proposing stands before the name in the sentence.
        names: whether a word of naming does.

    >>> text = "We present a method named Fir, and our tagger, BERT, is faster."
    >>> [proposed(text, 0, text.index(x), text.index(x) + len(x), offers=True, names=x == "Fir") for x in ("method", "Fir")]
    [False, True]
    """
    begin = max(begin, start - _REACH)
    # what can be told from a letter or two is asked first: most mentions stand in none of these forms
    if names and _ENDS.match(text, end):
        before = text[begin:start]
        if _BY_US.search(before) or (offers and _NAMED.search(before)):
            return True
    if offers:
        behind = text[end : end + 2]
        if (behind[:1] in _EXPLAINING or behind == " (") and _EXPLAINED.match(text, end) and _OFFERED.search(text[begin:start]):
            return True
        beside = ", " in text[max(begin, start - 4) : start] and _GOES_ON.match(text, end) and _IS_NAME.search(text[start:end])
        if beside and _BESIDE.search(text[begin:start]):
            return True
    if text.rfind("ur ", max(begin, start - _NEAR), start) < 0 or not _IS_NAME.search(text[start:end]):
        return False
    ours = _OURS.search(text[begin:start])
    return bool(ours and (text.startswith((",", " ("), end) if ours[1] else _ENDS.match(text, end)))
