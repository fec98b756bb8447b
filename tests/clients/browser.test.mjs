// The Console in Debian's Chromium, used as a person does.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { email, password, require, startServer } from "./harness.mjs";

const executablePath = process.env.OS_CHROMIUM || "/usr/bin/chromium";
const skip = process.env.CI !== "true" && !existsSync(executablePath) && "there is no Chromium here";

// Without these, Chromium contacts its vendor's servers at every start.
const quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"];

let server, browser, shots;

before(async () => {
  if (skip) return;
  const { chromium } = require("playwright-core");
  server = await startServer();
  shots = await mkdtemp(join(tmpdir(), "os-shots-"));
  browser = await chromium.launch({
    executablePath,
    // Chromium's sandbox does not work for root
    args: [...quiet, "--disable-gpu", ...(process.getuid() === 0 ? ["--no-sandbox"] : [])],
  });
});
after(async () => {
  await browser?.close();
  await server?.stop();
  if (shots) await rm(shots, { recursive: true, force: true });
});

/** A page of a new visitor. `complaints` collects the errors in its console. */
async function visit(path, options = {}) {
  const context = await browser.newContext({ baseURL: server.url, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("requestfailed", (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.setDefaultTimeout(10_000);
  await page.goto(path);
  return { page, complaints, close: () => context.close() };
}

async function signIn(page, secret = password) {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
}

test("a visitor signs in, sees the Console and signs out", { skip }, async () => {
  const { page, complaints, close } = await visit("/");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  const shot = await page.screenshot({ path: join(shots, "sign-in.png") });
  assert.ok(shot.length > 5_000, "something is drawn");
  assert.deepEqual(complaints, []);

  await signIn(page, "not the password");
  await page.getByRole("alert").waitFor();
  complaints.length = 0; // Chromium logs the refusal

  await signIn(page);
  await page.getByRole("link", { name: "Packages" }).first().waitFor();
  const cookies = await page.context().cookies();
  const readable = cookies.filter((cookie) => !cookie.httpOnly);
  assert.deepEqual(readable, [], "no script reads the session");

  await page.getByLabel(/Account/).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.goto("/packages");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test("the Console works without scripts and on a phone", { skip }, async () => {
  const { page, close } = await visit("/", { javaScriptEnabled: false, viewport: { width: 375, height: 700 } });
  await signIn(page);
  for (const path of ["/environments", "/packages", "/marketplace", "/organization", "/keys", "/events", "/objects", "/installed", "/docs"]) {
    const answer = await page.goto(path);
    assert.equal(answer.status(), 200, path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 375, `${path} is ${width} pixels wide`);
  }
  await close();
});

test("a package is published, installed, upgraded and rolled back", { skip }, async () => {
  const { page, complaints, close } = await visit("/");
  await signIn(page);
  const main = page.getByRole("main");
  const press = async (name) => {
    await main.getByRole("button", { name }).first().click();
    await page.waitForLoadState();
  };
  await press("Publish the example packages");
  await page.getByText("4 versions are published").waitFor();

  await page.goto("/environments");
  await main.getByRole("link", { name: "Development" }).click();
  await page.getByRole("heading", { name: "Development" }).waitFor();
  const environment = page.url();
  const shows = (text) => page.getByRole("status").filter({ hasText: text }).waitFor();

  // The helpdesk's dependency is shown before and after an attempt.
  await main.getByRole("link", { name: "Install a package" }).first().click();
  await main.getByRole("link", { name: "Helpdesk" }).click();
  await main.getByRole("link", { name: "install it first" }).waitFor();
  await press(/^Install/);
  await page.getByRole("alert").filter({ hasText: "Install com.example.crm first" }).waitFor();
  complaints.length = 0; // Chromium logs the refusal

  await main.getByRole("link", { name: "install it first" }).click();
  await main.getByRole("combobox", { name: "Version" }).selectOption("1.0.0");
  await press("Choose version");
  await press("Install 1.0.0");
  await shows("CRM 1.0.0 is installed");
  await main.getByRole("link", { name: "Upgrade to 1.1.0" }).click();
  await press("Upgrade");
  await shows("CRM is upgraded to 1.1.0");
  await page.goto(`${environment}/install/com.example.helpdesk`);
  await press(/^Install/);
  await shows("Helpdesk 0.4.0 is installed");

  // The CRM cannot go below the helpdesk's dependency while the helpdesk is installed.
  await page.goto(`${environment}/packages/com.example.crm/rollback`);
  await main.getByText("com.example.helpdesk").first().waitFor();
  assert.equal(await main.getByRole("button", { name: "Roll back" }).count(), 0);
  complaints.length = 0;
  await page.goto(`${environment}/generations`);
  await main.getByRole("link", { name: "Restore" }).last().click();
  await press(/^Restore generation 1/);
  await page.goto(environment);
  assert.equal(await main.getByRole("link", { name: "Helpdesk" }).count(), 0);
  assert.match(await main.getByRole("row", { name: /CRM/ }).innerText(), /1\.0\.0/);
  assert.deepEqual(complaints, []);
  await close();
});

test("records are read where packages are installed, signed in once", { skip }, async () => {
  const { page, complaints, close } = await visit("/");
  await signIn(page);
  const main = page.getByRole("main");
  // The runtime beside the control plane installs what the environment should run.
  for (let tries = 0; ; tries++) {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Records" }).click();
    await page.getByRole("heading", { name: "Records" }).waitFor();
    if (await main.getByRole("link", { name: "Account", exact: true }).count()) break;
    assert.ok(tries < 100, "the runtime does not install the CRM");
    await page.waitForTimeout(200);
  }
  await main.getByRole("link", { name: "Account", exact: true }).click();
  await page.getByRole("heading", { name: "Account" }).waitFor();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Installed" }).click();
  await main.getByRole("row", { name: /CRM/ }).waitFor();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Environments" }).click();
  await page.getByRole("heading", { name: "Environments" }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});
