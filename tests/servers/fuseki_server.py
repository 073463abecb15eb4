"""A real Apache Jena Fuseki for tests: started on a free loopback port, stopped by its own process id."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

#: Group, name and version.
ARTIFACT = ("org.apache.jena", "jena-fuseki-server", "5.3.0")


class FusekiServer:
    """A server with one empty dataset in memory; a context manager, which starts it on entry and stops it on exit."""

    def __init__(self, folder: Path, jar: Path) -> None:
        self._jar = jar
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.store = f"http://127.0.0.1:{self._port}/ds/data"
        self.query = f"http://127.0.0.1:{self._port}/ds/sparql"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        arguments = [f"--port={self._port}", "--localhost", "--update", "--mem", "/ds"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["java", "-Xmx512m", "-jar", str(self._jar), *arguments], stdout=log, stderr=log, cwd=self._folder
            )
        for _ in range(600):
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.query}?query=ASK%7B%7D", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        self.stop()
        raise RuntimeError(f"Fuseki did not answer: {(self._folder / 'log').read_text('utf-8', 'replace')[-1500:]}")

    def stop(self) -> None:
        """Stops it, by its own process id."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def __enter__(self) -> FusekiServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
