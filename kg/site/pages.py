"""Templates, and the folder that pages go to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from exports.explorer.properties import columns
from exports.inline import templates
from kg.properties import NONE
from kg.site import marks, words
from kg.site.names import numbered

if TYPE_CHECKING:
    from jinja2 import Environment, Template

    from kg.site.communities import Community
    from kg.site.corpus import Corpus

__all__ = ["POLICY", "Pages", "chunks"]

#: A page runs the site's one script, which loads pieces of the search index from beside it, and may ask for nothing else.
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
#: Pages between two reports of progress.
EVERY = 100


class Pages:
    """Writes pages under a folder; `url` is the address the site will have, or empty.

    Concepts of fewer than `least` papers have no page.
    """

    def __init__(self, folder: Path, corpus: Corpus, title: str, url: str = "", least: int = 0) -> None:
        self.folder = folder
        self.corpus = corpus
        self.title = title
        self.url = url
        self.least = least
        #: Concepts that have a page: the first ones, as they go by falling number of papers.
        self.shown = bisect_right(corpus.papers_of, -least, key=lambda papers: -papers)
        self.counts: dict[str, int] = {}
        self.paths: list[str] = []
        self.files = 0
        #: Ids of the concepts on the explorer's page.
        self.explored: frozenset[str] = frozenset()
        #: The community of a concept, by its number; those in none with a page are not here.
        self.communities: Mapping[int, Community] = {}
        #: What analyses found of concepts and of papers.
        self.properties = {of: columns(NONE, of) for of in ("concepts", "papers")}
        #: Told now and then how many pages of concepts and of papers are there.
        self.watch: Callable[[str, int], None] | None = None

    @cached_property
    def environment(self) -> Environment:
        """The templates, with what all of them use. Everything that is not marked as markup is escaped."""
        made = templates(Path(__file__).parent / "templates")
        made.filters.update(number=lambda n: f"{n:,}", percent=words.percent)
        made.globals.update(
            policy=POLICY,
            site_title=self.title,
            shape=shape,
            concept=self.concept,
            paper=self.paper,
            marked=marks.marked,
            count=words.count,
            corpus=self.corpus,
            PLURAL=words.PLURAL,
            PAPER_WORDS=words.PAPER_WORDS,
            CONCEPT_WORDS=words.CONCEPT_WORDS,
            explored=lambda concept: concept in self.explored,
            has=self.has,
            least=self.least,
            left_out=len(self.corpus.concepts) - self.shown,
        )
        return made

    def has(self, concept: int) -> bool:
        """Whether a concept has a page."""
        return concept < self.shown

    def template(self, name: str) -> Template:
        """A template of `templates/`."""
        return self.environment.get_template(f"{name}.html.jinja")

    def write(self, kind: str, path: str, template: Template, /, **values: Any) -> None:
        """Writes a page of a kind (for the counts) to a path with one folder at most."""
        root = "../" * path.count("/")
        self.put(path, template.render(root=root, path=path, **values))
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.paths.append(path)
        if self.watch is not None and kind in ("concept", "paper") and self.counts[kind] % EVERY == 0:
            self.watch(kind, self.counts[kind])

    def put(self, path: str, text: str) -> None:
        """Writes a file that is no page of the site's own, or as it is."""
        target = self.folder / path
        try:
            file = target.open("w", encoding="utf-8", newline="\n")
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            file = target.open("w", encoding="utf-8", newline="\n")
        with file:
            file.write(text)
        self.files += 1

    def concept(self, number: int, root: str = "../") -> Markup:
        """A link to a concept, with the shape of its type; its name alone where it has no page."""
        c = self.corpus.concepts[number]
        if not self.has(number):
            return Markup(f'<span class="c">{shape(c.type.value)}{escape(c.label)}</span>')  # noqa: S704 - escaped
        link = f'<a class="c" href="{root}{_named(c.type.value, c.label, self.corpus.files[number])}'
        return Markup(link)  # noqa: S704 - escaped above

    def paper(self, number: int, root: str = "../") -> Markup:
        """A link to a paper, with its authors, venue and year behind it."""
        corpus = self.corpus
        about = " · ".join(str(v) for v in (corpus.authors[number], corpus.venues[number], corpus.years[number]) if v)
        behind = f' <span class="meta">{escape(about)}</span>' if about else ""
        href = f"{root}paper/{corpus.paper_file(number)}.html"
        return Markup(f'<a class="p" href="{href}">{escape(corpus.titles[number])}</a>{behind}')  # noqa: S704 - escaped above


@cache
def shape(type_: str) -> Markup:
    """The shape and colour that stand for a type, drawn by the style sheet; its name for those who do not see it is beside it."""
    return Markup(f'<i class="s {type_.lower()}"></i>')  # noqa: S704 - names of types


@lru_cache(maxsize=20_000)
def _named(type_: str, label: str, file: str) -> str:
    """A link to a concept, up to what stands before the path."""
    return f'concept/{file}.html"><i class="s {type_.lower()}"></i>{escape(label)}</a>'


def chunks(total: int, size: int, name: str) -> list[tuple[int, int, str]]:
    """The pages of a list: first row, row after the last, and file; one page where there is nothing.

    >>> chunks(5, 2, "bert")
    [(0, 2, 'bert.html'), (2, 4, 'bert.2.html'), (4, 5, 'bert.3.html')]
    """
    pages = max(1, -(-total // size))
    return [(n * size, min(total, (n + 1) * size), numbered(name, n + 1)) for n in range(pages)]
