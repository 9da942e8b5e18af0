"""Tests both client packages as they are built, against a real instance.

    python3 sdk/test.py --server target/debug/surety    # or SURETY_BIN=..., or the address of a running instance

Builds the wheel and the npm tarball, installs them (and langchain-core) into a temporary folder, then runs the unit
tests of both packages and every code block of both READMEs there, and verifies webhooks with the official packages of
Standard Webhooks. A running instance must give new accounts a plan that
may certify and let webhooks go to this machine.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from webhooks.deliveries import collect

SDK = Path(__file__).resolve().parent
STEP_TIMEOUT_S = 300
DROPPINGS = shutil.ignore_patterns("__pycache__", "node_modules", "dist", "*.tgz", "*.egg-info", ".*_cache")


class Failed(Exception):
    """A step that did not do what it should."""


class Tally:
    """Counts and prints what passed."""

    def __init__(self) -> None:
        self.passed = self.failed = self.skipped = 0

    def check(self, name: str, step: Callable[[], Any]) -> None:
        start = time.monotonic()
        try:
            step()
        except Exception as error:  # noqa: BLE001 - one failed check must not hide the others
            self.failed += 1
            print(f"FAILED  {name}\n{error}", flush=True)
        else:
            self.passed += 1
            print(f"ok      {name}  ({time.monotonic() - start:.1f} s)", flush=True)

    def add(self, name: str, passed: int, failed: int, skipped: int, output: str) -> None:
        if passed == 0 and failed == 0:
            failed, output = 1, f"no test was run\n{output}"
        self.passed += passed
        self.failed += failed
        self.skipped += skipped
        print(
            f"{'FAILED' if failed else 'ok':7} {name}: {passed} passed, {failed} failed, {skipped} skipped", flush=True
        )
        if failed:
            print(output, flush=True)

    def close(self) -> int:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        print(f"\n{self.passed} passed, {self.failed} failed{skipped}")
        return 1 if self.failed or not self.passed else 0


def run(command: list[str], cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end, both outputs in one text."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=env,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=STEP_TIMEOUT_S,
        check=False,
    )


def must(command: list[str], cwd: Path, env: dict[str, str]) -> str:
    done = run(command, cwd, env)
    if done.returncode != 0:
        raise Failed(f"`{' '.join(command)}` exited {done.returncode}:\n{done.stdout}")
    return done.stdout


class Instance:
    """A Surety instance: the one at an address, or one started from a binary in a folder of its own."""

    def __init__(self, server: str, folder: Path) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        if re.match(r"https?://", server):
            self.url = server.rstrip("/")
        else:
            self._start(Path(server).resolve(), folder)

    def _start(self, binary: Path, folder: Path) -> None:
        folder.mkdir()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        # Settings of the developer's own instance are none of this one's.
        env = {name: value for name, value in os.environ.items() if not name.startswith("SURETY_")}
        env["SURETY_DEFAULT_PLAN"] = "professional"
        env["SURETY_RATE_LIMITS"] = "off"
        env["SURETY_WEBHOOKS_ALLOW_LOOPBACK"] = "true"
        with open(folder / "server.log", "wb") as log:
            command = [str(binary), "serve", "--listen", f"127.0.0.1:{port}"]
            self._process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
        for _ in range(300):
            if self._process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        self.stop()
        raise Failed(f"the server did not start:\n{(folder / 'server.log').read_text()}")

    def ask(self, path: str, body: object, token: str | None = None) -> Any:
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Failed(f"{path} answered {error.code}: {error.read().decode()}") from None

    def new_account(self) -> dict[str, str]:
        """The variables that name a fresh account and its agent: limits and idempotency keys are per account."""
        email = f"sdk-{uuid.uuid4().hex[:12]}@example.com"
        account = self.ask("/v1/auth/register", {"email": email, "password": "correct horse battery"})
        agent = self.ask("/v1/agents", {"name": "Invoice Runner", "framework": "langchain"}, account["token"])
        return {
            "GOPI_BASE_URL": self.url,
            "GOPI_API_KEY": account["api_key"],
            "GOPI_AGENT_ID": agent["external_id"],
            "SURETY_TOKEN": account["token"],
        }

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


class Workshop:
    """The temporary folder: copies of the sources, a Python environment, an npm project."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "checkout"
        for name in ("python", "node"):
            shutil.copytree(SDK / name, self.checkout / "sdk" / name, ignore=DROPPINGS)
        self.python_tests = folder / "python-tests"
        shutil.copytree(SDK / "python" / "tests", self.python_tests, ignore=DROPPINGS)
        self.built = folder / "built"
        self.built.mkdir()
        self.venv = folder / "venv"
        self.python = str(self.venv / "bin" / "python")
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / "package.json").write_text('{"name": "agent", "private": true}\n')
        self.env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GOPI_", "SURETY_", "LANGCHAIN_", "LANGSMITH_")) and name != "PYTHONPATH"
        }
        # What `pip` and `python` in a README are; nothing of it may leave traces in a home.
        self.env |= {
            "PATH": f"{self.venv / 'bin'}{os.pathsep}{self.env.get('PATH', '')}",
            "VIRTUAL_ENV": str(self.venv),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "NPM_CONFIG_UPDATE_NOTIFIER": "false",
            "NPM_CONFIG_AUDIT": "false",
            "NPM_CONFIG_FUND": "false",
            "NPM_CONFIG_CACHE": str(folder / "npm-cache"),
        }

    def only(self, pattern: str) -> str:
        found = list(self.built.glob(pattern))
        if len(found) != 1:
            raise Failed(f"built {[p.name for p in found]}, expected one {pattern}")
        return str(found[0])

    def build_wheel(self) -> None:
        must([sys.executable, "-m", "venv", str(self.venv)], self.built, self.env)
        source = str(self.checkout / "sdk" / "python")
        must([self.python, "-m", "pip", "wheel", "-q", "--no-deps", "-w", ".", source], self.built, self.env)
        self.only("gopi_sdk-*-py3-none-any.whl")

    def install_wheel(self) -> None:
        wheel = self.only("*.whl")
        must([self.python, "-m", "pip", "install", "-q", wheel, "langchain-core==1.8.3"], self.built, self.env)

    def build_tarball(self) -> None:
        must(["npm", "pack", "--silent", str(self.checkout / "sdk" / "node")], self.built, self.env)
        self.only("gopi-sdk-*.tgz")

    def install_tarball(self) -> None:
        must(["npm", "install", "--silent", self.only("*.tgz")], self.project, self.env)
        # Beside the project's node_modules: inside the package, its name would mean its own source.
        shutil.copytree(SDK / "node" / "test", self.project / "test", ignore=DROPPINGS)


def python_tests(tally: Tally, workshop: Workshop, env: dict[str, str]) -> None:
    tests = str(workshop.python_tests)
    env = {**env, "GOPI_SDK_INSTALLED_IN": str(workshop.venv)}
    done = run([workshop.python, "-m", "unittest", "discover", "-v", "-s", tests], workshop.project, env)
    counts = {word: int(n) for word, n in re.findall(r"(failures|errors|skipped)=(\d+)", done.stdout)}
    total = int((re.search(r"^Ran (\d+) test", done.stdout, re.MULTILINE) or [0, 0])[1])
    skipped = counts.get("skipped", 0)
    failed = counts.get("failures", 0) + counts.get("errors", 0)
    if done.returncode != 0:
        failed = max(failed, 1)
    tally.add("Python unit tests", max(0, total - failed - skipped), failed, skipped, done.stdout)


def node_tests(tally: Tally, workshop: Workshop, env: dict[str, str]) -> None:
    files = sorted(str(p) for p in (workshop.project / "test").glob("*.test.mjs"))
    env = {**env, "GOPI_SDK_INSTALLED_IN": str(workshop.project / "node_modules")}
    done = run(["node", "--test", "--test-reporter=tap", *files], workshop.project, env)
    counts = {
        word: int(n) for word, n in re.findall(r"^# (pass|fail|cancelled|skipped) (\d+)$", done.stdout, re.MULTILINE)
    }
    failed = counts.get("fail", 0) + counts.get("cancelled", 0)
    if done.returncode != 0:
        failed = max(failed, 1)
    output = "\n".join(re.findall(r"^not ok.*?^  \.\.\.$", done.stdout, re.MULTILINE | re.DOTALL)) or done.stdout
    tally.add("Node unit tests", counts.get("pass", 0), failed, counts.get("skipped", 0), output)


def code_blocks(readme: Path) -> Iterator[tuple[str, str, str]]:
    """Language, place and text of each code block."""
    text = readme.read_text(encoding="utf-8")
    fences = re.findall(r"^```", text, re.MULTILINE)
    blocks = list(re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    if not blocks or len(fences) != 2 * len(blocks):
        raise Failed(f"{readme}: a code block names no language")
    for block in blocks:
        line = text.count("\n", 0, block.start()) + 1
        yield block[1], f"{readme.parent.name}/README.md:{line}", block[2]


def readme_blocks(tally: Tally, workshop: Workshop, env: dict[str, str]) -> None:
    blocks = [b for name in ("python", "node") for b in code_blocks(SDK / name / "README.md")]
    # Installing from the checkout replaces the built packages, so it comes last.
    for number, (language, place, text) in enumerate(sorted(blocks, key=lambda b: b[0] == "sh")):
        if language == "python":
            command, cwd, name = [workshop.python], workshop.project, f"block{number}.py"
        elif language == "js":
            command, cwd, name = ["node"], workshop.project, f"block{number}.mjs"
        elif language == "sh":
            command, cwd, name = ["bash", "-eu"], workshop.checkout, f"block{number}.sh"
        else:
            raise Failed(f"{place}: nothing runs {language}")
        (cwd / name).write_text(text, encoding="utf-8")
        tally.check(f"{place} ({language})", lambda c=[*command, name], d=cwd: must(c, d, env))  # type: ignore[misc]


def served_files(tally: Tally, instance: Instance) -> None:
    """The single files that the instance serves are these, with its own address filled in."""
    for path, source in (("gopi_client.py", "python/gopi_sdk/client.py"), ("gopi-client.mjs", "node/gopi-client.mjs")):
        try:
            with urllib.request.urlopen(f"{instance.url}/sdk/{path}", timeout=10) as answer:
                served = answer.read().decode()
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            tally.skipped += 1
            print(f"skipped /sdk/{path}: the instance does not serve it")
            continue
        line = re.compile(r'(DEFAULT_BASE_URL = ").*(")')
        expected = line.sub(rf"\g<1>{instance.url}\g<2>", (SDK / source).read_text(encoding="utf-8"))

        def compare(served: str = served, expected: str = expected) -> None:
            if served != expected:
                raise Failed("it is another file, or names another address")

        tally.check(f"/sdk/{path}", compare)


def webhooks(tally: Tally, workshop: Workshop, instance: Instance) -> None:
    """Deliveries verify with what their receivers install."""
    account = instance.new_account()
    deliveries = workshop.project / "deliveries.json"

    def deliver() -> None:
        found = collect(instance.ask, account["SURETY_TOKEN"], account["GOPI_AGENT_ID"])
        deliveries.write_text(found, encoding="utf-8")
        for name in ("verify.py", "verify.mjs"):
            shutil.copy(SDK / "webhooks" / name, workshop.project / name)

    pip = [workshop.python, "-m", "pip", "install", "-q", "standardwebhooks==1.1.0"]
    npm = ["npm", "install", "--silent", "standardwebhooks@1.1.1"]
    tally.check("install standardwebhooks (Python)", lambda: must(pip, workshop.project, workshop.env))
    tally.check("install standardwebhooks (Node)", lambda: must(npm, workshop.project, workshop.env))
    tally.check("deliver webhooks", deliver)
    for program, script in ((workshop.python, "verify.py"), ("node", "verify.mjs")):
        command = [program, script, str(deliveries)]
        tally.check(f"{script} verifies them", lambda c=command: must(c, workshop.project, workshop.env))  # type: ignore[misc]


def run_all(tally: Tally, server: str, folder: Path) -> None:
    instance = Instance(server, folder / "instance")
    try:
        workshop = Workshop(folder)
        for step in (workshop.build_wheel, workshop.install_wheel, workshop.build_tarball, workshop.install_tarball):
            tally.check(step.__name__.replace("_", " "), step)
        if tally.failed:
            return
        for suite in (python_tests, node_tests, readme_blocks):
            suite(tally, workshop, {**workshop.env, **instance.new_account()})
        webhooks(tally, workshop, instance)
        served_files(tally, instance)
    finally:
        instance.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description="Tests both client packages as they are built.")
    parser.add_argument("--server", help="binary or address of a Surety server; default: the variable SURETY_BIN")
    server = parser.parse_args().server or os.environ.get("SURETY_BIN")
    if not server:
        parser.error("name a server: --server, or the variable SURETY_BIN")
    # A kill unwinds like Ctrl-C, so that the server and the folder do not stay behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="surety-sdk-") as folder:
        try:
            run_all(tally, server, Path(folder).resolve())
        except Exception as error:  # noqa: BLE001 - the closing line must come whatever happens
            tally.failed += 1
            print(f"FAILED  {error}", flush=True)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
