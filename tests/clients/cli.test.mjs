// `@objectstack/cli` 17.4.0, unmodified, from a clean home.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { api, email, examples, modules, password, person, signIn, startServer } from "./harness.mjs";

let server, token, call;
const crm = join(examples, "crm/1.0.0/objectstack.json");

before(async () => {
  server = await startServer();
  token = await signIn(server);
  call = api(server, token);
});
after(() => server.stop());

async function loggedIn() {
  const ada = await person(server);
  const answer = await ada.os("cloud", "login", "--email", email, "--password", password);
  assert.equal(answer.code, 0, answer.text);
  return ada;
}

test("login with a password, whoami, logout", async () => {
  const ada = await loggedIn();
  const file = join(ada.home, ".objectstack/cloud.json");
  const stored = JSON.parse(await readFile(file, "utf8"));
  assert.equal(stored.email, email);
  assert.equal(stored.url, server.url);
  assert.equal((await stat(file)).mode & 0o777, 0o600);

  const who = JSON.parse((await ada.os("cloud", "whoami", "--json")).stdout);
  assert.deepEqual([who.logged_in, who.valid, who.email], [true, true, email]);

  assert.equal((await ada.os("cloud", "logout")).code, 0);
  const gone = await api(server, stored.token)("GET", "/api/v1/auth/get-session");
  assert.deepEqual([gone.status, gone.body], [200, null]);
  await ada.remove();
});

test("a wrong password is reported in readable form", async () => {
  const ada = await person(server);
  const answer = await ada.os("cloud", "login", "--email", email, "--password", "wrong password", "--json");
  assert.equal(answer.code, 1);
  assert.match(answer.text, /INVALID_EMAIL_OR_PASSWORD/);
  await ada.remove();
});

test("login with a device code, approved by a person", async () => {
  const ada = await person(server);
  // The CLI needs a terminal for this flow; `script` provides one.
  const command = `"${process.env.OS_NODE}" "${join(modules, ".bin/os")}" cloud login --no-browser --json`;
  const env = { PATH: process.env.PATH, HOME: ada.home, OS_CLOUD_URL: server.url, NO_COLOR: "1" };
  const child = spawn("script", ["-qec", command, "/dev/null"], { env, cwd: ada.home });
  let output = "";
  const code = await new Promise((resolve, reject) => {
    child.stdout.on("data", async (data) => {
      const before = output;
      output += data;
      const found = /"user_code":\s*"([A-Z0-9]+)"/;
      if (found.test(output) && !found.test(before)) {
        const userCode = output.match(found)[1];
        const claimed = await call("GET", `/api/v1/auth/device?user_code=${userCode}`);
        assert.equal(claimed.status, 200, JSON.stringify(claimed.body));
        const approved = await call("POST", "/api/v1/auth/device/approve", { userCode });
        assert.equal(approved.status, 200, JSON.stringify(approved.body));
      }
    });
    child.on("exit", resolve);
    child.on("error", reject);
  });
  assert.equal(code, 0, output);
  assert.match(output, new RegExp(email));
  await ada.remove();
});

test("publish, with every listing flag", async () => {
  const ada = await loggedIn();
  const first = await ada.os("package", "publish", crm);
  assert.equal(first.code, 0, first.text);
  assert.match(first.text, /Created/);
  assert.match(first.text, /1\.0\.0/);

  const flags = [
    "--display-name", "Example CRM", "--description", "Accounts and deals", "--category", "crm",
    "--visibility", "marketplace", "--homepage-url", "https://example.com", "--license", "MIT",
    "--readme", "# CRM", "--icon-file", join(examples, "crm/icon.svg"), "--note", "First public version", "--submit",
  ];
  const second = await ada.os("package", "publish", join(examples, "crm/1.1.0/objectstack.json"), ...flags);
  assert.equal(second.code, 0, second.text);
  assert.match(second.text, /Updated/);
  assert.match(second.text, /pending_review/);

  const versions = await call("GET", "/api/v1/cloud/packages/com.example.crm/versions");
  const newest = versions.body.data.versions[0];
  assert.deepEqual([newest.version, newest.release_notes], ["1.1.0", "First public version"]);

  const again = await ada.os("package", "publish", crm);
  assert.equal(again.code, 0, "equal content is no error: " + again.text);
  await ada.remove();
});

test("refusals are printed in readable form", async () => {
  const ada = await loggedIn();
  const changed = join(ada.home, "changed.json");
  const artifact = JSON.parse(await readFile(crm, "utf8"));
  artifact.manifest.description = "Something else";
  await writeFile(changed, JSON.stringify(artifact));
  const conflict = await ada.os("package", "publish", changed);
  assert.equal(conflict.code, 1);
  assert.match(conflict.text, /Publish version failed \(409\)/);

  const version = await ada.os("package", "publish", crm, "--version", "not-semver");
  assert.match(version.text, /Publish version failed \(400\)/);

  const listing = await ada.os(
    "package", "publish", crm, "--manifest-id", "com.example.bare", "--visibility", "marketplace", "--submit",
  );
  assert.equal(listing.code, 1);
  assert.match(listing.text, /README/i);
  assert.match(listing.text, /icon/i);

  const stranger = await ada.os("package", "publish", crm, "--token", "osk_nonsense");
  assert.match(stranger.text, /\(401\)/);
  await ada.remove();
});

test("publish and install in one step, with an API key", async () => {
  const ada = await person(server);
  const key = await call("POST", "/api/v1/keys", { name: "CI" });
  assert.equal(key.status, 201);
  const environments = await call("GET", "/api/v1/cloud/environments");
  const environment = environments.body.data.environments.find((it) => it.env_type === "development");
  const answer = await ada.os(
    "package", "publish", crm, "--env", environment.id, "--install", "--seed-sample-data",
    { env: { OS_CLOUD_API_KEY: key.body.data.key } },
  );
  assert.equal(answer.code, 0, answer.text);
  assert.match(answer.text, /Installed into environment/);
  await ada.remove();
});

test("environments: list, show, create, switch, bind", async () => {
  const ada = await person(server);
  // `switch` writes to the file that `os login` creates.
  const login = await ada.os("login", "--url", server.url, "--email", email, "--password", password);
  assert.equal(login.code, 0, login.text);
  const env = { OS_TOKEN: token, OS_CLOUD_URL: server.url };
  const list = await ada.os("environments", "list", "--format", "json", { env });
  assert.equal(list.code, 0, list.text);
  assert.match(list.stdout, /"display_name"/);

  const organizations = await call("GET", "/api/v1/auth/organization/list");
  const org = organizations.body[0].id;
  const created = await ada.os("environments", "create", "--org", org, "--name", "From the CLI", "--format", "json", { env });
  assert.equal(created.code, 0, created.text);
  const all = await call("GET", "/api/v1/cloud/environments");
  const id = all.body.data.environments.find((it) => it.display_name === "From the CLI").id;

  const show = await ada.os("environments", "show", id, { env });
  assert.equal(show.code, 0, show.text);
  assert.match(show.text, /From the CLI/);
  const moved = await ada.os("environments", "switch", id, { env });
  assert.equal(moved.code, 0, moved.text);
  const bound = await ada.os("environments", "bind", id, "--artifact", crm, { env });
  assert.equal(bound.code, 0, bound.text);
  const row = await call("GET", `/api/v1/cloud/environments/${id}`);
  assert.equal(row.body.data.environment.metadata.artifact_path, crm);

  const unknown = await ada.os("environments", "show", "no-such-id", { env });
  assert.equal(unknown.code, 1);
  await ada.remove();
});
