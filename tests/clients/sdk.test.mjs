// `@objectstack/client` 17.4.0, unmodified, and the schemas of `@objectstack/spec`.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { api, examples, load, schemas, signIn, startServer } from "./harness.mjs";

let server, token, call, client, valid;

before(async () => {
  server = await startServer();
  token = await signIn(server);
  call = api(server, token);
  valid = await schemas();
  const { ObjectStackClient } = await load("@objectstack/client");
  client = new ObjectStackClient({ baseUrl: server.url, token });
  for (const version of ["1.0.0", "1.1.0"]) await publish("crm", version);
});
after(() => server.stop());

async function publish(name, version) {
  const file = join(examples, name, version, "objectstack.json");
  const bundle = JSON.parse(await readFile(file, "utf8"));
  const body = { manifest_id: bundle.manifest.id, display_name: bundle.manifest.name, visibility: "org" };
  const created = await call("POST", "/api/v1/cloud/packages", body);
  const path = `/api/v1/cloud/packages/${created.body.data.id}/versions`;
  const answer = await call("POST", path, { version, bundle });
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
}

async function fits(name, row) {
  assert.deepEqual(await valid(name, row, server.url), [], `${name}: ${JSON.stringify(row)}`);
}

test("environments: list, create, show, change, activate, delete", async () => {
  const { environments, total } = await client.environments.list();
  assert.ok(total >= 2 && environments.length === total);
  for (const environment of environments) await fits("Environment", environment);

  const created = await client.environments.create({
    organization_id: environments[0].organization_id, display_name: "SDK", env_type: "sandbox",
  });
  const id = created.environment.id;
  await fits("Environment", created.environment);
  assert.equal((await client.environments.get(id)).environment.environment_type, "sandbox");
  const changed = await client.environments.updateVisibility(id, "public");
  assert.equal(changed.environment.visibility, "public");
  assert.equal((await client.environments.activate(id)).sessionUpdated, true);
  const host = await client.environments.updateHostname(id, "sdk.example.com");
  assert.equal(host.environment.hostname, "sdk.example.com");
  assert.ok(Array.isArray((await client.environments.listRevisions(id)).items));
  assert.equal((await client.environments.listDrivers()).drivers[0].driverId, "com.objectstack.driver.sqlite");
  const credential = await client.environments.rotateCredential(id, "a-new-secret");
  assert.equal(credential.credential.status, "active");
  assert.ok((await client.environments.delete(id)).deleted);
});

test("packages of an environment: install, upgrade, disable, enable, uninstall", async () => {
  const { environments } = await client.environments.list();
  const environment = environments.find((it) => it.environment_type === "production");
  const { packages } = client.environments;
  const [at, id] = [environment.id, "com.example.crm"];
  const installed = await packages.install(at, { packageId: id, version: "1.0.0", enableOnInstall: true });
  await fits("EnvironmentPackageInstallation", installed.package);
  assert.equal(installed.package.version, "1.0.0");
  assert.equal(installed.package.package_id, id);
  assert.equal(installed.package.update_available, true);

  const upgraded = await packages.upgrade(at, id, "1.1.0");
  assert.equal(upgraded.package.version, "1.1.0");
  assert.equal((await packages.disable(at, id)).package.status, "disabled");
  assert.equal((await packages.enable(at, id)).package.status, "installed");
  const list = await packages.list(at);
  assert.equal(list.total, 1);
  assert.equal((await packages.get(at, id)).package.version, "1.1.0");
  assert.ok((await packages.uninstall(at, id)).success);
  assert.equal((await packages.list(at)).total, 0);
});

test("packages and versions match the published schemas", async () => {
  const found = await call("GET", "/api/v1/cloud/packages/com.example.crm");
  await fits("Package", found.body.data.package);
  const versions = await call("GET", "/api/v1/cloud/packages/com.example.crm/versions");
  assert.equal(versions.body.data.total, 2);
  for (const { id } of versions.body.data.versions) {
    const one = await call("GET", `/api/v1/cloud/packages/com.example.crm/versions/${id}`);
    await fits("PackageVersion", one.body.data.version);
  }
});
