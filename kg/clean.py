"""Cleaning of titles and abstracts: what may be done to a text before anything is read in it.

The rules, in order. None of them changes, adds or removes a word; each has a test.

1. Unicode is composed (NFC); control characters, zero-width characters, soft hyphens and byte-order marks go; every kind
   of white space becomes one blank. The replacement character U+FFFD stays: it shows that the source was damaged.
2. HTML entities are resolved (`&amp;` → `&`), also where the ampersand was lost (`x2013` between letters → `–`); inline
   tags (`<i>`, `<sub>`, `<jats:p>`) go.
3. LaTeX: escaped characters (`4\\%` → `4%`), text commands (`\\emph{X}` → `X`), abbreviations (`\\ie` → `i.e.`), quotes,
   accents (`\\'e` → `é`), `~` → blank, `\\cite{…}` and `\\label{…}` go, a footnote comes between parentheses; of `$…$` the
   delimiters go and well-known symbols become Unicode (`$\\alpha$` → `α`, `$O(n)$` → `O(n)`, `$10\\times$` → `10×`). Braces
   go where they hold a word (`{BERT}`), a subscript or an address; those of sets (`\\{0, 1\\}`) stay.
4. A full stop run together with the next sentence gets its blank (`models.We` → `models. We`); web addresses, file names
   and numbers are left alone.
5. Blanks at the ends and doubled blanks go.

What is clean stays as it is when cleaned again. Evidence offsets refer to the cleaned text, which is the text that the graph
stores.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]"
)
_TAG = re.compile(
    r"</?(?:jats:)?(?:p|i|b|em|strong|sub|sup|sc|u|tt|italic|bold|span|br|title|sec|monospace|fixed-case)(?:\s[^<>]*)?/?>", re.I
)
_LOST_ENTITY = re.compile(
    r"(?:(?<=[A-Za-z])x(?=[0-9A-Fa-f]{4};?[A-Za-z])|(?:(?<=\s)|&#)x)(20[01][0-9A-Fa-f]|2026|2032|00[A-Fa-f][0-9A-Fa-f]);?(?=[A-Za-z\s]|$)"
)

_SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ",
    "times": "×", "cdot": "·", "pm": "±", "mp": "∓", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠",
    "approx": "≈", "sim": "∼", "equiv": "≡", "propto": "∝", "infty": "∞", "to": "→", "rightarrow": "→", "leftarrow": "←",
    "Rightarrow": "⇒", "mapsto": "↦", "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆", "cup": "∪", "cap": "∩",
    "sum": "∑", "prod": "∏", "int": "∫", "partial": "∂", "nabla": "∇", "sqrt": "√", "forall": "∀", "exists": "∃",
    "ldots": "…", "dots": "…", "cdots": "⋯", "star": "⋆", "ast": "∗", "circ": "∘", "dagger": "†", "perp": "⊥", "top": "⊤",
    "uparrow": "↑", "downarrow": "↓", "ll": "≪", "gg": "≫", "langle": "⟨", "rangle": "⟩", "|": "‖", "deg": "°",
    "preceq": "⪯", "succeq": "⪰", "setminus": "∖", "backslash": "∖", "vee": "∨", "wedge": "∧", "oplus": "⊕", "otimes": "⊗", "odot": "⊙",
    "mid": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖", "vert": "|", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈",
    "rceil": "⌉", "emptyset": "∅", "eps": "ε", "texttimes": "×", "textmu": "µ", "textdegree": "°", "textregistered": "®",
    "texttrademark": "™", "textquoteright": "’", "textquoteleft": "‘", "textquotedblleft": "“", "textquotedblright": "”",
    "textquotesingle": "'", "textasciicircum": "^", "textbar": "|", "textless": "<", "textgreater": ">",
    "textasciitilde": "~", "textbackslash": "\\", "textemdash": "—", "textendash": "–", "ss": "ß", "ae": "æ", "oe": "œ",
    "o": "ø", "l": "ł", "aa": "å", "O": "Ø", "L": "Ł", "AA": "Å", "AE": "Æ", "i": "ı", "j": "ȷ",
}  # fmt: skip
_ABBREVIATIONS = {
    "ie": "i.e.", "eg": "e.g.", "etc": "etc.", "cf": "cf.", "wrt": "w.r.t.", "etal": "et al.", "vs": "vs.", "iid": "i.i.d.",
    "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX",
}  # fmt: skip
_FUNCTIONS = frozenset(
    ("log", "ln", "exp", "min", "max", "argmin", "argmax", "sup", "inf", "lim", "liminf", "limsup", "sin", "cos", "tan", "tanh",
     "det", "dim", "ker", "Pr", "poly", "mod", "bmod", "softmax", "sign", "tr", "rank", "diag", "Var", "Cov")
)  # fmt: skip
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
            "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a"}  # fmt: skip
_ACCENT = re.compile(r"""\\(?:(['`^"~=.])\s*(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))|([cvuHkr])(?:\{([A-Za-z])\}|\s+([A-Za-z])))""")
_DROPPED = re.compile(r"\s?~?\\(?:cite[a-zA-Z]*|label|ref|eqref|thanks|vspace|hspace)\*?(?:\[[^\]]*\])*\{(?:[^{}]|\{[^{}]*\})*\}")
_FOOTNOTE = re.compile(r"\s?\\footnote\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
# a program has read the backslash with the letter behind it as tab or form feed: "\\textit{X}" came as "extit{X}"
_EATEN = re.compile(r"(?<![A-Za-z\\])ext(?:it|bf|tt|sc)(?=\s?\{)")
_EATEN_FOOTNOTE = re.compile(r"(?<!f)ootnote(?=\s?\{)")
_TEXT_COMMAND = re.compile(
    r"\\(?:text(?:bf|it|tt|sc|sf|rm|up|sl|normal|superscript|subscript)?|emph|mathbf|mathcal|mathrm|mathbb|mathit|mathsf|mathtt|"
    r"mathfrak|boldsymbol|bm|operatorname|underline|url|mbox|hbox|sc|it|bf|tt|rm|em|tilde|hat|bar|vec|widetilde|widehat|overline|"
    r"frac|xspace|ensuremath|nolimits|limits|textstyle|scriptstyle|bigg|Bigg|sf|overset|underset|mathop|left|right|big|Big|bigl|"
    r"bigr|displaystyle|small|large)(?![A-Za-z])\*?"
)
# the braces were lost on the way: "\\emphalways", "\\mathcalM"
_GLUED = re.compile(r"\\(?:emph|text(?:bf|it|tt|sc|sf)|math(?:cal|bf|rm|sf|bb(?!m))|widetilde|widehat)(?=[A-Za-z])")
_ARGUMENT = re.compile(_TEXT_COMMAND.pattern + r"\s*\{([^{}]*)\}")
_HREF = re.compile(r"\\href\s*\{[^{}]*\}\s*\{([^{}]*)\}")
_SPACING = re.compile(r"\\(?:[,;:! \\]|(?:quad|qquad|newline|par|noindent|linebreak)(?![A-Za-z]))")
# a word or prose, an address, a subscript; a list with commas and a formula are sets
_WORD_IN_BRACES = re.compile(
    r"(?<![\\{])\{(\s?[^\W\d_][\w'’-]*|\s?[A-Za-z](?=[^{}]*[A-Za-z]{2})[^{}\\,=^_|:…<>≤≥∈+]{2,200}|https?://[^{}\s]+|[–—-]+)\}"
    r"|(?<=[_^])\{([^{}\\]{0,60})\}"
)
# between words; "~5" and "(~5" mean "about", and addresses have it behind a slash
_TIE = re.compile(r"""(?<=[\w)\]}.,:;%'’"”])~(?=\S)""")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+|\|)(?:\{\})?")
_BEHIND_COMMAND = re.compile(r"\\[A-Za-z]+\Z")
_ESCAPED = re.compile(r"\\([%&_#${}])")
_MATH = re.compile(r"(?<!\\)\$\$?([^$]{1,200}?)(?<!\\)\$\$?")
# Two dollars around prices are not mathematics: "$5 to $10".
_PRICE = re.compile(r"^\s*\d[\d.,]*\s*(?:[a-zA-Z]{2,}|\s).*\s$")
# what stands before is looked at last: a pattern that begins with a full stop is much faster
_JOINED = re.compile(r"\.(?=[A-Z][a-z]*\s)(?:(?<=[a-z)\]%]\.)|(?<=[A-Z]{3}\.))")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+|\S+\.(?:com|org|net|io|ai|edu|gov|html?|py|js|pdf|md|cpp|jl)\b\S*", re.I)

#: One pass leaves nothing to do save in texts of nested or doubly escaped markup.
_PASSES = 5


def clean(text: str) -> str:
    """The text after the rules at the head of this module.

    >>> clean("We gain 4\\\\% over \\\\emph{ResNet},\\u00a0\\\\ie $O(n)$ time.We win")
    'We gain 4% over ResNet, i.e. O(n) time. We win'
    """
    return _short(text) if len(text) <= _SHORT else _cleaned(text)


def _cleaned(text: str) -> str:
    for _ in range(_PASSES):
        before, text = text, _once(text)
        if text == before:
            break
    return text


#: Names of people and venues come again and again, and are shorter than this.
_SHORT = 100
_short = lru_cache(maxsize=20_000)(_cleaned)


def _once(text: str) -> str:
    plain = text.isascii() and text.isprintable()
    if not plain:
        text = _composed(text)
    if "&" in text:
        text = html.unescape(html.unescape(text))
        plain = False
    if "<" in text:
        text = _TAG.sub("", text)
    if "x20" in text or "x00" in text:
        text = _LOST_ENTITY.sub(lambda m: chr(int(m.group(1), 16)), text)
        plain = False
    if "\\" in text or "$" in text or "{" in text or "~" in text or "``" in text:
        text = _latex(text)
        plain = False
    if not plain:
        text = " ".join(_composed(text).split())
    elif "  " in text or text[:1] == " " or text[-1:] == " ":
        # printable ASCII has no white space but blanks
        text = " ".join(text.split())
    return _split_joined(text) if "." in text else text


def _composed(text: str) -> str:
    """The first rule but for white space; printable ASCII is left as it is by it."""
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def _split_joined(text: str) -> str:
    if not _JOINED.search(text):
        return text
    spans = [m.span() for m in _ADDRESS.finditer(text)]

    def blank(match: re.Match[str]) -> str:
        at = match.start()
        # "Node.js", "U.S." and initials have short or capital pieces; an address is left alone.
        return "." if any(a <= at < b for a, b in spans) else ". "

    return _JOINED.sub(blank, text)


def _latex(text: str) -> str:
    # escaped braces are text; control characters stand for them until the end (clean() has removed all others)
    text = text.replace(r"\{", "\x01").replace(r"\}", "\x02")
    if "ootnote" in text:
        text = _FOOTNOTE.sub(r" (\1)", _EATEN_FOOTNOTE.sub(r"\\footnote", text))
    text = _EATEN.sub("", text)
    text = _DROPPED.sub("", text)
    text = _HREF.sub(r"\1", text)
    text = _ACCENT.sub(_accent, text)
    text = _MATH.sub(_math, text)
    if "\\" in text:
        text = _commands(text)
    text = text.replace("``", "“").replace("''", "”") if "``" in text else text
    text = _TIE.sub(" ", text)
    # braces that only protected capitals ("{BERT}: ...")
    previous = None
    while previous != text:
        previous = text
        text = _WORD_IN_BRACES.sub(_bare, text)
    return text.replace("\x01", "{").replace("\x02", "}")


def _bare(match: re.Match[str]) -> str:
    """What stands between braces; those behind an unknown command stay, or its name would run into the word."""
    start = match.start()
    if _BEHIND_COMMAND.search(match.string, max(0, start - 30), start):
        return match.group()
    return match.group(1) or match.group(2) or ""


def _accent(match: re.Match[str]) -> str:
    kind = match.group(1) or match.group(4)
    letter = match.group(2) or match.group(3) or match.group(5) or match.group(6)
    return unicodedata.normalize("NFC", letter + _ACCENTS[kind])


def _math(match: re.Match[str]) -> str:
    body = match.group(1)
    if _PRICE.match(body):
        return match.group(0)
    body = _commands(body)
    body = re.sub(r"\{\s*([^{}]*?)\s*\}", r"\1", body)
    body = re.sub(r"\{\s*([^{}]*?)\s*\}", r"\1", body)
    return re.sub(r"\s+", " ", body).strip()


def _grouped(text: str) -> str:
    """A term as it can stand beside a stroke or a root."""
    return text if len(text) < 2 or re.fullmatch(r"\\?\w+", text) else f"({text})"


def _commands(text: str) -> str:
    text = _SPACING.sub(" ", text)
    previous = None
    while previous != text:  # the innermost first
        previous = text
        text = _FRACTION.sub(lambda m: f"{_grouped(m.group(1))}/{_grouped(m.group(2))}", text)
        text = _ROOT.sub(lambda m: f"√{_grouped(m.group(1))}", text)
        text = _ARGUMENT.sub(r"\1", text)
    text = _GLUED.sub("", _TEXT_COMMAND.sub("", text))

    def word(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in _ABBREVIATIONS:
            # "\ie, the" already has its own comma; "\ie the" needs only the blank that follows
            return _ABBREVIATIONS[name]
        if name in _SYMBOLS:
            return _SYMBOLS[name]
        if name in _FUNCTIONS:
            return f" {name}" if match.start() and text[match.start() - 1].isalnum() else name
        return match.group(0)

    text = _COMMAND.sub(word, text)
    return _ESCAPED.sub(r"\1", text)
