"""From answers to mentions: only what stands in the text, and answers that cannot be used."""

from __future__ import annotations

import pytest
from fake_server import Make, Reply, Server, asked, entries, texts

from kg.model import Paper
from kg.recognizers import Recognition


def _reasons(found: Recognition) -> list[tuple[str, str]]:
    return [(r.reason, r.found) for r in found.rejected]


def test_what_the_model_makes_up_is_rejected_and_what_differs_little_is_mended(server: Server, make: Make, example: Paper) -> None:
    without = ({"mention": ""}, {"name": "ResNet"})
    server.play(entries("GlassNet", "PRISMNET", "glass\n corpus", "Prism", "light folding", *without, {"mention": "IMAGE classification"}))
    model = make()
    (found,) = model.recognize([example])
    assert texts(found) == {"PrismNet", "Glass Corpus", "light folding"}
    assert _reasons(found) == [
        ("not in the text", "GlassNet"),
        ("not in the text", "Prism"),
        ("an entry without a mention", '{"mention": ""}'),
        ("an entry without a mention", '{"name": "ResNet"}'),
        ("not in the text", "IMAGE classification"),
    ], "the last stands there in two writings, neither of them the model's"
    assert model.usage()["mentions_mended"] == 2


def test_types_and_relations_that_are_none_of_ours_are_left_open_and_counted(server: Server, make: Make, example: Paper) -> None:
    server.play(entries({"mention": "PrismNet", "type": "Animal", "relation": "eats"}))
    (found,) = make().recognize([example])
    assert {(m.mention.text, m.type, m.relation) for m in found.mentions} == {("PrismNet", None, None)}
    assert _reasons(found) == [("a type that is none of ours", "PrismNet: Animal"), ("a relation that is none of ours", "PrismNet: eats")]


def test_a_place_belongs_to_the_longest_string_that_is_named(server: Server, make: Make) -> None:
    paper = Paper("p", "", "BERT-large and BERT are compared. GPT-4 is better.")
    server.play(entries("BERT", "BERT-large", "GPT", "GPT-4"))
    (found,) = make().recognize([paper])
    where = sorted((m.mention.start, m.mention.text) for m in found.mentions)
    assert where == [
        (0, "BERT-large"),
        (15, "BERT"),
        (34, "GPT"),
        (34, "GPT-4"),
    ]


@pytest.mark.parametrize(
    "content", ['```json\n{"concepts": [{"mention": "PrismNet"}]}\n```', 'Sure! {"concepts": [{"mention": "PrismNet"}]} Anything else?']
)
def test_json_among_words_is_read(server: Server, make: Make, example: Paper, content: str) -> None:
    server.play(Reply(content))
    assert texts(make().recognize([example])[0]) == {"PrismNet"}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply("I found PrismNet."), "the answer is not the JSON that was asked for"),
        (Reply('{"concepts": [{"mention": "Prism'), "the answer is not the JSON that was asked for"),
        (Reply('{"concepts": [{"mention": "Prism', finish="length"), "the answer was cut off at max_tokens"),
        (Reply('{"concepts": "PrismNet"}'), "the answer is not the JSON that was asked for"),
        (Reply("[" * 100_000), "the answer is not the JSON that was asked for"),
        (Reply(None, refusal="I cannot help with that."), "the model refused to answer"),
        (Reply("", finish="content_filter"), "the model refused to answer"),
        (Reply(body=b'{"choices": []}'), "the answer is not the JSON that was asked for"),
        (Reply(body=b'{"choices": [{"message": {"content": 7}}]}'), "the answer is not the JSON that was asked for"),
    ],
)
def test_an_unusable_answer_is_asked_for_once_more_then_the_paper_is_reported(
    server: Server, make: Make, example: Paper, reply: Reply, reason: str
) -> None:
    server.answer = lambda request: reply if asked(request)["title"] == example.title else entries("PrismNet")
    other = Paper("other", "Other", "PrismNet too.")
    bad, good = make().recognize([example, other])
    assert bad.mentions == ()
    assert [(r.source, r.reason, r.fatal) for r in bad.rejected] == [("example", reason, True)]
    assert texts(good) == {"PrismNet"}
    seeds = sorted(r["seed"] for r in server.requests if asked(r)["title"] == example.title)
    assert seeds == [0, 1]
    before = len(server.requests)
    make().recognize([example, other])
    assert len(server.requests) == before + 2, "only what was usable is kept"


def test_the_second_answer_may_be_good(server: Server, make: Make, example: Paper) -> None:
    server.play(Reply("Hm."), entries("PrismNet"))
    model = make()
    assert texts(model.recognize([example])[0]) == {"PrismNet"}
    assert model.usage()["retried"] == 1
    assert model.usage()["prompt_tokens"] == 200, "the first one cost too"


def test_where_a_part_gets_no_answer_the_others_count(server: Server, make: Make) -> None:
    server.answer = lambda request: entries("PrismNet") if "PrismNet" in asked(request)["text"] else Reply("Hm.")
    (found,) = make(piece=500).recognize([Paper("p", "Long", "Words are here. " * 60 + "It ends with PrismNet.")])
    assert texts(found) == {"PrismNet"}
    assert [r.fatal for r in found.rejected] == [True]
    assert "of 2 parts of the text, 1 got none" in found.rejected[0].reason
