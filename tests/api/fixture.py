"""A server in an empty home, and something of each kind in it."""

import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

EMAIL, PASSWORD = "admin@example.com", "correct horse battery"
CRM = "com.example.crm"


class Server:
    """Our server, started with this command; ended by `stop`."""

    def __init__(self, command, scratch):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://localhost:{port}"
        home = scratch / command
        variables = {
            **os.environ, "OS_ADMIN_EMAIL": EMAIL, "OS_ADMIN_PASSWORD": PASSWORD, "OS_LOG": "error",
            # the sessions that requests end are opened from many addresses
            "OS_BEHIND_PROXY": "true", "OS_OPEN_REGISTRATION": "true",
        }
        variables.pop("OS_DATABASE_URL", None)
        arguments = [os.environ["OS_BIN"], command, "--port", str(port), "--home", str(home)]
        self.log = open(scratch / f"{command}.log", "w")
        self.process = subprocess.Popen(
            arguments, env=variables, stdout=self.log, stderr=subprocess.STDOUT
        )
        for _ in range(600):
            if self.process.poll() is not None:
                break
            try:
                self.call("GET", "/api/v1/ready")
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f"os {command} does not start: {(scratch / f'{command}.log').read_text()}")

    def call(self, method, path, body=None, token=None, raw=None):
        """Sends a request; returns the body of its success, without an envelope."""
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        url = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as response:
                sent = json.load(response)
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}") from error
        return sent["data"] if isinstance(sent, dict) and sent.get("success") is True else sent

    def sign_in(self):
        body = {"email": EMAIL, "password": PASSWORD}
        return self.call("POST", "/api/v1/auth/sign-in/email", body)["token"]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def fill_control(server, token):
    """Fills the control plane; returns ids by the names of their files."""
    call = lambda *args: server.call(*args, token=token)
    acme = call("GET", "/api/v1/auth/organization/list")[0]["id"]
    other = call("POST", "/api/v1/auth/organization/create", {"name": "Other", "slug": "other"})["id"]
    call("POST", "/api/v1/auth/organization/set-active", {"organizationId": acme})
    packages = "/api/v1/cloud/packages"
    call("POST", "/api/v1/cloud/examples", {"organization_id": acme})
    draft = {"manifest": {"id": CRM, "version": "9.0.0", "type": "app", "name": "CRM", "namespace": "crm"}}
    body = {"version": "9.0.0", "manifest_json": json.dumps(draft)}
    call("POST", f"{packages}/{CRM}/versions", body)
    call("POST", f"{packages}/{CRM}/grants", {"organization_id": other})
    environments = "/api/v1/cloud/environments"
    found = call("GET", environments)["environments"]
    development = next(it["id"] for it in found if it["env_type"] == "development")
    call("POST", f"{environments}/{development}/packages",
         {"packageId": CRM, "version": "1.0.0", "with_sample_data": True})
    make = lambda number: call("POST", environments, {
        "organization_id": acme, "display_name": f"Doomed {number}", "env_type": "test"})
    doomed = [make(number)["environment"]["id"] for number in range(10)]
    member = call("GET", f"/api/v1/auth/organization/list-members?organizationId={acme}")["members"][0]
    bound = call("POST", "/api/v1/cloud-connection/bind", {"name": "box", "environment_id": doomed[0]})
    key = call("POST", "/api/v1/keys", {"name": "one"})
    versions = call("GET", f"{packages}/{CRM}/versions")["versions"]
    return {
        "environments": [development], "doomed": doomed, "packages": [CRM],
        "versions": [it["version"] for it in versions] + ["latest"],
        "organizations": [other], "members": [member["id"]], "keys": [key["id"]],
        "runtimes": [bound["runtime_id"]],
    }


def fill_runtime(server, token):
    """Waits until the package runs; returns ids by the names of their files."""
    call = lambda *args, **more: server.call(*args, token=token, **more)
    for _ in range(200):
        installed = call("GET", "/api/v1/packages")["packages"]
        if any(it["manifest"]["id"] == CRM for it in installed):
            break
        time.sleep(0.1)
    records = call("GET", "/api/v1/data/crm_account")["records"]
    storage = "/api/v1/storage"
    files = []
    for number in range(5):
        sent = {"filename": f"{number}.txt", "mimeType": "text/plain", "size": 3}
        presigned = call("POST", f"{storage}/upload/presigned", sent)
        request = urllib.request.Request(
            presigned["uploadUrl"], b"abc", {"content-type": "text/plain"}, method="PUT")
        urllib.request.urlopen(request).close()
        files.append(call("POST", f"{storage}/upload/complete", {"fileId": presigned["fileId"]})["fileId"])
    chunked = {"filename": "c.txt", "mimeType": "text/plain", "totalSize": 3}
    upload = call("POST", f"{storage}/upload/chunked", chunked)["uploadId"]
    version = {"manifest": {"id": "book", "version": "1.0.0"}, "metadata": {}}
    call("POST", "/api/v1/packages/publish", version)
    return {
        "packages": [CRM], "objects": ["crm_account"], "records": [it["id"] for it in records][:20],
        "files": files, "uploads": [upload], "kinds": ["object", "view", "app"], "keys": ["book"],
    }


def write(folder, ids):
    """Writes the dictionaries of schemathesis; a kind without ids has one that is unknown."""
    kinds = ["environments", "doomed", "packages", "versions", "organizations", "members", "runtimes",
             "keys", "objects", "records", "files", "uploads", "kinds"]
    for kind in kinds:
        lines = ids.get(kind) or ["01890000-0000-7000-8000-000000000000"]
        pathlib.Path(folder, f"{kind}.txt").write_text("".join(f'"{line}"\n' for line in lines))


def scratch():
    """A folder that is removed at the end."""
    return tempfile.TemporaryDirectory(prefix="os-api-")
