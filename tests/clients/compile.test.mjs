// Projects, compiled by `@objectstack/cli` 17.4.0 and by us: the same artifact.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { modules } from "./harness.mjs";

let folder;

// Beside the packages, where both find `@objectstack/spec`.
before(async () => {
  folder = await mkdtemp(join(dirname(modules), "projects-"));
});
after(() => rm(folder, { recursive: true, force: true }));

const run = (program, args, cwd) =>
  new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: folder, NO_COLOR: "1" };
    execFile(program, args, { cwd, env, timeout: 120_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, text: stdout + stderr });
    });
  });
const theirs = (cwd, ...args) => run(process.env.OS_NODE, [join(modules, ".bin/os"), ...args], cwd);
const ours = (cwd, ...args) => run(process.env.OS_BIN, args, cwd);

/** Runs a command that must succeed; returns the artifact it writes. */
async function artifact(project, command, ...args) {
  const file = join(project, "dist/objectstack.json");
  await rm(file, { force: true });
  const answer = await command(project, "compile", ...args);
  assert.equal(answer.code, 0, answer.text);
  return JSON.parse(await readFile(file, "utf8"));
}

async function sameOfAll(project, without = (value) => value) {
  const expected = without(await artifact(project, theirs));
  assert.deepEqual(await artifact(project, ours), expected, "with our authoring module");
  assert.deepEqual(await artifact(project, ours, "--spec=project"), expected, "with the project's own");
}

for (const template of ["app", "plugin", "empty"]) {
  test(`a new project of theirs: ${template}`, async () => {
    const created = await theirs(folder, "init", `their_${template}`, "-t", template, "--no-install");
    assert.equal(created.code, 0, created.text);
    await sameOfAll(join(folder, `their_${template}`));
  });

  test(`a new project of ours: ${template}`, async () => {
    const created = await ours(folder, "init", `our-${template}`, "-t", template);
    assert.equal(created.code, 0, created.text);
    await sameOfAll(join(folder, `our-${template}`));
  });
}

const examples = process.env.OS_EXAMPLES;
const skip = examples ? false : "OS_EXAMPLES names no folder with the original's example applications";

// The third one, showcase, needs packages that are not in the registry; a Rust test covers it.
for (const name of ["app-todo", "app-crm"]) {
  test(`an application of the original: ${name}`, { skip }, async () => {
    await cp(join(examples, name), join(folder, name), { recursive: true });
    await sameOfAll(join(folder, name), withoutBundling);
  });
}

/** Removes the differences that bundling and plugins make; see docs/compatibility.md. */
function withoutBundling({ runtimeModule, plugins, ...artifact }) {
  for (const { body } of artifact.hooks ?? []) {
    if (!body) continue;
    body.source = body.source
      .replaceAll("data2", "data")
      .replaceAll("void 0", "undefined")
      .replaceAll("(/* @__PURE__ */ new Date())", "new Date()");
  }
  return artifact;
}
