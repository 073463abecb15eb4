from __future__ import annotations

from pathlib import Path

import pytest

import loaders
from kg.errors import DataError
from kg.model import Note, Paper, Rejected


def paper(number: int, title: str = "A Title", rest: str = "") -> str:
    return f'<paper id="{number}">\n<title>{title}</title>\n<author><first>Ada</first><last>Byron</last></author>\n{rest}\n</paper>\n'


def collection(
    *papers: str, cid: str = "2020.acl", vid: str = "main", front: str = "", head: str = "<?xml version='1.0' encoding='UTF-8'?>\n"
) -> str:
    meta = "<meta><booktitle>Proceedings of <i>It</i></booktitle><editor><first>E</first><last>D</last></editor><year>2020</year></meta>"
    return f'{head}<collection id="{cid}">\n<volume id="{vid}">\n{meta}\n{front}{"".join(papers)}</volume>\n</collection>\n'


def write(folder: Path, text: str, name: str = "2020.acl.xml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_fields_and_markup(tmp_path: Path) -> None:
    title = "<fixed-case>D</fixed-case>rip<fixed-case>N</fixed-case>et: <i>Wet</i> &amp; <b>Green</b>"
    rest = (
        "<abstract>In <tex-math>O(n^2)</tex-math> steps, <url>https://example.org/x</url> gains <tex-math>\\alpha</tex-math>.</abstract>"
        '<url hash="0">2020.acl-main.7</url><doi>10.18653/v1/2020.acl-main.7</doi>'
    )
    file = write(tmp_path, collection(paper(7, title, rest)))
    assert loaders.detect(file)[0] == "acl"
    (found,) = loaders.read(file)
    assert found == Paper(
        "acl:2020.acl-main.7", "DripNet: Wet & Green", "In O(n^2) steps, https://example.org/x gains α.", ("Ada Byron",), 2020,
        "Proceedings of It", ("https://aclanthology.org/2020.acl-main.7/",), "10.18653/v1/2020.acl-main.7", None, "2020.acl.xml", 5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cid", "vid", "number", "wanted"),
    [
        ("N19", "1", 423, "acl:N19-1423"), ("P05", "1", 2, "acl:P05-1002"), ("W19", "12", 3, "acl:W19-1203"),
        ("W19", "1", 3, "acl:W19-0103"),
        ("D19", "5", 1, "acl:D19-0501"), ("D19", "1", 1, "acl:D19-1001"), ("2021.naacl", "long", 10, "acl:2021.naacl-long.10"),
    ],
)  # fmt: skip
def test_ids(tmp_path: Path, cid: str, vid: str, number: int, wanted: str) -> None:
    (found,) = loaders.read(write(tmp_path, collection(paper(number), cid=cid, vid=vid)))
    assert isinstance(found, Paper)
    assert found.id == wanted


def test_front_matter_and_empty_volumes_are_noted(tmp_path: Path) -> None:
    file = write(tmp_path, collection(front='<frontmatter><url hash="0">2020.acl-main.0</url></frontmatter>\n'))
    front, empty = loaders.read(file)
    assert isinstance(front, Note)
    assert isinstance(empty, Note)
    assert (front.found, empty.found) == ("2020.acl-main.0", "2020.acl-main")


def test_missing_title(tmp_path: Path) -> None:
    bad, good = loaders.read(write(tmp_path, collection(paper(1, ""), paper(2))))
    assert isinstance(bad, Rejected)
    assert (bad.reason, bad.line) == ("missing title", 5)
    assert isinstance(good, Paper)


@pytest.mark.parametrize("at", ["<title>Third", "</paper>\n</volume>", "</volume>", "hird</title>"])
def test_cut_in_the_middle(tmp_path: Path, at: str) -> None:
    text = collection(paper(1, "First"), paper(2, "Second"), paper(3, "Third"))
    *good, bad = loaders.read(write(tmp_path, text[: text.index(at)]))
    assert [p.title for p in good if isinstance(p, Paper)] == ["First", "Second", "Third"][: 3 if at == "</volume>" else 2]
    assert isinstance(bad, Rejected)
    assert bad.fatal
    assert bad.reason.startswith("XML breaks off")
    assert bad.line >= 15


def test_not_well_formed(tmp_path: Path) -> None:
    first, bad = loaders.read(write(tmp_path, collection(paper(1), paper(2, "<i>Open"), paper(3))))
    assert isinstance(first, Paper)
    assert isinstance(bad, Rejected)
    assert bad.reason.startswith("XML is not well-formed")
    assert bad.line == 11


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE collection [<!ENTITY e SYSTEM "file:///etc/hostname">]>\n',
        '<!DOCTYPE collection SYSTEM "https://example.org/x.dtd">\n',
        '<?xml version="1.0"?>\n<!-- comment <x> -->\n<!DOCTYPE collection [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>\n',
    ],
)
def test_document_types_are_refused(tmp_path: Path, head: str) -> None:
    (bad,) = loaders.read(write(tmp_path, collection(paper(1, "&e;"), head=head)))
    assert isinstance(bad, Rejected)
    assert bad.fatal
    assert bad.reason == "XML with a document type or entities is refused"
    assert bad.line == head.count("\n")


def test_a_document_type_behind_much_else_is_refused(tmp_path: Path) -> None:
    head = f"<!--{'x' * 100_000}-->\n<!DOCTYPE collection [<!ENTITY e 'x'>]>\n"
    (bad,) = loaders.read(write(tmp_path, collection(paper(1), head=head)))
    assert isinstance(bad, Rejected)
    assert bad.fatal


def test_other_encodings(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(collection(paper(1, "Naïve"), head="<?xml version='1.0' encoding='ISO-8859-1'?>\n").encode("latin-1"))
    (found,) = loaders.read(file)
    assert isinstance(found, Paper)
    assert found.title == "Naïve"
    (bad,) = loaders.read(write(tmp_path, collection(paper(1), head="<?xml version='1.0' encoding='UTF-7'?>\n"), "b.xml"))
    assert isinstance(bad, Rejected)
    assert bad.reason == "XML in an unusual encoding"


def test_broken_bytes_and_control_characters(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(collection(paper(1, "Na?ve"), paper(2, "Form\x0cFeed")).encode().replace(b"Na?ve", b"Na\xefve"))
    bad, good = loaders.read(file)
    assert isinstance(bad, Rejected)
    assert bad.reason == "broken encoding: no UTF-8"
    assert isinstance(good, Paper)
    assert good.title == "Form Feed"


def test_other_xml_and_html(tmp_path: Path) -> None:
    for text, reason in (("<rss><x/></rss>", "no ACL Anthology XML"), ("<!DOCTYPE html>\n<html></html>", "an HTML page")):
        (bad,) = loaders.read(write(tmp_path, text))
        assert isinstance(bad, Rejected)
        assert bad.reason.startswith(reason)


def test_a_folder(tmp_path: Path) -> None:
    write(tmp_path, collection(paper(2, "Second"), cid="2021.acl"), "b.xml")
    write(tmp_path, collection(paper(1, "First")), "a.xml")
    write(tmp_path, "default namespace", "schema.rnc")
    items = list(loaders.read(tmp_path))
    assert [(i.title, i.source) for i in items if isinstance(i, Paper)] == [("First", "a.xml"), ("Second", "b.xml")]
    assert [i.source for i in items if isinstance(i, Note)] == ["schema.rnc"]
    assert [p.name for p in loaders.inputs(tmp_path)] == ["a.xml", "b.xml"]
    assert loaders.detect(tmp_path)[0] == "acl"
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(DataError, match="no input in this folder"):
        loaders.read(empty)
    (empty / "xml").mkdir()
    write(empty / "xml", collection(paper(1, "First")), "a.xml")
    with pytest.raises(DataError, match=r"folders in it are not searched; give .*empty.xml$"):
        loaders.read(empty)


@pytest.mark.corpus
def test_the_anthology(shared: Path) -> None:
    (front, *rest) = loaders.read(shared / "data/acl-anthology/data/xml/N19.xml")
    assert isinstance(front, Note)
    bert = next(p for p in rest if isinstance(p, Paper) and p.id == "acl:N19-1423")
    assert bert.title.startswith("BERT: Pre-training of Deep Bidirectional")
    assert bert.year == 2019
    assert bert.doi == "10.18653/v1/n19-1423"
    assert bert.authors[0] == "Jacob Devlin"
    assert not [i for i in rest if isinstance(i, Rejected)]
