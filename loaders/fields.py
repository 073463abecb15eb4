"""From a source's fields to a `Paper`: which of its names mean title, abstract, authors …, and in which forms values come.

Names are compared without case, blanks and punctuation (`Paper Title` = `paper_title` = `paperTitle`). Of several that are
there and not empty the first of the list counts. `--map title=Name` puts a name of one's own in front; for nested JSON it may
be a path (`title=content.title`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from kg.clean import clean
from kg.errors import UsageError, did_you_mean
from kg.model import Paper, Rejected
from loaders.identity import identify
from loaders.source import broken, encoding_rejected, shown

#: What a field is called elsewhere, the surest name first.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "title": ("title", "papertitle", "articletitle", "documenttitle", "displayname", "name", "ti"),
    "abstract": (
        "abstract", "paperabstract", "summary", "abstracttext", "abstractnote", "abstractinvertedindex", "description", "text", "ab",
    ),
    "authors": ("authors", "author", "authornames", "authorlist", "authorships", "authorfullnames", "creators", "creator", "au"),
    "year": (
        "year", "publicationyear", "pubyear", "paperyear", "conferenceyear", "py", "publicationdate", "datepublished", "publisheddate",
        "published", "publishedat", "pubdate", "issued", "date", "submitteddate", "created",
    ),
    "venue": (
        "venue", "publicationvenue", "journal", "journalname", "booktitle", "conference", "conferencename", "containertitle",
        "publicationtitle", "sourcetitle", "proceedings", "proceeding", "journalref", "hostvenue",
    ),
    "urls": (
        "urls", "url", "paperurl", "urlabs", "absurl", "link", "links", "pdfurl", "urlpdf", "pdflink", "pdf", "openaccesspdf",
        "landingpageurl", "href",
    ),
    "doi": ("doi", "doiurl", "paperdoi", "di"),
    "arxiv": ("arxiv", "arxivid", "eprint", "arxivurl"),
    "id": ("id", "paperid", "uid", "identifier", "corpusid", "openreviewid", "aclid", "anthologyid"),
}  # fmt: skip
#: For each of these names the fields that it means, and its place among the names of each.
_MEANT: dict[str, list[tuple[str, int]]] = {}
for _field, _names in SYNONYMS.items():
    for _rank, _name in enumerate(_names):
        _MEANT.setdefault(_name, []).append((_field, _rank))
#: Objects around or inside a record in which its fields stand.
_WRAPPERS = ("paper", "content", "_source", "attributes", "metadata", "data")
_NO_VALUE = frozenset(("", "null", "none", "nan", "n/a", "na"))
_LONGEST = max(map(len, _NO_VALUE))
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_ADDRESS = re.compile(r"(?:https?|ftp)://\S+$")
_MIN_YEAR, _MAX_YEAR = 1800, 2100


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Raises a UsageError where a mapping names a field that papers do not have, or nothing to take it from."""
    for field, name in mapping.items():
        if field not in SYNONYMS:
            raise UsageError(f"--map {field}={name}: papers have no field {field!r}; {did_you_mean(field, SYNONYMS)}")
        if not name.strip():
            raise UsageError(f"--map {field}=: name the source's field behind the equals sign")


@lru_cache(maxsize=10_000)
def key(name: str) -> str:
    """A field's name as it is compared.

    >>> key("Paper Title"), key("paper_title"), key("paperTitle")
    ('papertitle', 'papertitle', 'papertitle')
    """
    return re.sub(r"[\W_]+", "", name).casefold()


def means(name: str, field: str, mapping: Mapping[str, str]) -> bool:
    """Whether a source's name stands for a field of papers."""
    return key(name) in SYNONYMS[field] or name == mapping.get(field)


@lru_cache(maxsize=1_000)
def _keys(names: tuple[Any, ...]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The names of a record by their keys, and which of them may hold further fields. The records of a source mostly have the same."""
    found: dict[str, Any] = {}
    for name in names:
        found.setdefault(key(str(name)), name)
    return found, tuple(wrapper for wrapper in _WRAPPERS if wrapper in names)


@lru_cache(maxsize=1_000)
def _named(keys: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """What of the keys of a record means each field, the surest first: a record has fewer names than there are synonyms."""
    named: dict[str, list[tuple[int, str]]] = {}
    for name in keys:
        for field, rank in _MEANT.get(name, ()):
            named.setdefault(field, []).append((rank, name))
    return {field: tuple(name for _, name in sorted(found)) for field, found in named.items()}


class Record:
    """A source's record, asked by the fields of papers."""

    def __init__(self, row: Mapping[str, Any], mapping: Mapping[str, str]) -> None:
        self._row = row
        self._mapping = mapping
        names = tuple(row)
        fields, inner = _keys(names)
        # of two names with one key the first counts
        self._fields: dict[str, Any] = {field: row[name] for field, name in fields.items()}
        for wrapper in inner:
            value = row[wrapper]
            if isinstance(value, dict) and any(key(str(n)) in SYNONYMS["title"] for n in value):
                for name, part in value.items():
                    self._fields.setdefault(key(str(name)), part)
        self._named = _named(tuple(self._fields))

    def every(self, field: str) -> list[Any]:
        """The values of a field that are not empty, the surest first."""
        found = []
        if field in self._mapping:
            value = _plain(_at(self._row, self._mapping[field]))
            if not _empty(value):
                found.append(value)
        for name in self._named.get(field, ()):
            value = self._fields[name]
            # most values are texts
            if not _empty(value if type(value) is str else (value := _plain(value))):
                found.append(value)
        return found

    def first(self, field: str) -> Any:
        """The surest value of a field, or None."""
        found = self.every(field)
        return found[0] if found else None

    def other_ids(self) -> Mapping[str, str]:
        """Semantic Scholar's `externalIds` and the like: kind (folded) → id."""
        value = self._fields.get("externalids") or self._fields.get("ids")
        return {key(str(k)): str(v) for k, v in value.items() if isinstance(v, str | int)} if isinstance(value, dict) else {}


def to_paper(row: Mapping[str, Any], name: str, line: int, mapping: Mapping[str, str], stem: str) -> Paper | Rejected:
    """The paper of a source's record; a rejection where it has no title or broken characters.

    `name` and `line` say where the record stands, `stem` stands in ids that are unique only within that file.
    """
    record = Record(row, mapping)
    given = record.first("id")
    other = record.other_ids()
    return made(
        name,
        line,
        stem,
        row,
        title=_text(record.first("title")),
        abstract=_abstract(record.first("abstract")),
        authors=_authors(record.first("authors")),
        venue=_text(record.first("venue")),
        given=str(given).strip() if isinstance(given, str | int) and not isinstance(given, bool) else "",
        places=list(dict.fromkeys(text for value in record.every("urls") for text in _strings(value))),
        also=[f"https://aclanthology.org/{other['acl']}/"] if "acl" in other else [],
        dois=[t for v in record.every("doi") for t in _strings(v)] + [other[k] for k in ("doi",) if k in other],
        arxivs=[t for v in record.every("arxiv") for t in _strings(v)] + [other[k] for k in ("arxiv",) if k in other],
        years=record.every("year"),
    )


def made(
    name: str,
    line: int,
    stem: str,
    fields: Iterable[Any],
    *,
    title: str,
    abstract: str,
    authors: Iterable[str],
    venue: str,
    given: str,
    places: list[str],
    also: Sequence[str] = (),
    dois: Sequence[str] = (),
    arxivs: Sequence[str] = (),
    years: Iterable[Any] = (),
) -> Paper | Rejected:
    """The same of values that are known to be those of fields of papers, not cleaned yet.

    `fields` are the names of the record, for a message; `given` is the source's own id, `places` are web addresses, `also` those that only
    identify the paper.
    """
    people = tuple(filter(None, map(clean, authors)))
    for what, text in (("title", title), ("abstract", abstract), ("authors", " ".join(people)), ("venue", venue)):
        if broken(text):
            return encoding_rejected(name, line, what, text)
    if broken(given) or any(map(broken, places)):
        return encoding_rejected(name, line, "id or url", given or " ".join(places))
    cleaned = clean(title)
    if not cleaned:
        known = ", ".join(sorted(map(str, fields))[:12])
        return Rejected(
            name,
            line,
            "missing title",
            shown(abstract) or shown(f"fields: {known}"),
            "give it a title, or name its field: --map title=NAME",
        )
    identity = identify(cleaned, given="" if given in places else given, dois=dois, arxivs=arxivs, urls=[*places, *also], stem=stem)
    return Paper(
        id=identity.id,
        title=cleaned,
        abstract=clean(abstract),
        authors=people,
        year=next((y for y in map(year, years) if y is not None), None),
        venue=clean(venue) or None,
        urls=tuple(filter(_ADDRESS.match, places)),
        doi=identity.doi,
        arxiv=identity.arxiv,
        source=name,
        line=line,
    )


def told(text: str) -> str:
    """A text, or an empty one where it is one of the words for no value."""
    return "" if _empty(text) else text


def year(value: Any) -> int | None:
    """The year in a number, a date or the lists of dates that Crossref writes; None where there is none.

    >>> year("2017-06-12"), year(2019.0), year({"date-parts": [[2021, 5]]}), year("n.d.")
    (2017, 2019, 2021, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if _MIN_YEAR <= value <= _MAX_YEAR else None
    if isinstance(value, dict):
        value = value.get("date-parts") or value.get("year") or value.get("date") or ""
        return year(value)
    if isinstance(value, list):
        return next((y for y in map(year, value) if y is not None), None)
    match = _YEAR.search(str(value))
    return int(match.group()) if match else None


def split_authors(text: str) -> list[str]:
    """The names in one string: separated by semicolons, lines, bars, "and", or commas where no comma is within a name.

    >>> split_authors("Ada Lovelace, Alan M. Turing and Grace Hopper"), split_authors("Hopper, Grace and Turing, Alan")
    (['Ada Lovelace', 'Alan M. Turing', 'Grace Hopper'], ['Hopper, Grace', 'Turing, Alan'])
    >>> split_authors("Hopper, G.; Turing, A."), split_authors("Hopper, Grace")
    (['Hopper, G.', 'Turing, A.'], ['Hopper, Grace'])
    """
    text = text.strip()
    for mark in (";", "\n", "|"):
        if mark in text:
            return [part.strip(" ,") for part in text.split(mark) if part.strip(" ,")]
    parts = [part.strip(" ,") for part in re.split(r",?\s+(?:and|&)\s+", text) if part.strip(" ,")]
    found: list[str] = []
    for part in parts:
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        if len(pieces) < 2 or (len(pieces) == 2 and " " not in pieces[0]):
            found.append(", ".join(pieces))
        elif len(pieces) % 2 == 0 and all(re.fullmatch(r"(?:[A-Z]\.?[\s-]?){1,3}", given) for given in pieces[1::2]):
            found.extend(f"{family}, {given}" for family, given in zip(pieces[::2], pieces[1::2], strict=True))
        else:
            found.extend(pieces)
    return found


def _at(row: Mapping[str, Any], path: str) -> Any:
    if path in row:
        return row[path]
    value: Any = row
    for step in path.split("."):
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value


def _plain(value: Any) -> Any:
    """OpenReview writes every value as {"value": …}."""
    return value["value"] if isinstance(value, dict) and "value" in value else value


def _empty(value: Any) -> bool:
    if isinstance(value, str):
        bare = value.strip()
        return len(bare) <= _LONGEST and bare.casefold() in _NO_VALUE
    return value is None or value in ([], {}) or value != value  # NaN is not equal to itself


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value.strip()
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
    elif isinstance(value, dict):
        for name in ("url", "href", "URL", "link", "id"):
            if isinstance(value.get(name), str):
                yield from _strings(value[name])
                return


def _text(value: Any) -> str:
    if isinstance(value, list):
        return next((_text(part) for part in value if not _empty(part)), "")
    if isinstance(value, dict):
        return next((_text(value[n]) for n in ("name", "display_name", "title", "raw") if not _empty(value.get(n))), "")
    return "" if value is None or isinstance(value, bool) else str(value)


def _abstract(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(_text(part) for part in value)
    if isinstance(value, dict) and value and all(isinstance(places, list) for places in value.values()):
        # OpenAlex gives word → positions
        words = {at: word for word, places in value.items() for at in places if isinstance(at, int)}
        return " ".join(words[at] for at in sorted(words))
    return _text(value)


def _authors(value: Any) -> list[str]:
    if isinstance(value, str):
        return split_authors(value)
    if isinstance(value, list):
        return [name for name in map(_author, value) if name]
    return [name] if (name := _author(value)) else []


def _author(value: Any) -> str:
    value = _plain(value)
    if isinstance(value, dict):
        if isinstance(value.get("author"), dict):
            value = value["author"]
        for name in ("name", "display_name", "fullname", "full_name", "raw_author_name"):
            if isinstance(value.get(name), str) and value[name].strip():
                return str(value[name])
        given = next((value[n] for n in ("given", "first", "first_name", "firstName", "firstname") if value.get(n)), "")
        family = next((value[n] for n in ("family", "last", "last_name", "lastName", "lastname") if value.get(n)), "")
        return f"{given} {family}".strip()
    if isinstance(value, list):  # arXiv's authors_parsed: [family, given, suffix]
        family, *given = (str(part) for part in value if part)
        return " ".join((*given[:1], family, *given[1:])) if value else ""
    return value if isinstance(value, str) else ""
