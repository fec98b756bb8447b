// Our server, the npm clients with a clean home, and the schemas they ship.

import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

export const modules = process.env.OS_CLIENTS;
export const require = createRequire(join(modules, "harness.js"));
export const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
export const email = "admin@example.com";
export const password = "correct horse battery";

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts our server in an empty home; `stop()` ends it and removes the home. */
export async function startServer(command = "start", variables = {}) {
  const home = await mkdtemp(join(tmpdir(), "os-server-"));
  const port = await freePort();
  const env = { ...process.env, OS_ADMIN_EMAIL: email, OS_ADMIN_PASSWORD: password, OS_LOG: "warn", ...variables };
  delete env.OS_DATABASE_URL;
  const args = [command, "--port", String(port), "--home", join(home, "data")];
  const child = spawn(process.env.OS_BIN, args, { env, stdio: ["ignore", "ignore", "inherit"] });
  const url = `http://localhost:${port}`;
  for (let tries = 0; ; tries++) {
    const ready = await fetch(`${url}/api/v1/ready`).catch(() => undefined);
    if (ready?.ok) break;
    if (tries > 600 || child.exitCode !== null) throw new Error("the server does not start");
    await sleep(50);
  }
  const stop = async () => {
    child.kill("SIGTERM");
    await new Promise((resolve) => child.once("exit", resolve));
    await rm(home, { recursive: true, force: true });
  };
  return { url, stop };
}

/** A home folder of a user; `os(...)` runs the npm CLI in it. */
export async function person(server) {
  const home = await mkdtemp(join(tmpdir(), "os-home-"));
  const env = { PATH: process.env.PATH, HOME: home, OS_CLOUD_URL: server.url, NO_COLOR: "1" };
  const os = (...args) => {
    const options = typeof args.at(-1) === "object" ? args.pop() : {};
    return new Promise((resolve) => {
      const cli = [join(modules, ".bin/os"), ...args];
      const run = { env: { ...env, ...options.env }, cwd: options.cwd ?? home, timeout: 60_000 };
      execFile(process.env.OS_NODE, cli, run, (error, stdout, stderr) => {
        resolve({ code: error ? error.code : 0, stdout, stderr, text: stdout + stderr });
      });
    });
  };
  return { home, os, remove: () => rm(home, { recursive: true, force: true }) };
}

/** Sends JSON with a bearer token; returns status and body. */
export function api(server, token) {
  return async (method, path, body) => {
    const headers = { "content-type": "application/json" };
    if (token) headers.authorization = `Bearer ${token}`;
    const options = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
    const response = await fetch(server.url + path, options);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  };
}

export async function signIn(server) {
  const answer = await api(server)("POST", "/api/v1/auth/sign-in/email", { email, password });
  return answer.body.token;
}

/** Checks responses against the schemas of `@objectstack/spec`, in their spelling. */
export async function schemas() {
  const Ajv = require("ajv/dist/2020.js").default;
  const ajv = new Ajv({ strict: false, allErrors: true });
  require("ajv-formats").default(ajv);
  const folder = join(modules, "@objectstack/spec/json-schema/cloud");
  const names = new Set((await readdir(folder)).map((file) => file.replace(".json", "")));
  return async (name, row, origin) => {
    if (!names.has(name)) throw new Error(`no schema ${name}`);
    const schema = JSON.parse(await readFile(join(folder, `${name}.json`), "utf8"));
    const validate = ajv.getSchema(name) ?? ajv.compile({ ...schema, $id: name });
    const respelled = respell(row, schema, origin);
    return validate(respelled) ? [] : validate.errors.map((it) => `${it.instancePath} ${it.message}`);
  };
}

/** snake_case to camelCase; row ids where rows carry manifest ids; additions and nulls dropped. */
function respell(row, schema, origin) {
  const known = schema.properties;
  const result = {};
  for (const [key, value] of Object.entries(row)) {
    const name = key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
    if (name in known && value !== null && !(name in result)) result[name] = value;
  }
  if (row.package_row_id) result.packageId = row.package_row_id;
  if (result.iconUrl?.startsWith("/")) result.iconUrl = origin + result.iconUrl;
  return result;
}

/** A module of an npm client. */
export const load = (name) => import(pathToFileURL(require.resolve(name)).href);
