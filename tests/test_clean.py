from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.clean import clean

RULES = {
    "unicode": [
        ("Cafe\u0301 models", "Café models"),
        ("soft\u00adhyphen, zero\u200bwidth, \ufeffmark, bell\x07", "softhyphen, zerowidth, mark, bell"),
        ("a\tb\r\nc\u00a0d\u2003e", "a b c d e"),
        ("a broken \ufffd sign stays", "a broken \ufffd sign stays"),
        ("emoji 🤗 and 中文 stay", "emoji 🤗 and 中文 stay"),
    ],
    "html": [
        ("R&amp;D", "R&D"),
        ("twice &amp;lt; escaped", "twice < escaped"),
        ("trained from scratchx2013even so", "trained from scratch–even so"),
        ("the box2013 model", "the box2013 model"),
        ("H<sub>2</sub>O in <i>italics</i> and <jats:p>JATS</jats:p>", "H2O in italics and JATS"),
        ("a < b and b > c, <object> stays", "a < b and b > c, <object> stays"),
    ],
    "latex": [
        (r"4\% of R\&D, \$5, a\_b", "4% of R&D, $5, a_b"),
        (r"\emph{BERT} and \textbf{\textit{GPT}}", "BERT and GPT"),
        (r"models, \ie large ones, \eg GPT \etal", "models, i.e. large ones, e.g. GPT et al."),
        (r"we run in $O(n)$ and $O(n \log n)$ time", "we run in O(n) and O(n log n) time"),
        (r"a $10\times$ gain with $\alpha = 0.5$, $x \leq y$", "a 10× gain with α = 0.5, x ≤ y"),
        (r"rates of $\frac{1}{2}$, $\frac{a+b}{c}$ and $\sqrt{n}$, $\sqrt{n+1}$", "rates of 1/2, (a+b)/c and √n, √(n+1)"),
        (r"the set $\{0, 1\}$ of bits", "the set {0, 1} of bits"),
        (r"norms $\|x\|_{2}$ and $x_{i,j}^{2}$", "norms ‖x‖_2 and x_i,j^2"),
        (r"M\"uller, Erd\H{o}s, Fran\c{c}ois, \'{E}mile, Nguy\~{e}n", "Müller, Erdős, François, Émile, Nguyẽn"),
        (r"Stra{\ss}e and \O rsted", "Straße and Ø rsted"),
        ("``quoted'' words", "“quoted” words"),
        ("language models~(LLMs)", "language models (LLMs)"),
        ("(~5 hours, ~10 GB, example.org/~ada", "(~5 hours, ~10 GB, example.org/~ada"),
        (r"as shown~\cite{a,b} and \citep[p.~3]{c}.", "as shown and."),
        (r"our code\footnote{See \url{https://example.org/x}.} is there", "our code (See https://example.org/x.) is there"),
        (r"\href{https://example.org}{the page}", "the page"),
        ("{BERT}: {D}eep {B}idirectional", "BERT: Deep Bidirectional"),
        ("what we call { self rank} here", "what we call self rank here"),
        ("code at {https://example.org/a_b}.", "code at https://example.org/a_b."),
        ("labels in {-1, 1}^n", "labels in {-1, 1}^n"),
        ("lost extit{italics} and context {here}", "lost italics and context here"),
        (r"lost braces: \emphalways, \mathcalM", "lost braces: always, M"),
        (r"i.i.d.\ samples, 10\,000 words", "i.i.d. samples, 10 000 words"),
        ("prices from $5 to $10 a month", "prices from $5 to $10 a month"),
        (r"\unknown{x} stays as \it is", r"\unknown{x} stays as is"),
    ],
    "full stops": [
        ("We use models.We win.", "We use models. We win."),
        ("with LLMs.The end (of it).And more [1].Then", "with LLMs. The end (of it). And more [1].Then"),
        ("U.S. data, v2.0, Node.js, Key.Net here", "U.S. data, v2.0, Node.js, Key.Net here"),
        ("see https://example.org/a.Html and x.Y", "see https://example.org/a.Html and x.Y"),
    ],
    "blanks": [("  a   b  ", "a b"), ("", ""), ("\n", "")],
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [pair for pairs in RULES.values() for pair in pairs])
def test_rules(before: str, after: str) -> None:
    assert clean(before) == after
    assert clean(after) == after


TEXT = st.text(st.sampled_from("ab Zé\\${}^_~.,<>&;x2013%'`\n\u0301\u200b\x0c") | st.characters(), max_size=60)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXT)
def test_any_text(text: str) -> None:
    done = clean(text)
    assert done == " ".join(done.split())
    assert unicodedata.is_normalized("NFC", done)
    assert not re.search("[\x00-\x1f\x7f-\x84\u00ad\u200b\ufeff]", done)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from(
            ["\\emph{", "}", "$", "\\alpha", "word", " ", "{", "\\{", "\\}", "~", "\\frac{a}{b}", "_{i}", ".We ", "&amp;", "\\%"]
        )
    )
)
def test_cleaning_twice_is_cleaning_once(parts: list[str]) -> None:
    done = clean("".join(parts))
    assert clean(done) == done


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(st.characters(blacklist_categories=("Cc", "Cs"), blacklist_characters="\\$&<{}~`x\u00ad"), max_size=80))
def test_text_without_markup_keeps_its_letters(text: str) -> None:
    def letters(value: str) -> str:
        return re.sub(r"[\W_]", "", unicodedata.normalize("NFC", value))

    assert letters(clean(text)) == letters(text)


@pytest.mark.parametrize(
    "text", ["\\emph{" * 20_000, "{" * 50_000, "$" * 50_000, "\\frac{" * 9_000, "<" * 50_000, "~\\cite{" * 9_000, "&amp" * 20_000]
)
def test_hostile_text_takes_no_long_time(text: str) -> None:
    import time

    begin = time.process_time()
    clean(text)
    assert time.process_time() - begin < 10


@pytest.mark.corpus
def test_abstracts_keep_their_words(shared: Path) -> None:
    changed = 0
    with (shared / "data/ml-abstracts/ml-abstracts.jsonl").open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            if number % 10:
                continue
            text = unicodedata.normalize("NFC", json.loads(line).get("abstract") or "")
            done = clean(text)
            assert clean(done) == done
            if not re.search(r"[\\$&<{~`]|x20", text):
                assert re.sub(r"[\W_]", "", done) == re.sub(r"[\W_]", "", text)
            changed += done != text
    assert changed
