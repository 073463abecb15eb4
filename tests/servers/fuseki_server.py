"""A real Apache Jena Fuseki for tests: fetched with Maven, started on a free loopback port, stopped by its own process id."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

VERSION = "5.3.0"
_JAR = Path.home() / ".m2/repository/org/apache/jena/jena-fuseki-server" / VERSION / f"jena-fuseki-server-{VERSION}.jar"


def missing_tools() -> str:
    """What of the tools is not on this machine, as a sentence, or an empty string."""
    absent = [tool for tool in ("java", "mvn") if shutil.which(tool) is None]
    return f"not found on PATH: {', '.join(absent)}" if absent else ""


def jar() -> Path:
    """The server as one jar, in Maven's own repository.

    Raises:
        RuntimeError: Maven could not fetch it; with the end of what it said.
    """
    if not _JAR.is_file():
        artifact = f"org.apache.jena:jena-fuseki-server:{VERSION}"
        command = ["mvn", "-q", "-B", "dependency:get", f"-Dartifact={artifact}", "-Dtransitive=false"]
        made = subprocess.run(command, capture_output=True, text=True, timeout=900)
        if made.returncode or not _JAR.is_file():
            raise RuntimeError(f"Maven could not fetch Fuseki: {(made.stdout + made.stderr)[-1500:]}")
    return _JAR


class FusekiServer:
    """A server with one empty dataset in memory; a context manager, which starts it on entry and stops it on exit."""

    def __init__(self, folder: Path) -> None:
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
            self._process = subprocess.Popen(["java", "-Xmx512m", "-jar", str(jar()), *arguments], stdout=log, stderr=log, cwd=self._folder)
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
