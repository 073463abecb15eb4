"""Requests made from the OpenAPI document, right and wrong ones: each answer is as that says, and none is a failure of the server."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from kg.serve.api.openapi import document

Served = Any
# that a server gives this document is in test_api.py
described = schemathesis.openapi.from_dict(document())


@described.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=[*HealthCheck])
def test_every_answer_is_as_the_document_says(case: Any, served: Served) -> None:
    # a text may be no query though the document says that it is a text
    excluded = [positive_data_acceptance] if case.method == "POST" else []
    case.call_and_validate(base_url=f"http://{urlsplit(served.url).netloc}", timeout=60, excluded_checks=excluded)
