"""A real Neo4j Community for tests: started on free loopback ports, stopped by its own process id.

Nothing here knows what is stored in it. The fixtures of `conftest.py` are the way to it.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import neo4j

#: What it is: the server, its admin tool, its importer and its shell.
POM = Path(__file__).with_name("pom.xml")
#: Packages that the server reaches into by reflection.
_OPENS = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch", "java.base/java.util.concurrent")
_QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class Neo4jServer:
    """One home folder with one database: import into it while it stands still, then start it.

    Use as a context manager, which starts it on entry and stops it on exit. `flags` are those of Java; without any it starts quickly, and
    is never as fast as one that runs for longer.
    """

    def __init__(
        self, home: Path, jars: str, settings: Mapping[str, str] | None = None, flags: Sequence[str] = ("-Xmx1g", *_QUICK)
    ) -> None:
        self.home = home
        self.user = "neo4j"
        self.password = secrets.token_hex(8)
        self._jars = jars
        self._settings = dict(settings or {})
        self._flags = flags
        self._process: subprocess.Popen[bytes] | None = None
        self._driver: neo4j.Driver | None = None
        self._port = 0
        for name in ("conf", "data", "logs", "run"):
            (home / name).mkdir(parents=True, exist_ok=True)
        self._configure()
        self.admin("dbms", "set-initial-password", self.password)

    @property
    def uri(self) -> str:
        """Where it answers on Bolt."""
        return f"bolt://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """The number of its process, while it runs."""
        assert self._process is not None, "the server is not running"
        return self._process.pid

    @property
    def driver(self) -> neo4j.Driver:
        """A driver that is logged in, while the server runs."""
        assert self._driver is not None, "the server is not running"
        return self._driver

    def admin(self, *arguments: str, cwd: Path | None = None) -> str:
        """Runs the admin tool (`neo4j-admin` of an installed Neo4j), and gives back what it printed.

        Raises:
            RuntimeError: it ended with an error; with what it printed.
        """
        environment = {**os.environ, "NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}
        command = [*self._java(*self._flags), "org.neo4j.cli.AdminTool", *arguments]
        done = subprocess.run(command, cwd=cwd or self.home, env=environment, capture_output=True, text=True, timeout=300)
        said = done.stdout + done.stderr
        if done.returncode:
            raise RuntimeError(f"neo4j-admin {' '.join(arguments[:4])} ended with {done.returncode}:\n{said[-4000:]}")
        return said

    def shell(self, script: Path) -> str:
        """Runs a Cypher script with the server's own shell (`cypher-shell -f`), and gives back what it printed.

        Raises:
            RuntimeError: it ended with an error; with what it printed.
        """
        command = [
            *self._java("-Xmx512m", *_QUICK), "org.neo4j.shell.Main", "-a", self.uri, "-u", self.user, "-d", "neo4j", "--format", "plain",
            "-f", str(script),
        ]  # fmt: skip
        environment = {**os.environ, "NEO4J_PASSWORD": self.password}
        done = subprocess.run(command, cwd=self.home, env=environment, capture_output=True, text=True, timeout=300)
        if done.returncode:
            raise RuntimeError(f"cypher-shell ended with {done.returncode}:\n{(done.stdout + done.stderr)[-4000:]}")
        return done.stdout

    def run(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of a query as dicts."""
        records, _, _ = self.driver.execute_query(query, parameters_=parameters, database_="neo4j")
        return [record.data() for record in records]

    def clear(self) -> None:
        """Takes all data, constraints and indexes out."""
        self.run("MATCH (n) DETACH DELETE n")
        for row in self.run("SHOW CONSTRAINTS YIELD name"):
            self.run(f"DROP CONSTRAINT `{row['name']}`")
        for row in self.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'"):
            self.run(f"DROP INDEX `{row['name']}`")

    def start(self, seconds: float = 120) -> Neo4jServer:
        """Starts it, and comes back when it answers.

        Raises:
            RuntimeError: it ended, or did not answer in time; with the end of its output.
        """
        assert self._process is None, "it runs already"
        self._configure()
        output = self.home / "logs" / "console.log"
        command = [
            *self._java("-Xms256m", *self._flags), "org.neo4j.server.CommunityEntryPoint",
            f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}",
        ]  # fmt: skip
        with output.open("wb") as stream:
            self._process = subprocess.Popen(command, cwd=self.home, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT)
        end = time.monotonic() + seconds
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"Neo4j did not start:\n{output.read_text('utf-8', 'replace')[-4000:]}")
            time.sleep(0.2)
        self._driver = neo4j.GraphDatabase.driver(self.uri, auth=(self.user, self.password))
        self._driver.verify_connectivity()
        return self

    def stop(self) -> None:
        """Stops it, if it runs."""
        if self._driver is not None:
            self._driver.close()
            self._driver = None
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(30)
            self._process = None

    def __enter__(self) -> Neo4jServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1) as line:
                # Bolt's magic and four proposals of a version; a server that is ready picks one of them
                line.settimeout(5)
                line.sendall(bytes.fromhex("6060b017") + bytes.fromhex("00040405" + "00000304" + "00000000" * 2))
                return len(line.recv(4)) == 4
        except OSError:
            return False

    def _java(self, *flags: str) -> list[str]:
        opens = [f"--add-opens={package}=ALL-UNNAMED" for package in _OPENS]
        return ["java", *flags, *opens, "-cp", self._jars]

    def _configure(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        settings = {
            "server.default_listen_address": "127.0.0.1",
            "server.bolt.listen_address": f"127.0.0.1:{self._port}",
            "server.http.enabled": "false",
            "server.memory.pagecache.size": "128m",
            "dbms.usage_report.enabled": "false",
            # nobody else is connected when a test ends: the ten quiet seconds before the end would only be waited for
            "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",
            **self._settings,
        }
        text = "".join(f"{key}={value}\n" for key, value in settings.items())
        (self.home / "conf" / "neo4j.conf").write_text(text, "utf-8")
