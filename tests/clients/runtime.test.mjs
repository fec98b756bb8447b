// `@objectstack/cli` and `@objectstack/client` 17.4.0, unmodified, against a runtime.

import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { api, email, examples, load, password, person, signIn, startServer } from "./harness.mjs";

const artifact = (name, version) => join(examples, name, version, "objectstack.json");
const account = ["--email", email, "--password", password];
let cloud, runtime, call, client;

before(async () => {
  cloud = await startServer("start", { OS_CLOUD_SERVICE_KEY: "a shared secret" });
  await publish("crm", "1.1.0");
  runtime = await startServer("serve", { OS_CLOUD_URL: cloud.url, OS_CLOUD_API_KEY: "a shared secret" });
  const token = await signIn(runtime);
  call = api(runtime, token);
  const { ObjectStackClient } = await load("@objectstack/client");
  client = new ObjectStackClient({ baseUrl: runtime.url, token });
});
after(async () => {
  await runtime.stop();
  await cloud.stop();
});

async function publish(name, version) {
  const send = api(cloud, await signIn(cloud));
  const bundle = JSON.parse(await readFile(artifact(name, version), "utf8"));
  const { id, name: display_name } = bundle.manifest;
  const body = { manifest_id: id, display_name, visibility: "org" };
  const created = await send("POST", "/api/v1/cloud/packages", body);
  const path = `/api/v1/cloud/packages/${created.body.data.id}/versions`;
  const answer = await send("POST", path, { version, bundle });
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
}

async function loggedIn() {
  const ada = await person(runtime);
  const answer = await ada.os("login", "--url", runtime.url, ...account, "--json");
  assert.equal(answer.code, 0, answer.text);
  return ada;
}

async function installed() {
  const answer = await call("GET", "/api/v1/marketplace/install-local");
  return Object.fromEntries(answer.body.data.items.map((it) => [it.manifestId, it.version]));
}

test("login, whoami, logout", async () => {
  const ada = await loggedIn();
  const file = join(ada.home, ".objectstack/credentials.json");
  const stored = JSON.parse(await readFile(file, "utf8"));
  assert.deepEqual([stored.url, stored.email], [runtime.url, email]);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const who = JSON.parse((await ada.os("whoami", "--format", "json")).stdout);
  assert.equal(who.user.email, email);
  assert.equal((await ada.os("logout")).code, 0);
  await ada.remove();
});

test("a second account is refused with a reason", async () => {
  const bob = await person(runtime);
  const answer = await bob.os("register", "--email", "bob@example.com", "--name", "Bob", "--password", password);
  assert.equal(answer.code, 1);
  assert.match(answer.text, /registration is closed; ask the owner/);
  await bob.remove();
});

test("a file is installed, then a version from the catalog", async () => {
  const ada = await person(runtime);
  const file = await ada.os("package", "install", artifact("crm", "1.0.0"), "--runtime", runtime.url, ...account);
  assert.equal(file.code, 0, file.text);
  assert.match(file.text, /com\.example\.crm/);
  assert.equal((await installed())["com.example.crm"], "1.0.0");

  const env = { OS_RUNTIME_URL: runtime.url, OS_RUNTIME_EMAIL: email, OS_RUNTIME_PASSWORD: password };
  const catalog = await ada.os("package", "install", "com.example.crm", { env });
  assert.equal(catalog.code, 0, catalog.text);
  assert.equal((await installed())["com.example.crm"], "1.1.0");
  await ada.remove();
});

test("a failed install is reported", async () => {
  const ada = await person(runtime);
  const at = ["--runtime", runtime.url, ...account];
  const unknown = await ada.os("package", "install", "com.example.nothing", ...at);
  assert.equal(unknown.code, 1, unknown.text);
  const wrong = await ada.os("package", "install", "com.example.crm", "--runtime", runtime.url);
  assert.equal(wrong.code, 1);
  assert.match(wrong.text, /unauthenticated/);
  await ada.remove();
});

test("records: create, query, get, update, delete on the command line", async () => {
  const ada = await loggedIn();
  const os = async (...args) => {
    const answer = await ada.os("data", ...args, "--format", "json");
    assert.equal(answer.code, 0, answer.text);
    return JSON.parse(answer.stdout);
  };
  const created = await os("create", "crm_account", JSON.stringify({ name: "Acme", relationship: "customer" }));
  assert.equal(created.record.name, "Acme");
  const found = await os("query", "crm_account", "--filter", '{"name":"Acme"}', "--fields", "name", "--sort", "-name");
  assert.deepEqual([found.total, found.records[0].name], [1, "Acme"]);
  const changed = await os("update", "crm_account", created.id, JSON.stringify({ city: "Graz" }));
  assert.equal(changed.record.city, "Graz");
  assert.equal((await os("get", "crm_account", created.id)).record.city, "Graz");
  assert.equal((await os("delete", "crm_account", created.id)).success, true);
  const gone = await ada.os("data", "get", "crm_account", created.id, "--format", "json");
  assert.equal(gone.code, 1);
  assert.match(gone.text, /RECORD_NOT_FOUND/);
  const unknown = await ada.os("data", "query", "crm_nothing", "--format", "json");
  assert.match(unknown.text, /OBJECT_NOT_FOUND/);
  await ada.remove();
});

test("metadata on the command line", async () => {
  const ada = await loggedIn();
  const kinds = JSON.parse((await ada.os("meta", "list", "--format", "json")).stdout);
  assert.ok(JSON.stringify(kinds).includes("object"), JSON.stringify(kinds));
  const objects = await ada.os("meta", "list", "object", "--format", "json");
  assert.match(objects.stdout, /crm_account/);
  const account = await ada.os("meta", "get", "object", "crm_account");
  assert.equal(account.code, 0, account.text);
  assert.match(account.stdout, /"crm_account"/);
  const unknown = await ada.os("meta", "get", "object", "crm_nothing");
  assert.equal(unknown.code, 1);
  await ada.remove();
});

test("records with the client", async () => {
  const created = await client.data.create("crm_account", { name: "Globex", relationship: "prospect" });
  assert.equal(created.record.name, "Globex");
  const query = { where: { name: "Globex" }, fields: ["name"], orderBy: ["name"], limit: 5 };
  const { records, total } = await client.data.query("crm_account", query);
  assert.deepEqual([total, records[0].name], [1, "Globex"]);
  const listed = await client.data.find("crm_account", { top: 2, sort: "-name" });
  assert.equal(listed.records.length, 2);
  assert.ok(listed.total > 2);
  await client.data.update("crm_account", created.id, { city: "Wien" });
  assert.equal((await client.data.get("crm_account", created.id)).record.city, "Wien");
  assert.equal((await client.data.delete("crm_account", created.id)).success, true);
  await assert.rejects(client.data.get("crm_account", created.id), { code: "RECORD_NOT_FOUND" });
});

test("metadata with the client", async () => {
  const { types } = await client.meta.getTypes();
  assert.ok(types.includes("object"));
  const objects = await client.meta.getItems("object");
  assert.ok((objects.items ?? objects).some((it) => it.name === "crm_account"));
  const account = await client.meta.getItem("object", "crm_account");
  assert.equal(account.item._packageId, "com.example.crm");
});
