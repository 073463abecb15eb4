"""The page of `kg serve`, with its policy that lets nothing in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.graph import Graph


def go(browser: Any, link: Any) -> None:
    """Clicks what leads to another page, and waits for that."""
    from selenium.webdriver.support.expected_conditions import staleness_of
    from selenium.webdriver.support.wait import WebDriverWait

    before = browser.find_element("css selector", "html")
    link.click()
    WebDriverWait(browser, 30).until(staleness_of(before))
    WebDriverWait(browser, 30).until(lambda at: at.execute_script("return document.readyState") == "complete")


def ask(browser: Any) -> None:
    go(browser, browser.find_element("css selector", "button"))


@pytest.mark.browser
def test_ask_read_and_go_on(browser: Any, tiny_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERKG_CACHE", str(tmp_path))
    with subprocess.Popen(
        [sys.executable, "-m", "kg", "serve", str(tiny_graph.path), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            url = f"{server.stdout.readline().strip()}sparql"
            browser.get("about:blank")
            browser.get_log("browser")
            browser.get(url)
            assert browser.find_element("css selector", "body").value_of_css_property("max-width") == "1152px"
            ask(browser)
            assert browser.find_element("css selector", "h2").text == "8 rows"
            assert "🔬Probe: Looking into Networks" in browser.find_element("css selector", "table").text
            query = browser.find_element("css selector", "textarea")
            query.clear()
            query.send_keys("SELECT ?concept { ?concept kg:id 'bert' }")
            ask(browser)
            go(browser, browser.find_element("css selector", "td a"))
            assert "https://example.org/kg/ontology#id" in browser.find_element("css selector", "table").text
            # neither errors nor what the policy would have stopped
            assert browser.get_log("browser") == []
        finally:
            server.terminate()
