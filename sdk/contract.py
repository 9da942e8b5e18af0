"""Holds a real instance to its own description: schemathesis makes requests from /openapi.json and judges the answers.

    python3 sdk/contract.py --server target/debug/surety    # or SURETY_BIN=..., or the address of a running instance

What is checked and what is left out, with the reasons, stands in contract/schemathesis.toml.
"""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path

from test import Failed, Instance, must

CONTRACT = Path(__file__).resolve().parent / "contract"
# Both decide which requests are made.
SCHEMATHESIS = ["schemathesis==4.32.5", "hypothesis==6.170.17"]
PASSWORD = "correct horse battery"
# A run takes about a minute; this ends one that hangs.
TIMEOUT_S = 600


def install(folder: Path, env: dict[str, str]) -> Path:
    venv = folder / "venv"
    must([sys.executable, "-m", "venv", str(venv)], folder, env)
    must([str(venv / "bin" / "python"), "-m", "pip", "install", "-q", *SCHEMATHESIS], folder, env)
    return venv / "bin" / "schemathesis"


def credentials(instance: Instance) -> dict[str, str]:
    """A token, and a key with every permission. Only the dashboard makes such a key, so its forms are posted."""
    email = "contract@example.com"
    account = instance.ask("/v1/auth/register", {"email": email, "password": PASSWORD})
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)
    browser.addheaders = [("Accept", "text/html")]

    def post(form: str, **fields: str) -> str:
        body = urllib.parse.urlencode(fields).encode()
        with browser.open(f"{instance.url}/fn/{form}", body, timeout=60) as page:
            return page.read().decode()

    post("log_in", email=email, password=PASSWORD)
    page = post("create_api_key", name="Contract", read="on", write="on", manage="on", expires_in_days="")
    key = re.search(r"gopi_sk_[0-9A-Za-z]{40,}", page)
    if not key:
        raise Failed("the dashboard showed no new key")
    return {"CONTRACT_KEY": key[0], "CONTRACT_TOKEN": account["token"]}


def make_examples_real(instance: Instance, token: str) -> dict[str, str]:
    """An agent that can be certified and a payment: what the examples' ids stand for."""
    agent = instance.ask("/v1/agents", {"name": "Example", "framework": "langchain"}, token)
    payment = {"agent_id": agent["id"], "amount": 10, "status": "on_time"}
    events = [instance.ask("/v1/payment-events", payment, token) for _ in range(3)]
    return {
        "agt_01kcmwpe4r0000000000000000": agent["id"],
        "my-finance-bot-4f9a21c7": agent["external_id"],
        "gopi_lch_4f9a21c7": agent["gopi_id"],
        "pay_01kcmwpe4r0000000000000000": events[0]["event_id"],
    }


def run(instance: Instance, schemathesis: Path, folder: Path, env: dict[str, str]) -> int:
    env = {**env, **credentials(instance), "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(CONTRACT)}
    real = make_examples_real(instance, env["CONTRACT_TOKEN"])
    with urllib.request.urlopen(f"{instance.url}/openapi.json", timeout=60) as answer:
        spec = answer.read().decode()
    for example, own in real.items():
        if example not in spec:
            raise Failed(f"the description has no example {example} any more")
        spec = spec.replace(example, own)
    (folder / "openapi.json").write_text(spec)
    (folder / "schemathesis.toml").write_text((CONTRACT / "schemathesis.toml").read_text())
    env["CONTRACT_AGENT"] = " ".join(real.values())
    command = [str(schemathesis), "run", "openapi.json", "--url", instance.url]
    return subprocess.run(command, cwd=folder, env=env, timeout=TIMEOUT_S, check=False).returncode


def main() -> int:
    server = sys.argv[2] if sys.argv[1:2] == ["--server"] and len(sys.argv) == 3 else os.environ.get("SURETY_BIN")
    if not server:
        print("name a server: --server, or the variable SURETY_BIN", file=sys.stderr)
        return 2
    # A kill unwinds like Ctrl-C, so that the server and the folder do not stay behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SURETY_", "PYTHON"))}
    env |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "120"}
    with tempfile.TemporaryDirectory(prefix="surety-contract-") as name:
        folder = Path(name).resolve()
        try:
            own = os.environ.get("CONTRACT_SCHEMATHESIS")
            schemathesis = Path(own) if own else install(folder, env)
            instance = Instance(server, folder / "instance")
            try:
                return run(instance, schemathesis, folder, env)
            finally:
                instance.stop()
        except (Failed, subprocess.TimeoutExpired) as error:
            print(f"FAILED  {error}", flush=True)
            return 1


if __name__ == "__main__":
    sys.exit(main())
