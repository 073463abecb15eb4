"""Cleaning of titles and abstracts: what may be done to a text before anything is read in it.

The rules, in order. None of them changes, adds or removes a word; each has a test.

1. Unicode is composed (NFC); control characters, zero-width characters, soft hyphens and byte-order marks go; every kind
   of white space becomes one blank. The replacement character U+FFFD stays: it shows that the source was damaged.
2. HTML entities are resolved (`&amp;` → `&`), also where the ampersand was lost (`x2013` between letters → `–`); inline
   tags (`<i>`, `<sub>`, `<jats:p>`) go.
3. LaTeX: escaped characters (`4\\%` → `4%`), text commands (`\\emph{X}` → `X`), abbreviations (`\\ie` → `i.e.`), quotes,
   accents (`\\'e` → `é`), `~` → blank, `\\cite{…}` and `\\footnote{…}` go; of `$…$` the delimiters go and well-known symbols
   become Unicode (`$\\alpha$` → `α`, `$O(n)$` → `O(n)`, `$10\\times$` → `10×`).
4. A full stop run together with the next sentence gets its blank (`models.We` → `models. We`); web addresses, file names
   and numbers are left alone.
5. Blanks at the ends and doubled blanks go.

Evidence offsets refer to the cleaned text, which is the text that the graph stores.
"""

from __future__ import annotations

import html
import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]")
_TAG = re.compile(r"</?(?:jats:)?(?:p|i|b|em|strong|sub|sup|sc|u|tt|italic|bold|span|br|title|sec|monospace|fixed-case)(?:\s[^<>]*)?/?>", re.I)
_LOST_ENTITY = re.compile(r"(?:(?<=[A-Za-z])|(?<=\s)|&#)x(20[01][0-9A-Fa-f]|2026|2032|00[A-Fa-f][0-9A-Fa-f]);?(?=[A-Za-z\s]|$)")

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
    "textasciitilde": "~", "textbackslash": "\\", "textemdash": "—", "textendash": "–", "ss": "ß", "ae": "æ", "oe": "œ",
    "o": "ø", "l": "ł", "aa": "å", "O": "Ø", "L": "Ł", "AA": "Å", "AE": "Æ", "i": "ı", "j": "ȷ",
}  # fmt: skip
_ABBREVIATIONS = {
    "ie": "i.e.", "eg": "e.g.", "etc": "etc.", "cf": "cf.", "wrt": "w.r.t.", "etal": "et al.", "vs": "vs.", "iid": "i.i.d.",
    "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX",
}  # fmt: skip
_FUNCTIONS = frozenset("log ln exp min max argmin argmax sup inf lim sin cos tan tanh det dim ker Pr poly mod bmod softmax sign tr "
                       "rank diag Var Cov".split())  # fmt: skip
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
            "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a"}  # fmt: skip
_ACCENT = re.compile(r"""\\(?:(['`^"~=.])\s*(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))|([cvuHkr])(?:\{([A-Za-z])\}|\s+([A-Za-z])))""")
_DROPPED = re.compile(r"\s?~?\\(?:cite[a-zA-Z]*|citep|citet|footnote|label|ref|thanks|vspace|hspace)\*?(?:\[[^\]]*\])*\{[^{}]*\}")
_TEXT_COMMAND = re.compile(
    r"\\(?:text(?:bf|it|tt|sc|sf|rm|up|sl|normal|superscript|subscript)?|emph|mathbf|mathcal|mathrm|mathbb|mathit|mathsf|mathtt|"
    r"mathfrak|boldsymbol|bm|operatorname|underline|url|mbox|hbox|sc|it|bf|tt|rm|em|tilde|hat|bar|vec|widetilde|widehat|overline|"
    r"frac|xspace|left|right|big|Big|bigl|bigr|displaystyle|small|large)(?![A-Za-z])\*?"
)
_HREF = re.compile(r"\\href\s*\{[^{}]*\}\s*\{([^{}]*)\}")
_SPACING = re.compile(r"\\(?:[,;:! ]|quad|qquad|newline|\\|par|noindent|linebreak)(?![A-Za-z])")
_COMMAND = re.compile(r"\\([A-Za-z]+|\|)(?:\{\})?")
_ESCAPED = re.compile(r"\\([%&_#${}])")
_MATH = re.compile(r"(?<!\\)\$\$?([^$]{1,200}?)(?<!\\)\$\$?")
# Two dollars around prices are not mathematics: "$5 to $10".
_PRICE = re.compile(r"^\s*\d[\d.,]*\s*(?:[a-zA-Z]{2,}|\s).*\s$")
_JOINED = re.compile(r"(?:(?<=[a-z)\]%])|(?<=[A-Z]{3}))\.(?=[A-Z][a-z]*\s)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+|\S+\.(?:com|org|net|io|ai|edu|gov|html?|py|js|pdf|md|cpp|jl)\b\S*", re.I)


def clean(text: str) -> str:
    """The text after the rules at the head of this module.

    >>> clean("We gain 4\\\\% over \\\\emph{ResNet},\\u00a0\\\\ie $O(n)$ time.We win")
    'We gain 4% over ResNet, i.e. O(n) time. We win'
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub("", text)
    if "x" in text:
        text = _LOST_ENTITY.sub(lambda m: chr(int(m.group(1), 16)), text)
    if "\\" in text or "$" in text or "{" in text or "~" in text or "``" in text:
        text = _latex(text)
    text = " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())
    return _split_joined(text)


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
    text = _DROPPED.sub("", text)
    text = _HREF.sub(r"\1", text)
    text = _ACCENT.sub(_accent, text)
    text = _MATH.sub(_math, text)
    if "\\" in text:
        text = _commands(text)
    text = text.replace("``", "“").replace("''", "”") if "``" in text else text
    text = re.sub(r"(?<=\S)~(?=\S)", " ", text) if "\\" not in text else text
    # braces that only protected capitals ("{BERT}: ...")
    previous = None
    while previous != text:
        previous = text
        text = re.sub(r"(?<![\\{])\{([^{}\\:;]{0,120})\}", r"\1", text)
    return text.replace("\x01", "{").replace("\x02", "}")


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


def _commands(text: str) -> str:
    text = _SPACING.sub(" ", text)
    text = _TEXT_COMMAND.sub("", text)

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
