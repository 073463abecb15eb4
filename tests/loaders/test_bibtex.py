from __future__ import annotations

import logging
from pathlib import Path

import pytest

import loaders
from kg.model import Note, Paper, Rejected

GOOD = r"""% my list
@string{acl = "Annual Meeting of the {ACL}"}
@inproceedings{mueller19,
  title     = {{DripNet}: Watering {\"U}ber Gardens with 5\% Less},
  author    = {M{\"u}ller, Hans and Byron, Ada and {The Garden Team}},
  booktitle = acl # ", Florence",
  year      = 2019,
  month     = jul,
  doi       = {10.1000/AB\_C},
  url       = {https://example.org/a\_b},
  abstract  = {Short and green.}
}
@article{byron20, title = "Seeds", author = "Ada Byron and others", journal = {arXiv preprint arXiv:2003.01234}, year = {2020}}
@article{DBLP:journals/corr/abs-1, title = {A Third One Here}, journal = {CoRR}, volume = {abs/1907.00001}, year = {2019}}
@misc{plain, title = {Nothing Else To Go By}}
@proceedings{vol, title = {Proceedings of It}, year = 2019}
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "refs.bib"
    file.write_text(text, encoding="utf-8")
    return file


def test_fields(tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    assert loaders.detect(file)[0] == "bibtex"
    first, second, third, fourth, volume = loaders.read(file)
    assert first == Paper(
        "doi:10.1000/ab_c", "DripNet: Watering Über Gardens with 5% Less", "Short and green.",
        ("Hans Müller", "Ada Byron", "The Garden Team"), 2019, "Annual Meeting of the ACL, Florence",
        ("https://example.org/a_b",), "10.1000/ab_c", None, "refs.bib", 3,
    )  # fmt: skip
    assert isinstance(second, Paper)
    assert (second.id, second.arxiv, second.authors, second.line) == ("arxiv:2003.01234", "2003.01234", ("Ada Byron",), 13)
    assert isinstance(third, Paper)
    assert (third.id, third.arxiv) == ("dblp:journals/corr/abs-1", "1907.00001")
    assert isinstance(fourth, Paper)
    assert fourth.id == "title:nothing-else-to-go-by"
    assert isinstance(volume, Note)
    assert volume.line == 16


@pytest.mark.parametrize(
    "bad",
    [
        "@article{bad, title = {Never closed, year = 2020\n",
        '@article{bad, title "x"}\n',
        "@article{bad, author = {Ada}, year = 2020}\n",
        "@article{bad, title = {}}\n",
    ],
)
def test_one_bad_entry_is_one_rejection(tmp_path: Path, bad: str, caplog: pytest.LogCaptureFixture) -> None:
    text = "@misc{a, title = {First}}\n\n" + bad + "@misc{z, title = {Last}}\n"
    with caplog.at_level(logging.DEBUG):
        items = list(loaders.read(write(tmp_path, text)))
    assert [(i.line, i.fatal) for i in items if isinstance(i, Rejected)] == [(3, False)]
    assert [i.title for i in items if isinstance(i, Paper)] == ["First", "Last"]
    assert not caplog.records


def test_an_entry_cut_at_the_end(tmp_path: Path) -> None:
    first, bad = loaders.read(write(tmp_path, "@misc{a, title = {First}}\n@misc{z, title = {La"))
    assert isinstance(first, Paper)
    assert isinstance(bad, Rejected)
    assert bad.line == 2


def test_equal_keys_are_two_entries(tmp_path: Path) -> None:
    items = list(loaders.read(write(tmp_path, "@misc{a, title = {One}}\n@misc{a, title = {Two}, title = {Three}}\n")))
    assert [i.title for i in items if isinstance(i, Paper)] == ["One", "Two"]


def test_strings_and_lines_over_many_pieces(tmp_path: Path) -> None:
    filler = "x" * 2000
    entries = "".join(f"@article{{k{n},\n title = {{Paper number {n}}},\n journal = jj,\n abstract = {{{filler}}}}}\n" for n in range(400))
    found = list(loaders.read(write(tmp_path, '@string{JJ = "Journal"}\n' + entries)))
    assert len(found) == 400
    assert all(isinstance(p, Paper) and p.venue == "Journal" for p in found)
    assert [p.line for p in found] == [2 + 4 * n for n in range(400)]


def test_broken_bytes(tmp_path: Path) -> None:
    file = tmp_path / "x.bib"
    file.write_bytes(b"@misc{a, title = {Na\xefve}}\n@misc{b, title = {Fine}}\n")
    bad, good = loaders.read(file)
    assert isinstance(bad, Rejected)
    assert "broken encoding" in bad.reason
    assert isinstance(good, Paper)
