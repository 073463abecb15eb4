"""Names and other files that are made: up to date, and of use where a term is misspelt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import ontology
from ontology import generate
from ontology.names import CLASSES, DCTERMS, FOREIGN, KG, PROPERTIES, RDF

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", generate.MADE)
def test_what_is_made_is_up_to_date(name: str) -> None:
    assert (ontology.folder() / name).read_text(encoding="utf-8") == generate.MADE[name](), "run: python -m ontology.generate"


def test_constants_are_the_terms() -> None:
    assert (KG.proposes, DCTERMS.title, RDF.type) == ("proposes", "dcterms:title", "rdf:type")
    members = [value for name, value in vars(KG).items() if not name.startswith("_")]
    assert sorted(members) == sorted((*CLASSES, *PROPERTIES))
    assert len({*CLASSES, *PROPERTIES, *FOREIGN}) == len(CLASSES) + len(PROPERTIES) + len(FOREIGN)


def test_a_misspelt_term_is_found_by_the_type_checker_and_at_run_time(tmp_path: Path) -> None:
    code = "from ontology.names import KG, Term\ngood: Term = 'dcterms:title'\nbad: Term = 'dcterms:titel'\nKG.proposes\nKG.propses\n"
    (tmp_path / "misspelt.py").write_text(code, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--follow-imports=silent",
        "--cache-dir",
        str(tmp_path / "cache"),
        str(tmp_path / "misspelt.py"),
    ]
    found = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    errors = [line.split(": ")[0].rpartition(":")[2] for line in found.stdout.splitlines() if " error: " in line]
    assert errors == ["3", "5"], found.stdout + found.stderr
    with pytest.raises(AttributeError, match="propses"):
        exec(code)
