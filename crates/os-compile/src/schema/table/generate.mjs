// Writes `stack.table`: what a stack may say, one node a line, from the published protocol.
//
//   node generate.mjs path/to/@objectstack/spec/dist > stack.table
//
// Only facts go into the table: names of keys, kinds, limits, defaults. Texts do not. It is run
// once for a version of the protocol; the result is reviewed and committed.
import { join } from "node:path";
import { createHash } from "node:crypto";

const dist = process.argv[2];
const spec = await import(join(dist, "index.mjs"));
const automation = await import(join(dist, "automation/index.mjs"));

const FORMATS = {
  "/^[a-z][a-z0-9_]{1,19}$/": "namespace",
  "/^\\d+\\.\\d+\\.\\d+$/": "version",
  "/^[a-z_][a-z0-9_]*$/": "snake",
  "/^[a-z][a-z0-9_]*$/": "name",
  "/^[><=~^]*\\d+\\.\\d+\\.\\d+/": "engine",
  "/^[a-z][a-z0-9_.]*$/": "value",
  "/^\\d+(h|d|w|y)$/": "duration",
  "/^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$/": "dotted",
  "/^\\//": "rooted",
  "/^[a-z_][a-z0-9_]*\\*?$/": "tool",
};
const format = (check) => {
  if (["url", "datetime", "email"].includes(check.format)) return check.format;
  const pattern = String(check.pattern);
  if (pattern.startsWith("/^(?!(?:key|defaultValue)$)")) return "locale";
  if (!FORMATS[pattern]) throw new Error(`unknown pattern ${pattern}`);
  return FORMATS[pattern];
};

// Rules and rewrites are functions there, and functions of ours here: told apart by their place.
const RULES = [
  [/navigationContributions\[\].items\[\]\|0$/, ["navigation_target"]],
  [/\.rowLevelSecurity\[\]$/, ["row_level"]],
  [/\.objects\[\]$/, ["own_tree"]],
  [/\.fields\{\}$/, ["field", "field_defaults"]],
  [/\.relatedListFilter$/, ["preset_comparison"]],
  [/\.currencyConfig$/, ["currency", "currency_defaults"]],
  [/\.lifecycle$/, ["lifecycle"]],
  [/\.(listViews\{\}|views\[\]\.list)$/, ["list_page", "list_calendar"]],
  [/\.listViews\{\}\.filter\[\]$/, ["filter_value"]],
  [/\.bulkActionDefs\[\]$/, ["bulk_action"]],
  [/\.actions\[\]\|in$/, ["action"]],
  [/\.params\[\]\|in$/, ["parameter"]],
  [/\.datasources\[\]$/, ["datasource"]],
  [/\.objectExtensions\[\]$/, ["own_tree"]],
  [/\.views\[\]\.(form|formViews\{\})$/, ["form", "form_groups"]],
  [/\.sections\[\](\|in)?$/, ["section"]],
  [/\.submitBehavior\|1\.url$/, ["redirect"]],
  [/\.pages\[\]$/, ["page_source"]],
  [/\.components\[\](\|in)?\.type$/, ["component"]],
  [/\.globalFilters\[\]$/, ["date_filter"]],
  [/\.reports\[\]$/, ["report"]],
  [/\.blocks\[\]$/, ["report_order"]],
  [/\.datasets\[\]$/, ["dataset"]],
  [/\.include\[\]$/, ["three_steps"]],
  [/\.flows\[\]$/, ["flow"]],
  [/\.errorHandling$/, ["retries"]],
  [/\.sharedWith$/, ["recipient"]],
  [/\.triggerConditions\[\]$/, ["trigger_value"]],
  [/\.connectors\[\]$/, ["connector"]],
  [/\.rateLimit$/, ["rate_limit"]],
  [/\.hooks\[\]\.object$/, ["hook_objects"]],
  [/\.fieldGroups$/, ["group_keys"]],
  [/^end$/, ["end_node"]],
  [/^$/, ["endpoints"]],
];
const REWRITES = [
  [/^\(source\) => \(\{ dialect: "cel", source \}\)/, "cel"],
  [/^\(source\) => \(\{ dialect, source \}\)/, "dialect"],
  [/^\(body\) => .*residue/, "residue"],
  [/normalizeFilterOperator/, "operator"],
  [/^\(formats\)/, "formats"],
  [/stripLegacyApiMethods/, "api_methods"],
  [/lowerRequiresFeature/, "requires_feature"],
  [/parseInt\(val\)/, "number"],
  [/normalizeVisibleWhen/, "visible_when"],
  [/parseEndNodeConfig/, "flow_node"],
];

const nodes = [];
const numbers = new Map();
const flat = (fn) => String(fn).replace(/\s+/g, " ");

function number(schema, path) {
  const type = schema._zod.def.type;
  if (["optional", "default", "prefault", "readonly", "nonoptional"].includes(type)) {
    return number(schema._zod.def.innerType, path);
  }
  if (type === "lazy") return number(schema._zod.innerType, path);
  if (numbers.has(schema)) return numbers.get(schema);
  const id = nodes.length;
  numbers.set(schema, id);
  nodes.push(null);
  nodes[id] = { path, ...node(schema, path) };
  return id;
}

function node(schema, path) {
  const def = schema._zod.def;
  const shape = shapes[def.type](def, path, schema);
  const rules = rulesOf(def, path);
  return rules.length ? { shape, rules } : { shape };
}

function rulesOf(def, path) {
  const checks = (def.checks ?? []).map((check) => check._zod.def.check);
  if (!checks.some((check) => check === "custom" || check === "overwrite")) return [];
  if (/"source"/.test(JSON.stringify(Object.keys(def.shape ?? {}))) && def.shape.dialect) return ["expression"];
  if (def.type === "string" && checks.length === 1 && /\|in$/.test(path)) return ["not_blank"];
  const found = RULES.find(([pattern]) => pattern.test(path));
  if (!found) throw new Error(`no rule for ${path || "the stack"}: ${flat(def.checks[0]._zod.def.fn)}`);
  return found[1];
}

const bounds = (def) => {
  const out = {};
  const all = [...(def.checks ?? []).map((check) => check._zod.def), ...(def.check ? [def] : [])];
  for (const check of all) {
    if (check.check === "min_length") out.min = Math.max(out.min ?? 0, check.minimum);
    if (check.check === "max_length") out.max = check.maximum;
    if (check.check === "length_equals") out.min = out.max = check.length;
    if (check.check === "string_format") (out.formats ??= []).push(format(check));
    if (check.check === "number_format") out.whole = true;
    if (check.check === "greater_than") out[check.inclusive ? "min" : "above"] = check.value;
    if (check.check === "less_than") out[check.inclusive ? "max" : "below"] = check.value;
  }
  return out;
};

const shapes = {
  any: () => "any",
  unknown: () => "any",
  boolean: () => "boolean",
  null: () => ({ one_of: [null] }),
  undefined: () => "never",
  never: () => "never",
  function: () => "never",
  custom: (def) => (/function/.test(flat(def.fn)) ? "never" : "any"),
  string: (def) => ({ text: bounds(def) }),
  number: (def) => ({ number: bounds(def) }),
  enum: (def) => ({ one_of: Object.values(def.entries) }),
  literal: (def) => ({ one_of: def.values }),
  array: (def, path) => ({ list: { of: number(def.element, path + "[]"), ...bounds(def) } }),
  tuple: (def, path) => ({ tuple: def.items.map((item, at) => number(item, `${path}[${at}]`)) }),
  union: (def, path) => {
    const of = def.options.map((option, at) => number(option, `${path}|${at}`));
    return { union: def.discriminator ? { of, by: def.discriminator } : { of } };
  },
  intersection: (def, path) => ({ both: [number(def.left, path), number(def.right, path)] }),
  record: (def, path) => {
    const key = shapes.string(def.keyType._zod.def).text;
    const map = { of: number(def.valueType, path + "{}") };
    return { map: Object.keys(key).length ? { ...map, key } : map };
  },
  object: (def, path) => {
    const keys = {};
    for (const [key, schema] of Object.entries(def.shape)) keys[key] = property(schema, `${path}.${key}`);
    const rest = def.catchall?._zod.def.type;
    return { object: { keys, ...(rest === "never" ? {} : { rest: rest ? "kept" : "dropped" }) } };
  },
  pipe: (def, path) => {
    const steps = [def.in, def.out].filter((step) => step._zod.def.type !== "transform");
    const rewrite = [def.in, def.out].find((step) => step._zod.def.type === "transform");
    const of = number(steps[0], `${path}|in`);
    if (!rewrite) throw new Error(`a pipe without a rewrite: ${path}`);
    const when = def.in === rewrite ? "before" : "after";
    return { rewritten: { of, [when]: rewriteOf(rewrite._zod.def.transform, path, of) } };
  },
};

function rewriteOf(transform, path, of) {
  const source = flat(transform);
  const found = REWRITES.find(([pattern]) => pattern.test(source));
  if (!found) throw new Error(`no rewrite for ${path}: ${source}`);
  if (found[1] === "dialect") return transform("x").dialect;
  if (found[1] !== "residue") return found[1];
  const keys = Object.keys(nodes[of].shape.object.keys);
  const probes = [false, true, null, "none", 0];
  const residue = {};
  for (const key of keys) for (const value of probes) {
    if (!(key in transform({ [key]: value }))) residue[key] = value;
  }
  return { without: residue };
}

// A key is `id`, `[id, "required"]`, or `[id, "default", value]`; what is gone is null.
function property(schema, path) {
  const absent = schema.safeParse(undefined);
  let inner = schema;
  while (inner._zod.def.innerType) inner = inner._zod.def.innerType;
  const id = inner._zod.def.type === "never" || inner._zod.def.type === "undefined" ? null : number(schema, path);
  if (!absent.success) return [id, "required"];
  if (absent.data === undefined) return id;
  return [id, "default", absent.data];
}

const stack = number(spec.ObjectStackDefinitionSchema, "");
const end = number(automation.EndConfigSchema ?? spec.EndConfigSchema, "end");

const region = number(automation.FlowRegionSchema, "region");
const branch = number(automation.ParallelBranchSchema, "branch");

// What the control plane reads of a manifest; the published schema knows the kernel's part alone.
const made = (shape) => nodes.push({ path: "manifest", shape }) - 1;
const [text, any] = [made({ text: {} }), made("any")];
const of = (key) => [nodes[stack].shape.object.keys[key]].flat()[0];
Object.assign(nodes[of("manifest")].shape.object.keys, {
  minPlatformVersion: text,
  metadataTypes: made({ list: { of: text } }),
  migrations: made({ list: { of: any } }),
  configurationSchema: made({ map: { of: any } }),
});

const seen = new Map();
let merged = nodes.map((_, id) => id);
// Nodes that say the same become one, until none are left.
for (let before = -1; seen.size !== before; ) {
  before = seen.size;
  seen.clear();
  const next = nodes.map((node, id) => {
    const { path, ...rest } = node;
    const text = JSON.stringify(rename(rest, merged));
    if (!seen.has(text)) seen.set(text, id);
    return seen.get(text);
  });
  merged = next;
}

function rename({ shape, rules }, to) {
  const copy = structuredClone(shape);
  const ids = (list) => list.map((id) => to[id]);
  if (copy.list) copy.list.of = to[copy.list.of];
  if (copy.tuple) copy.tuple = ids(copy.tuple);
  if (copy.union) copy.union.of = ids(copy.union.of);
  if (copy.both) copy.both = ids(copy.both);
  if (copy.map) copy.map.of = to[copy.map.of];
  if (copy.rewritten) copy.rewritten.of = to[copy.rewritten.of];
  if (copy.object) for (const [key, value] of Object.entries(copy.object.keys)) {
    if (Array.isArray(value)) value[0] = value[0] === null ? null : to[value[0]];
    else copy.object.keys[key] = value === null ? null : to[value];
  }
  return rules ? { shape: copy, rules } : { shape: copy };
}

const kept = nodes.map((_, id) => id).filter((id) => merged[id] === id);
const final = nodes.map((_, id) => kept.indexOf(merged[id]));
console.log(JSON.stringify({ stack: final[stack], end: final[end], region: final[region], branch: final[branch] }));
// Collections that a later protocol adds pass through.
nodes[stack].shape.object.rest = "passed";
for (const id of kept) console.log(JSON.stringify(rename(nodes[id], final)));
