// What authors import from `@objectstack/spec`, written from its documented interface.
//
// A helper returns what it is given, with what its name already says filled in. Defaults, types
// and references are checked once, by the schema pass, for every way of writing a stack.

const { freeze, keys } = Object;
const { isArray } = Array;
const stringify = JSON.stringify;
const text = String;

// Keeps the place of a literal that a helper copies; only a traced evaluation defines it.
const trace = globalThis.__trace ?? ((from, to) => to);

const isRecord = (value) => typeof value === "object" && value !== null && !isArray(value);

function record(helper, value) {
  if (isRecord(value)) return value;
  const found = value === null ? "null" : isArray(value) ? "an array" : typeof value;
  throw new TypeError(`${helper}() takes an object, not ${found}`);
}

const keep = (helper) => (config) => record(helper, config);

// ---- Expressions ----

function rendered(strings, values, spell) {
  let source = strings[0] ?? "";
  for (let i = 0; i < values.length; i++) source += spell(values[i]) + (strings[i + 1] ?? "");
  return source;
}

const literal = (value) => (value === undefined ? "null" : (stringify(value) ?? "null"));

export const expression = (source, dialect = "cel", meta) =>
  meta ? { dialect, source, meta } : { dialect, source };
export const cel = (strings, ...values) => ({
  dialect: "cel",
  source: rendered(strings, values, literal),
});
export const P = cel;
export const F = cel;
export const tmpl = (strings, ...values) => ({
  dialect: "template",
  source: rendered(strings, values, text),
});
export const cron = (strings, ...values) => ({
  dialect: "cron",
  source: rendered(strings, values, text),
});

// ---- Fields ----

const plain = (type) => (config = {}) =>
  trace(config, { type, ...record(`Field.${type}`, config) });

const referring = (type, helper) => (reference, config = {}) =>
  trace(config, { type, reference, ...record(`Field.${helper}`, config) });

const optionValue = (label) => label.toLowerCase().replace(/\s+/g, "_").replace(/[^a-z0-9_]/g, "");

function option(written) {
  if (typeof written === "string") return { label: written, value: optionValue(written) };
  const lowered = typeof written?.value === "string" ? written.value.toLowerCase() : written?.value;
  return isRecord(written) ? trace(written, { ...written, value: lowered }) : written;
}

function select(first, second = {}) {
  const { options, ...config } = isArray(first)
    ? { ...record("Field.select", second), options: first }
    : record("Field.select", first);
  const chosen = isArray(options) ? options.map(option) : (options ?? []);
  // An `options` beside a list of options wins, as it always did.
  const own = isArray(first) && second.options !== undefined ? { options: second.options } : {};
  return trace(isArray(first) ? second : first, {
    type: "select",
    options: chosen,
    ...config,
    ...own,
  });
}

const PLAIN_FIELDS = [
  "text", "textarea", "number", "boolean", "date", "datetime", "time", "currency", "percent",
  "url", "email", "phone", "image", "file", "avatar", "formula", "summary", "markdown", "html",
  "password", "secret", "location", "address", "richtext", "color", "signature", "slider",
  "qrcode", "json",
];

const fields = {
  select,
  lookup: referring("lookup", "lookup"),
  masterDetail: referring("master_detail", "masterDetail"),
  user: (config = {}) =>
    trace(config, { type: "user", reference: "sys_user", ...record("Field.user", config) }),
  autonumber: (config = {}) =>
    trace(config, { type: "autonumber", ...record("Field.autonumber", config), readonly: true }),
  code: (language, config = {}) =>
    trace(config, { type: "code", language, ...record("Field.code", config) }),
  rating: (max = 5, config = {}) =>
    trace(config, { type: "rating", max, ...record("Field.rating", config) }),
  vector: (dimensions, config = {}) =>
    trace(config, { type: "vector", dimensions, ...record("Field.vector", config) }),
};
for (const type of PLAIN_FIELDS) fields[type] = plain(type);

export const Field = freeze(fields);

// ---- Objects ----

const labelOf = (name) =>
  text(name)
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");

// Records of a detail that is controlled by its parent are reached through the parent alone.
function withRequiredParent(config) {
  if (config.sharingModel !== "controlled_by_parent" || !isRecord(config.fields)) return config;
  const all = { ...config.fields };
  for (const name of keys(all)) {
    const field = all[name];
    if (!isRecord(field) || field.type !== "master_detail" || field.required === true) continue;
    if (field.required === false) {
      throw new TypeError(
        `object '${config.name}' is controlled by its parent, so its field '${name}' ` +
          "cannot be optional: remove `required: false`",
      );
    }
    all[name] = trace(field, { ...field, required: true });
  }
  return trace(config, { ...config, fields: trace(config.fields, all) });
}

function createObject(config) {
  const known = withRequiredParent(record("ObjectSchema.create", config));
  return trace(config, { ...known, label: known.label ?? labelOf(known.name) });
}

const schema = (name, extra = {}) =>
  freeze({
    parse: keep(`${name}.parse`),
    safeParse: (data) => ({ success: true, data }),
    create: keep(`${name}.create`),
    ...extra,
  });

export const ObjectSchema = schema("ObjectSchema", { create: createObject });
export const FieldSchema = schema("FieldSchema");
export const SeedSchema = schema("SeedSchema");
export const AppSchema = schema("AppSchema");
export const ActionSchema = schema("ActionSchema");
export const AgentSchema = schema("AgentSchema");
export const DashboardSchema = schema("DashboardSchema");
export const DatasetSchema = schema("DatasetSchema");
export const DatasourceSchema = schema("DatasourceSchema");
export const FlowSchema = schema("FlowSchema");
export const HookSchema = schema("HookSchema");
export const PageSchema = schema("PageSchema");
export const PermissionSetSchema = schema("PermissionSetSchema");
export const PositionSchema = schema("PositionSchema");
export const ReportSchema = schema("ReportSchema");
export const SharingRuleSchema = schema("SharingRuleSchema");
export const SkillSchema = schema("SkillSchema");
export const ToolSchema = schema("ToolSchema");
export const TranslationBundleSchema = schema("TranslationBundleSchema");
export const ViewSchema = schema("ViewSchema");
export const WebhookSchema = schema("WebhookSchema");

export const App = schema("App");
export const Action = schema("Action");
export const Dashboard = schema("Dashboard");
export const Report = schema("Report");
export const ApiEndpoint = schema("ApiEndpoint");

// ---- One function for each kind of metadata ----

export const defineAction = keep("defineAction");
export const defineAgent = keep("defineAgent");
export const defineApp = keep("defineApp");
export const defineBook = keep("defineBook");
export const defineCapability = keep("defineCapability");
export const defineConnector = keep("defineConnector");
export const defineCube = keep("defineCube");
export const defineDashboard = keep("defineDashboard");
export const defineDatasource = keep("defineDatasource");
export const defineEmailTemplateDefinition = keep("defineEmailTemplateDefinition");
export const defineFlow = keep("defineFlow");
export const defineHook = keep("defineHook");
export const defineJob = keep("defineJob");
export const defineMapping = keep("defineMapping");
export const defineObjectExtension = keep("defineObjectExtension");
export const definePage = keep("definePage");
export const definePermissionSet = keep("definePermissionSet");
export const definePosition = keep("definePosition");
export const defineReport = keep("defineReport");
export const defineSharingRule = keep("defineSharingRule");
export const defineSkill = keep("defineSkill");
export const defineTool = keep("defineTool");
export const defineTranslation = keep("defineTranslation");
export const defineTranslationBundle = keep("defineTranslationBundle");
export const defineViewItem = keep("defineViewItem");
export const defineWebhook = keep("defineWebhook");

const VIEWS = ["list", "form", "listViews", "formViews"];

export function defineView(config) {
  const written = record("defineView", config);
  const has = (key) => written[key] !== undefined && keys(written[key] ?? {}).length > 0;
  if (VIEWS.some(has)) return written;
  throw new TypeError(
    "defineView() needs at least one of `list`, `form`, `listViews`, `formViews`; " +
      "a single list is written `defineView({ list: { … } })`",
  );
}

export function defineForm(config) {
  const { schemaId, ...rest } = record("defineForm", config);
  return trace(config, { ...rest, data: { provider: "schema", schemaId } });
}

// Initial records of an object, given as the object or as its name.
export function defineSeed(object, config) {
  if (config === undefined) return record("defineSeed", object);
  const name = typeof object === "string" ? object : record("defineSeed", object).name;
  return trace(config, { ...record("defineSeed", config), object: name });
}

// One name for two things: initial records (with an object, or with `records`), and a dataset of
// the analytics. Neither changes what was written; the collection it stands in says which it is.
export const defineDataset = (first, second) =>
  second === undefined ? record("defineDataset", first) : defineSeed(first, second);

// The key says that this is a stack and no plain object; it does not reach the artifact.
export const defineStack = (config) =>
  trace(config, { ...record("defineStack", config), "\u0000stack": true });

// ---- Stacks of several parts ----

// Keys whose values are told apart by name, and joined.
const JOINED = [
  "packages", "datasources", "datasourceMapping", "translations", "objectExtensions", "apps",
  "views", "pages", "dashboards", "reports", "datasets", "actions", "flows", "jobs",
  "emailTemplates", "docs", "books", "positions", "permissions", "capabilities", "sharingRules",
  "apis", "webhooks", "agents", "tools", "skills", "hooks", "mappings", "analyticsCubes",
  "connectors", "data", "plugins", "requires", "tiers", "devPlugins",
];

const items = (value) =>
  isArray(value) ? value : keys(value).map((name) => trace(value[name], { name, ...value[name] }));

function composedObjects(stacks, conflict) {
  const byName = new Map();
  for (const object of stacks.flatMap((stack) => items(stack.objects ?? []))) {
    const before = byName.get(object.name);
    if (before !== undefined && conflict === "error") {
      throw new Error(
        `composeStacks(): the object '${object.name}' is in several stacks; ` +
          "write `{ objectConflict: 'override' }` or 'merge'",
      );
    }
    const merged =
      before !== undefined && conflict === "merge"
        ? trace(object, { ...before, ...object, fields: { ...before.fields, ...object.fields } })
        : object;
    byName.set(object.name, merged);
  }
  return [...byName.values()];
}

function composedFunctions(stacks) {
  const all = {};
  for (const [name, value] of stacks.flatMap((stack) => Object.entries(stack.functions))) {
    if (name in all) throw new Error(`composeStacks(): the function '${name}' is in several stacks`);
    all[name] = value;
  }
  return all;
}

export function composeStacks(stacks, options = {}) {
  if (!isArray(stacks)) throw new TypeError("composeStacks() takes a list of stacks");
  if (stacks.length < 2) return stacks[0] ?? {};
  const { manifest = "last", objectConflict = "error" } = options;
  const manifests = stacks.map((stack) => stack.manifest);
  const declared = manifests.filter((it) => it !== undefined);
  const chosen = { first: declared[0], last: declared[declared.length - 1] };
  const composed = {};
  for (const key of new Set(stacks.flatMap((stack) => keys(stack)))) {
    const having = stacks.filter((stack) => stack[key] !== undefined);
    const values = having.map((stack) => stack[key]);
    if (key === "objects") composed.objects = composedObjects(having, objectConflict);
    else if (key === "functions") composed.functions = composedFunctions(having);
    else if (JOINED.includes(key)) composed[key] = values.flatMap(items);
    else if (values.every((value) => stringify(value) === stringify(values[0]))) {
      composed[key] = values[0];
    } else if (key !== "manifest") {
      throw new Error(`composeStacks(): the stacks differ in \`${key}\`; write it in one of them`);
    }
  }
  composed.manifest = typeof manifest === "number" ? manifests[manifest] : chosen[manifest];
  return trace(stacks[0], composed);
}
