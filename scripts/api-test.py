"""Runs Schemathesis over the API's own OpenAPI document, against the demo with a connected creator.

Usage: target/schemathesis/bin/python scripts/api-test.py FOLDER [STORE...]

Each store (sqlite, supabase) gets a demo of its own in FOLDER. Every answer must be one that the document has, no status may
be 5xx, and what the document calls valid must not be refused as invalid. The settings of a Supabase stand-in come from the
environment. Prints a line for each store, and exits with 1 if one fails.
"""

import os
import pathlib
import re
import signal
import socket
import subprocess
import sys

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry, disable_warnings

BINARY = os.environ.get("CREATOR_CONNECT_BINARY", "target/debug/creator-connect")
EXAMPLES = os.environ.get("EXAMPLES", "15")
START_SECONDS = 60

# If-Match that names another version is answered with 412 (RFC 9110), its absence with 428 (RFC 6585): the checks know neither.
CONFIG = """
[parameters]
"path.creator" = "{creator}"

[checks]
positive_data_acceptance.expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "412", "429", "5xx"]
negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428", "429"]
missing_required_header.expected-statuses = ["400", "401", "403", "404", "415", "422", "428"]
"""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Demo:
    """A running demo."""

    def __init__(self, store, folder):
        self.port, self.tiktok_port = free_port(), free_port()
        self.origin = f"https://localhost:{self.port}"
        folder.mkdir(parents=True, exist_ok=True)
        # A small part of the site: the API needs none of it.
        settings = dict(os.environ, LOG_DIR="off", SITE_ROOT=str(folder), CERT_DIR=str(folder))
        command = [BINARY, "demo", "--port", str(self.port), "--tiktok-port", str(self.tiktok_port)]
        command += ["--data", str(folder), "--store", store]
        log = open(folder / "demo.log", "w", encoding="utf-8")
        self.process = subprocess.Popen(command, env=settings, stdout=log, stderr=subprocess.STDOUT)
        self.browser = requests.Session()
        self.browser.verify = False
        # Not the authorities or the proxy of this machine.
        self.browser.trust_env = False
        # It starts within seconds; a refused connection is tried again.
        self.browser.mount("https://", HTTPAdapter(max_retries=Retry(connect=12, backoff_factor=0.1)))
        try:
            self.get("/livez")
        except requests.RequestException:
            self.stop()
            print((folder / "demo.log").read_text(encoding="utf-8"))
            raise
        self.key = (folder / "demo-api-keys").read_text(encoding="utf-8").split()[0]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=START_SECONDS)

    def get(self, path, **options):
        return self.browser.get(self.origin + path, allow_redirects=False, timeout=START_SECONDS, **options)

    def connect(self, creator):
        """Logs a creator in, as a browser does; returns our id of them."""
        authorize = self.get("/oauth").headers["location"]
        consent = {"creator": creator, "decision": "approve", "scope": ["user.info.basic", "video.publish"]}
        callback = requests.post(authorize, data=consent, allow_redirects=False, timeout=START_SECONDS).headers["location"]
        assert self.get(callback.removeprefix(self.origin)).headers["location"] == "/profile"
        headers = {"authorization": f"Bearer {self.key}"}
        return self.get("/api/v1/creators", headers=headers).json()["creators"][0]["id"]


def check(store, folder):
    """Whether Schemathesis finds nothing; its output is in the folder."""
    demo = Demo(store, folder)
    try:
        creator = demo.connect("public")
        config = folder / "schemathesis.toml"
        config.write_text(CONFIG.format(creator=creator), encoding="utf-8")
        command = [pathlib.Path(sys.executable).parent / "schemathesis", "--config-file", config, "run"]
        command += [f"{demo.origin}/api/v1/openapi.json", "--tls-verify=false", "--max-examples", EXAMPLES]
        command += ["--header", f"Authorization: Bearer {demo.key}", "--generation-deterministic"]
        # A long poll waits for as long as it is told to.
        command += ["--exclude-path", "/events", "--warnings", "off", "--no-color"]
        run = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    finally:
        demo.stop()
    (folder / "schemathesis.log").write_text(run.stdout + run.stderr, encoding="utf-8")
    if run.returncode != 0:
        print(run.stdout[-6000:], run.stderr[-2000:])
    cases = re.search(r"(\d+) generated", run.stdout)
    verdict = "passed" if run.returncode == 0 else "FAILED"
    print(f"{store}: {cases.group(1) if cases else 'no'} requests by the document, {verdict}")
    return run.returncode == 0


def main():
    # The demo signs its certificate itself.
    disable_warnings()
    folder, *stores = sys.argv[1:]
    folder = pathlib.Path(folder).resolve()
    results = [check(store, folder / store) for store in stores or ["sqlite"]]
    sys.exit(0 if all(results) else 1)


main()
