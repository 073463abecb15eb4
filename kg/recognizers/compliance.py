"""What holds of every recogniser, as checks that anyone can run on their own.

    import pytest
    from kg.recognizers.compliance import CHECKS, Check, Subject

    SUBJECT = Subject(make=MyRecognizer, changed=lambda: MyRecognizer(cutoff=0.9), example=Paper("p", "…", "… a text with mentions …"))

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
    def test_compliance(check: Check) -> None:
        check(SUBJECT)

A check raises AssertionError with what it found; it needs no test framework.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.catalog import Catalog
from kg.errors import PaperkgError
from kg.model import ConceptType, Paper, Rejected, Relation
from kg.recognizers.protocol import Recognition, Recognized, Recognizer
from kg.recognizers.reader import RecognizingReader
from kg.recognizers.verify import verified
from kg.text import fold


@dataclass(frozen=True, slots=True)
class Subject:
    """A recogniser to be checked.

    `make` gives it, `changed` gives it with another configuration; they are called several times. `example` is a paper with an
    abstract of at least one sentence in which `make`'s recogniser finds something. `wrong` holds, by a word for each, calls
    that must raise an error of `kg.errors`: a bad option, a missing package, a server that does not answer.
    """

    make: Callable[[], Recognizer]
    changed: Callable[[], Recognizer]
    example: Paper
    wrong: Mapping[str, Callable[[], object]] = field(default_factory=dict)


Check = Callable[[Subject], None]

#: Characters that take one place in Python and several bytes or UTF-16 units elsewhere.
ASTRAL = "🔬𝛼👩‍👩‍👧 é e\u0301 — "


def follows_the_protocol(subject: Subject) -> None:
    """`recognize` gives one `Recognition` for each paper, made of the records of `kg.recognizers`."""
    made = subject.make()
    _must(isinstance(made, Recognizer), f"{type(made).__name__} has no `fingerprint` or no `recognize`")
    found = made.recognize([subject.example, subject.example])
    _must(isinstance(found, list) and len(found) == 2, f"two papers need a list of two recognitions, not {found!r}")
    for one in found:
        _must(isinstance(one, Recognition), f"{one!r} is no Recognition")
        _must(all(isinstance(m, Recognized) for m in one.mentions), f"mentions of another type: {one.mentions!r}")
        _must(all(isinstance(r, Rejected) for r in one.rejected), f"rejections of another type: {one.rejected!r}")


def finds_something_in_its_example(subject: Subject) -> None:
    """The example has mentions, so that the other checks look at something."""
    _must(bool(_read(subject, subject.example).mentions), f"nothing is found in {subject.example.abstract!r}")


def mentions_stand_verbatim_in_the_text(subject: Subject) -> None:
    """Each mention is what stands at its place."""
    for paper in (subject.example, *_awkward(subject.example)):
        _sound(paper, _read(subject, paper))


def types_relations_and_confidence_are_of_our_vocabulary(subject: Subject) -> None:
    """Types and relations are those of `kg.model` or None, confidence is from 0 to 1."""
    for one in _read(subject, subject.example).mentions:
        _must(one.type is None or isinstance(one.type, ConceptType), f"{one.type!r} is no ConceptType")
        _must(one.relation is None or isinstance(one.relation, Relation), f"{one.relation!r} is no Relation")
        _must(
            isinstance(one.confidence, int | float) and 0 <= one.confidence <= 1,
            f"the confidence {one.confidence!r} is no number from 0 to 1",
        )


def the_same_text_gives_the_same_mentions(subject: Subject) -> None:
    """Twice by one recogniser, once by another of the same configuration."""
    made = subject.make()
    first = made.recognize([subject.example])
    _must(made.recognize([subject.example]) == first, "the second time it says something else")
    _must(subject.make().recognize([subject.example]) == first, "another recogniser of the same configuration says something else")


def only_title_and_abstract_count(subject: Subject) -> None:
    """Id, authors, year and source change no mention."""
    other = replace(subject.example, id="other", authors=("A. Nother",), year=1900, venue="BERT", source="x", line=7)
    mine, theirs = _read(subject, subject.example).mentions, _read(subject, other).mentions
    _must(mine == theirs, f"{_difference(mine, theirs)} depends on something else than title and abstract")


def empty_texts_have_no_mentions(subject: Subject) -> None:
    """No paper gives no recognition; a paper without text, or with blanks and marks only, gives one without mentions."""
    made = subject.make()
    _must(made.recognize([]) == [], "no paper must give an empty list")
    for number, text in enumerate(("", " \n\t ", "… — !!! ??? ;;;")):
        (found,) = made.recognize([Paper(f"empty{number}", text, text)])
        _must(not found.mentions, f"mentions in {text!r}: {found.mentions!r}")
        _must(not any(item.fatal for item in found.rejected), f"a text without words is no failure: {found.rejected!r}")


def offsets_count_code_points(subject: Subject) -> None:
    """Emoji, combining marks and letters beyond the basic plane move mentions by as many places as Python counts."""
    paper = replace(subject.example, abstract=ASTRAL + subject.example.abstract)
    found = _read(subject, paper)
    _sound(paper, found)
    _must(any(m.mention.field == "abstract" for m in found.mentions), "nothing is found in the abstract behind characters such as 🔬")


def papers_do_not_depend_on_each_other(subject: Subject) -> None:
    """One by one, together, in reverse and with an empty one between them, each paper gets the same."""
    papers = [subject.example, Paper("empty", "", ""), *_awkward(subject.example)]
    made = subject.make()
    apart = [made.recognize([paper])[0] for paper in papers]
    _must(subject.make().recognize(papers) == apart, "together it says something else than one by one")
    _must(subject.make().recognize(papers[::-1]) == apart[::-1], "in reverse it says something else")


def long_texts_are_read_to_the_end(subject: Subject) -> None:
    """A text of 60,000 characters has mentions in its last tenth too, or a rejection says why not."""
    one = subject.example.abstract.strip() + " "
    paper = replace(subject.example, abstract=(one * (60_000 // len(one) + 1)).strip())
    found = _read(subject, paper)
    _sound(paper, found)
    late = [m for m in found.mentions if m.mention.field == "abstract" and m.mention.start > 0.9 * len(paper.abstract)]
    _must(bool(late or found.rejected), "nothing is found in the last tenth of a long text, and no rejection says why")


def the_fingerprint_is_that_of_the_configuration(subject: Subject) -> None:
    """Equal for equal configurations, another for another one, and not changed by reading."""
    made = subject.make()
    before = made.fingerprint
    _must(isinstance(before, str) and len(before) >= 8, f"a fingerprint is a string of some length, not {before!r}")
    made.recognize([subject.example])
    _must(made.fingerprint == before, "the fingerprint changes by reading")
    _must(subject.make().fingerprint == before, "the same configuration has another fingerprint")
    _must(subject.changed().fingerprint != before, "another configuration has the same fingerprint")


def errors_are_of_kg_errors(subject: Subject) -> None:
    """What cannot work raises a `PaperkgError` with an exit code of the command line and a message that says what to do."""
    for word, call in subject.wrong.items():
        try:
            given = call()
        except PaperkgError as error:
            _must(error.exit_code in (1, 2, 3), f"{word}: exit code {error.exit_code}")
            _must(len(str(error)) > 20, f"{word}: the message is no more than {str(error)!r}")
        except Exception as error:
            raise AssertionError(f"{word}: {type(error).__name__} instead of an error of kg.errors: {error}") from error
        else:
            raise AssertionError(f"{word}: no error, but {given!r}")


def its_mentions_become_a_reading(subject: Subject) -> None:
    """In place of paperkg's own recogniser it alone names things; beside it, it takes nothing away that it does not cover."""
    made = subject.make()
    paper = subject.example
    good, _ = verified(paper, made.recognize([paper])[0])
    (alone,) = RecognizingReader(Catalog([]), made, "replace").read([paper])
    said = {fold(m.mention.text) for m in good}
    for finding in alone.findings:
        texts = {fold(e.mention.text) for e in finding.evidence}
        _must(bool(texts & said), f"{finding.label!r} rests on {texts}, none of which the recogniser named: {said}")
    _must(bool(alone.findings) == bool(said), f"mentions {said} became {len(alone.findings)} findings")
    (both,) = RecognizingReader(Catalog([]), made, "improve").read([paper])
    _must(len(both.findings) > 0, "beside paperkg's own recogniser nothing is left")


CHECKS: tuple[Check, ...] = (
    follows_the_protocol,
    finds_something_in_its_example,
    mentions_stand_verbatim_in_the_text,
    types_relations_and_confidence_are_of_our_vocabulary,
    the_same_text_gives_the_same_mentions,
    only_title_and_abstract_count,
    empty_texts_have_no_mentions,
    offsets_count_code_points,
    papers_do_not_depend_on_each_other,
    long_texts_are_read_to_the_end,
    the_fingerprint_is_that_of_the_configuration,
    errors_are_of_kg_errors,
    its_mentions_become_a_reading,
)


def _read(subject: Subject, paper: Paper) -> Recognition:
    return subject.make().recognize([paper])[0]


def _sound(paper: Paper, found: Recognition) -> None:
    good, rejected = verified(paper, Recognition(found.mentions))
    _must(not rejected, "; ".join(map(str, rejected[:3])))
    for one in good:
        m = one.mention
        _must(paper.text(m.field)[m.start : m.end] == m.text, f"{m!r} does not stand there")


def _awkward(example: Paper) -> list[Paper]:
    """The example in writings that break careless code."""
    text = example.abstract
    return [
        Paper("swapped", text, example.title),
        Paper("astral", ASTRAL, f"{ASTRAL}{text} {ASTRAL}"),
        Paper("capitals", example.title.upper(), text.upper()),
        Paper("blanks", "", "  \n" + text.replace(" ", "  ") + "\t"),
        Paper("quotes", '"\\"', '{"mentions": [' + text + ']} "quoted \\u0041 \\" text" <b>&amp;</b> \u202eright to left\u202c'),
        Paper("one word", "x" * 3000, "y" * 5000),
    ]


def _difference(mine: Sequence[Recognized], theirs: Sequence[Recognized]) -> str:
    only = {m.mention.text for m in mine} ^ {m.mention.text for m in theirs}
    return repr(sorted(only)) if only else "a place, type or confidence"


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)
