// What `@objectstack/client` 17.4.0 and the npm CLI read from a runtime: metadata, packages, labels.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { api, email, examples, load, password, person, signIn, startServer } from "./harness.mjs";

let server, call, client, schema, kernel;
const id = "com.example.crm";

before(async () => {
  server = await startServer();
  const token = await signIn(server);
  call = api(server, token);
  const { ObjectStackClient } = await load("@objectstack/client");
  client = new ObjectStackClient({ baseUrl: server.url, token });
  schema = await load("@objectstack/spec/api");
  kernel = await load("@objectstack/spec/kernel");
  const artifact = JSON.parse(await readFile(join(examples, "crm/1.1.0/objectstack.json"), "utf8"));
  const answer = await call("POST", "/api/v1/marketplace/install-local", { manifest: artifact });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
});
after(() => server.stop());

/** Parses a response with the original's schema; fails if the schema refuses it. */
function parsed(of, value) {
  const result = of.safeParse(value);
  assert.ok(result.success, JSON.stringify(result.error?.issues));
  return result.data;
}

test("connect: discovery names what is mounted", async () => {
  const found = await client.connect();
  parsed(schema.GetDiscoveryResponseSchema, found);
  assert.equal(found.routes.metadata, "/api/v1/meta");
  assert.equal(found.services.automation.enabled, false);
});

test("metadata: types, items, one item, one in the client's cache", async () => {
  const types = parsed(schema.GetMetaTypesResponseSchema, await client.meta.getTypes());
  for (const type of ["object", "view", "app", "flow", "permission"]) assert.ok(types.types.includes(type));
  const objects = parsed(schema.GetMetaItemsResponseSchema, await client.meta.getItems("object", { packageId: id }));
  assert.ok(objects.items.every((it) => it._packageId === id));
  const account = parsed(schema.GetMetaItemResponseSchema, await client.meta.getItem("object", "crm_account"));
  assert.equal(account.item._packageId, id);
  assert.equal(account.item.fields.created_by.reference, "sys_user");
  assert.equal(account.editable, false);

  const first = await client.meta.getCached("crm_account");
  assert.equal(first.notModified, false);
  // Its `fetch` treats a 304 as an error before `getCached` sees it, with any server.
  const known = { ifNoneMatch: `"${first.etag.value}"` };
  await assert.rejects(client.meta.getCached("crm_account", known), { httpStatus: 304 });
  await assert.rejects(client.meta.getItem("object", "nothing"), { code: "RESOURCE_NOT_FOUND", httpStatus: 404 });
});

test("metadata: views, references, history, and no writes", async () => {
  const views = await client.meta.getItems("view", { packageId: id });
  assert.ok(views.items.every((view) => view.name.startsWith(`${view.object}.`)));
  parsed(schema.GetUiViewResponseSchema, await client.meta.getView("crm_account", "list"));
  parsed(schema.GetUiViewResponseSchema, await client.meta.getView("crm_account", "form"));
  const published = await client.meta.getPublished("object", "crm_account");
  assert.equal(published.name, "crm_account");
  const { references } = parsed(schema.FindReferencesToMetaResponseSchema, await client.meta.getReferences("object", "crm_account"));
  assert.ok(references.length > 0);
  parsed(schema.HistoryMetaItemResponseSchema, await client.meta.getHistory("object", "crm_account"));
  parsed(schema.GetMetaDiagnosticsResponseSchema, await client.meta.getDiagnostics());
  assert.deepEqual((await client.meta.listDrafts()).drafts, []);
  await assert.rejects(client.meta.saveItem("object", "crm_account", {}), { httpStatus: 501 });
  await assert.rejects(client.meta.deleteItem("object", "crm_account"), { httpStatus: 501 });
});

test("labels: locales and translations", async () => {
  const { locales } = parsed(schema.GetLocalesResponseSchema, await client.i18n.getLocales());
  assert.deepEqual(locales.filter((it) => it.isDefault).map((it) => it.code), ["en"]);
  assert.ok(locales.some((it) => it.code === "de"));
  const texts = parsed(schema.GetTranslationsResponseSchema, await client.i18n.getTranslations("de"));
  assert.ok(texts.translations.objects.crm_account.label);
  const labels = parsed(schema.GetFieldLabelsResponseSchema, await client.i18n.getFieldLabels("crm_account", "de"));
  assert.ok(labels.labels.name.label);
});

test("packages: list, get, disable, enable, install, uninstall", async () => {
  const { packages, total } = await client.packages.list();
  assert.equal(total, packages.length);
  const row = packages.find((it) => it.manifest.id === id);
  const { manifest, writable, ...facts } = await client.packages.get(id);
  assert.equal(writable, false);
  parsed(kernel.InstalledPackageSchema.omit({ manifest: true }), facts);
  assert.equal(manifest.version, row.manifest.version);
  assert.ok(manifest.objects.length > 0);

  assert.equal((await client.packages.disable(id)).status, "disabled");
  await assert.rejects(client.meta.getItem("object", "crm_account"), { httpStatus: 404 });
  assert.equal((await client.packages.enable(id)).status, "installed");

  const created = await client.packages.install({ id: "com.acme.notes", version: "1.0.0", type: "app", name: "Notes" });
  assert.equal(created.status, "installed");
  await assert.rejects(client.packages.install({ id: "com.acme.notes", version: "1.0.0", type: "app", name: "Notes" }), { code: "RESOURCE_CONFLICT" });
  assert.equal((await client.packages.uninstall("com.acme.notes")).success, true);
  await assert.rejects(client.packages.get("com.acme.notes"), { httpStatus: 404 });
});

test("flows and actions are refused by name", async () => {
  await assert.rejects(client.automation.list(), { code: "NOT_IMPLEMENTED", httpStatus: 501 });
  const result = await client.actions.invoke("crm_account", "nothing");
  assert.equal(result.success, false);
});

test("npm CLI: os meta list, get", async () => {
  const ada = await person(server);
  try {
    const login = await ada.os("login", "--url", server.url, "--email", email, "--password", password);
    assert.equal(login.code, 0, login.text);
    // Its tables are empty with any server: they expect bare lists.
    const types = await ada.os("meta", "list", "--format", "json", "--url", server.url);
    assert.equal(types.code, 0, types.text);
    assert.match(types.text, /"sharing_rule"/);
    const objects = await ada.os("meta", "list", "object", "--format", "json", "--url", server.url);
    assert.match(objects.text, /"crm_account"/);
    const one = await ada.os("meta", "get", "object", "crm_account", "--format", "json", "--url", server.url);
    assert.equal(one.code, 0, one.text);
    assert.match(one.text, /"_packageId": "com.example.crm"/);
  } finally {
    await ada.remove();
  }
});
