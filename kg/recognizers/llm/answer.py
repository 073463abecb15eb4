"""From the answer of a language model to mentions: only what stands in the text counts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.model import FIELDS, ConceptType, Mention, Paper, Rejected, Relation
from kg.recognizers.protocol import Recognition, Recognized
from kg.recognizers.verbatim import mended, places
from kg.recognizers.verify import reject

NOT_IN_TEXT = "not in the text"
NO_MENTION = "an entry without a mention"
OTHER_TYPE = "a type that is none of ours"
OTHER_RELATION = "a relation that is none of ours"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the endpoint said to one request; token counts are None where it gave none."""

    content: str
    finish: str = ""
    refusal: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None

    @property
    def failure(self) -> str:
        """Why the answer cannot be used; empty where it can."""
        if self.refusal or self.finish == "content_filter":
            return "the model refused to answer"
        if entries(self.content) is not None:
            return ""
        return "the answer was cut off at max_tokens" if self.finish == "length" else "the answer is not the JSON that was asked for"


def answer_of(said: Mapping[str, Any]) -> Answer:
    """The parts of a chat completion that matter; what is missing or of another kind counts as empty."""
    choices = said.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], Mapping) else {}
    message = choice.get("message") if isinstance(choice.get("message"), Mapping) else {}
    assert isinstance(message, Mapping)
    content = message.get("content")
    if isinstance(content, list):
        content = "".join(part.get("text", "") for part in content if isinstance(part, Mapping) and isinstance(part.get("text"), str))
    usage = said.get("usage") if isinstance(said.get("usage"), Mapping) else {}
    assert isinstance(usage, Mapping)
    words = [w if isinstance(w, str) else "" for w in (content, choice.get("finish_reason"), message.get("refusal"))]
    return Answer(words[0], words[1], words[2], _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")))


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def entries(content: str) -> list[Any] | None:
    """The entries of an answer, also where it stands in a fence or among words; None where there are none to be read.

    >>> entries('Here it is: ```json\\n{"concepts": [1]}\\n```'), entries("Sorry.")
    ([1], None)
    """
    begin, end = content.find("{"), content.rfind("}")
    for text in (content, content[begin : end + 1] if 0 <= begin < end else ""):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and isinstance(found.get("concepts"), list):
            return list(found["concepts"])
    return None


def recognition(paper: Paper, found: Sequence[Any], score: float) -> tuple[Recognition, int]:
    """The mentions that the entries name, at all their places, and what is rejected; and how many strings had to be mended.

    A string that is in the text but for case and white space is taken as it stands there, if only one writing fits. A place
    within a longer string that the answer names too is left to that one, unless the shorter stands nowhere else.
    """
    named: dict[str, tuple[ConceptType | None, Relation | None]] = {}
    rejected: list[Rejected] = []
    repaired = 0
    texts = [paper.text(field) for field in FIELDS]
    for entry in found:
        said = entry.get("mention") if isinstance(entry, Mapping) else None
        if not isinstance(said, str) or not said.strip():
            rejected.append(reject(paper, NO_MENTION, json.dumps(entry, ensure_ascii=False)))
            continue
        text = said.strip()
        if not any(places(t, text) for t in texts):
            text = mended(texts, said)
            if not text:
                rejected.append(reject(paper, NOT_IN_TEXT, said))
                continue
            repaired += 1
        type_ = _one_of(ConceptType, entry.get("type"))
        relation = _one_of(Relation, entry.get("relation"))
        if type_ is None and entry.get("type"):
            rejected.append(reject(paper, OTHER_TYPE, f"{said}: {entry['type']}"))
        if relation is None and entry.get("relation"):
            rejected.append(reject(paper, OTHER_RELATION, f"{said}: {entry['relation']}"))
        named.setdefault(text, (type_, relation))
    mentions: list[Recognized] = []
    taken: dict[str, list[tuple[int, int]]] = {field: [] for field in FIELDS}
    for text in sorted(named, key=lambda t: (-len(t), t)):
        every = [(field, span) for field in FIELDS for span in places(paper.text(field), text)]
        free = [(f, (a, b)) for f, (a, b) in every if all(b <= low or high <= a for low, high in taken[f])]
        for field, (start, end) in free or every:
            taken[field].append((start, end))
            mentions.append(Recognized(Mention(field, start, end, paper.text(field)[start:end]), score, *named[text]))
    return Recognition(tuple(mentions), tuple(rejected)), repaired


def _one_of(kind: Any, value: Any) -> Any:
    return next((k for k in kind if isinstance(value, str) and k.value.casefold() == value.strip().casefold()), None)
