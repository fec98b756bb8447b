"""Runs schemathesis over both documents with each credential: drive.py [SECONDS]

Ends with counts that ./test adds up: an operation of a run counts as passed, a failure as failed.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import fixture

HERE = pathlib.Path(__file__).parent
SECONDS = int(sys.argv[1]) if len(sys.argv) > 1 else 90
# Without a length, each run sends the same requests.
REPEATED = [] if len(sys.argv) > 1 else ["--generation-deterministic"]
LEAST = 6  # of one run: it loads the document within its time

# `os start` gives these paths of one document to the other server, which answers in its own forms.
NOT_OF_CONTROL = r"^/api/v1/data/\{object\}$|^/api/v1/ready$|^/api/v1/cloud-connection/status$"
NOT_OF_RUNTIME = r"^/api/v1/(auth|health|ready)\b|^/api/v1/marketplace/\{path\}$"
ONLY_ALONE = r"^/api/v1/(auth|health|ready|marketplace)\b"


def run(name, server, document, credential, options):
    """Runs schemathesis once; returns the numbers of operations, cases and failures."""
    report = pathlib.Path(f"{name.replace(' ', '-')}.json")
    seconds, token, filters = options
    command = [
        str(pathlib.Path(sys.executable).with_name("st")), "--config-file", "schemathesis.toml", "run",
        server.url + document, "--max-time", str(seconds), "--max-examples", "10", "--no-color",
        "--report", "json", "--report-json-path", str(report), *REPEATED, *filters,
    ]
    variables = {
        **os.environ, "OS_API_URL": server.url, "OS_API_CREDENTIAL": credential,
        "OS_API_TOKEN": token or "", "OS_API_HAS_ORGANIZATIONS": "no" if "alone" in name else "yes",
    }
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    if not report.exists() or done.returncode not in (0, 1):
        print(done.stdout, done.stderr)
        return {"name": name, "operations": 0, "cases": 0, "failures": 1}
    summary = counts(json.loads(report.read_text()))
    if summary["failures"] or done.returncode:
        print(done.stdout)
        summary["failures"] = max(summary["failures"], 1)
    return {"name": name, **summary}


def counts(report):
    cases, operations = report["test_cases"], report["operations"]
    return {
        "operations": operations["tested"], "cases": cases["generated"],
        "failures": cases["unique_failures"] + cases["errored"],
    }


def main():
    with fixture.scratch() as folder:
        scratch = pathlib.Path(folder)
        for name in ("schemathesis.toml", "hooks.py"):
            shutil.copy(HERE / name, scratch)
        start, alone = fixture.Server("start", scratch), fixture.Server("serve", scratch)
        try:
            os.chdir(scratch)
            results = list(runs(start, alone))
        finally:
            for server in (start, alone):
                server.stop()
        unexpected = [it for it in (scratch / "start.log", scratch / "serve.log") if "panicked" in it.read_text()]
    for it in results:
        print("{name:28} {operations:4} operations {cases:6} cases {failures:3} failures".format(**it))
    print(f"\nℹ pass {sum(it['operations'] for it in results)}")
    failed = sum(it["failures"] for it in results) + len(unexpected)
    print(f"ℹ fail {failed}")
    sys.exit(1 if failed else 0)


def runs(start, alone):
    token = start.sign_in()
    key = start.call("POST", "/api/v1/keys", {"name": "all"}, token=token)["key"]
    credentials = [("session", token, 0.4), ("key", key, 0.1), ("nobody", None, 0.05)]
    fixture.write(".", fixture.fill_control(start, token))
    for name, secret, part in credentials:
        options = (max(LEAST, int(SECONDS * part)), secret, ["--exclude-path-regex", NOT_OF_CONTROL])
        yield run(f"control plane, {name}", start, "/openapi.json", name, options)
    fixture.write(".", fixture.fill_runtime(start, token))
    for name, secret, part in credentials:
        options = (max(LEAST, int(SECONDS * part * 0.6)), secret, ["--exclude-path-regex", NOT_OF_RUNTIME])
        yield run(f"runtime, {name}", start, "/api/v1/openapi.json", name, options)
    options = (max(LEAST, int(SECONDS * 0.1)), alone.sign_in(), ["--include-path-regex", ONLY_ALONE])
    yield run("runtime alone, session", alone, "/api/v1/openapi.json", "session", options)


if __name__ == "__main__":
    main()
