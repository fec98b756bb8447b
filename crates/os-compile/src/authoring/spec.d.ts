// Types of the authoring module, for editors. Written by `os init`; `os compile` needs none of it.

declare module '@objectstack/spec' {
  /** What a value may be that is written out of code. */
  export interface Expression {
    dialect: 'cel' | 'cron' | 'template';
    source: string;
    meta?: Record<string, unknown>;
  }
  type Predicate = string | Expression;
  /** A name in snake_case that begins with the package's namespace. */
  type Name = string;
  interface Named {
    name: Name;
    label?: string;
    description?: string;
    [key: string]: unknown;
  }

  export type FieldType =
    | 'text' | 'textarea' | 'email' | 'url' | 'phone' | 'password' | 'secret'
    | 'markdown' | 'html' | 'richtext' | 'code' | 'number' | 'currency' | 'percent'
    | 'date' | 'datetime' | 'time' | 'boolean' | 'toggle' | 'select' | 'multiselect'
    | 'radio' | 'checkboxes' | 'lookup' | 'master_detail' | 'tree' | 'user' | 'image' | 'file'
    | 'avatar' | 'video' | 'audio' | 'formula' | 'summary' | 'autonumber' | 'composite'
    | 'repeater' | 'record' | 'location' | 'address' | 'json' | 'color' | 'rating' | 'slider'
    | 'signature' | 'qrcode' | 'progress' | 'tags' | 'vector';

  export interface SelectOption {
    label: string;
    value: string;
    color?: string;
    default?: boolean;
    [key: string]: unknown;
  }

  export interface FieldInput {
    label?: string;
    description?: string;
    required?: boolean;
    unique?: boolean | 'global' | 'organization';
    readonly?: boolean;
    hidden?: boolean;
    multiple?: boolean;
    searchable?: boolean;
    defaultValue?: unknown;
    options?: SelectOption[] | string[];
    reference?: Name;
    deleteBehavior?: 'set_null' | 'cascade' | 'restrict';
    expression?: Predicate;
    visibleWhen?: Predicate;
    readonlyWhen?: Predicate;
    requiredWhen?: Predicate;
    min?: number;
    max?: number;
    minLength?: number;
    maxLength?: number;
    precision?: number;
    scale?: number;
    [key: string]: unknown;
  }
  export interface FieldDefinition extends FieldInput {
    type: FieldType;
  }

  type PlainField = (config?: FieldInput) => FieldDefinition;
  type ReferringField = (reference: Name, config?: FieldInput) => FieldDefinition;
  /** Fields of an object, by type. */
  export const Field: {
    readonly [Type in
      | 'text' | 'textarea' | 'number' | 'boolean' | 'date' | 'datetime' | 'time' | 'currency'
      | 'percent' | 'url' | 'email' | 'phone' | 'image' | 'file' | 'avatar' | 'formula' | 'summary'
      | 'autonumber' | 'markdown' | 'html' | 'password' | 'secret' | 'user' | 'location' | 'address'
      | 'richtext' | 'color' | 'signature' | 'slider' | 'qrcode' | 'json']: PlainField;
  } & {
    readonly select: (
      options: SelectOption[] | string[] | (FieldInput & { options: SelectOption[] | string[] }),
      config?: FieldInput,
    ) => FieldDefinition;
    readonly lookup: ReferringField;
    readonly masterDetail: ReferringField;
    readonly code: (language?: string, config?: FieldInput) => FieldDefinition;
    readonly rating: (max?: number, config?: FieldInput) => FieldDefinition;
    readonly vector: (dimensions: number, config?: FieldInput) => FieldDefinition;
  };

  /** Who sees records that they do not own; each object declares it. */
  export type SharingModel = 'private' | 'public_read' | 'public_read_write' | 'controlled_by_parent';
  export interface ServiceObject extends Named {
    pluralLabel?: string;
    icon?: string;
    fields: Record<string, FieldDefinition>;
    sharingModel?: SharingModel;
    actions?: Action[];
    validations?: Named[];
    indexes?: Array<{ fields: string[]; unique?: boolean; [key: string]: unknown }>;
  }

  /** What a handler is called with. */
  export interface HookContext {
    event: string;
    object: Name;
    input: any;
    previous?: any;
    result?: any;
    api: any;
    user?: { id: string; [key: string]: unknown };
    log: Record<'debug' | 'info' | 'warn' | 'error', (message: string, data?: unknown) => void>;
    crypto: { randomUUID(): string };
    [key: string]: any;
  }
  export type Handler = (ctx: HookContext) => unknown | Promise<unknown>;
  export interface Hook extends Named {
    object: Name | Name[];
    events: string[];
    handler?: Handler | string;
  }
  export interface Action extends Named {
    type?: string;
    target?: Handler | string;
    objectName?: Name;
    visible?: Predicate;
  }
  export interface Seed {
    object: Name;
    externalId?: string;
    mode?: 'insert' | 'update' | 'upsert' | 'replace' | 'ignore';
    records: Array<Record<string, unknown>>;
    [key: string]: unknown;
  }
  export interface View {
    name?: Name;
    list?: Record<string, unknown>;
    form?: Record<string, unknown>;
    listViews?: Record<string, Record<string, unknown>>;
    formViews?: Record<string, Record<string, unknown>>;
    [key: string]: unknown;
  }
  export interface Manifest {
    /** Reverse DNS, in lower case: `com.acme.crm`. */
    id: string;
    /** The prefix of every name of the package: `crm`. */
    namespace?: string;
    version: string;
    type: 'app' | 'plugin' | 'ui' | 'driver' | 'server' | 'theme' | 'agent' | 'objectql' | 'module' | 'gateway' | 'adapter';
    name: string;
    description?: string;
    scope?: 'project' | 'system' | 'cloud';
    dependencies?: Record<string, string>;
    engines?: { protocol?: string; platform?: string };
    [key: string]: unknown;
  }

  export interface App extends Named {}
  export interface Agent extends Named {}
  export interface Dashboard extends Named {}
  export interface Dataset extends Named {}
  export interface Datasource extends Named {}
  export interface Flow extends Named {}
  export interface Job extends Named {}
  export interface Page extends Named {}
  export interface PermissionSet extends Named {}
  export interface Position extends Named {}
  export interface Report extends Named {}
  export interface SharingRule extends Named {}
  export interface Skill extends Named {}
  export interface Tool extends Named {}
  export interface Webhook extends Named {}
  export interface ApiEndpoint extends Record<string, unknown> {}
  export interface Book extends Named {}
  export interface ChartConfig extends Record<string, any> {}
  export type ChartType = string;
  export interface Connector extends Named {}
  export interface EmailTemplateDefinition extends Named {}

  export type MetadataType = string;

  /** Texts of one language. */
  export interface ObjectTranslation {
    label?: string;
    pluralLabel?: string;
    description?: string;
    fields?: Record<string, { label?: string; help?: string; options?: Record<string, string>; [key: string]: unknown }>;
    [key: string]: unknown;
  }
  export type StrictObjectTranslation<_Object = unknown> = ObjectTranslation;
  export interface TranslationData {
    objects?: Record<Name, ObjectTranslation>;
    [key: string]: unknown;
  }
  /** Texts by language: `{ en: { … }, de: { … } }`. */
  export type TranslationBundle = Record<string, TranslationData>;

  type Collection<Item> = Item[] | Record<string, Omit<Item, 'name'> & { name?: Name }>;
  /** Everything a package is made of. */
  export interface Stack {
    manifest: Manifest;
    objects?: Collection<ServiceObject>;
    objectExtensions?: Array<Record<string, unknown>>;
    apps?: Collection<Named>;
    views?: View[];
    pages?: Collection<Named>;
    dashboards?: Collection<Named>;
    reports?: Collection<Named>;
    datasets?: Collection<Named>;
    actions?: Collection<Action>;
    flows?: Collection<Named>;
    jobs?: Collection<Named>;
    emailTemplates?: Collection<Named>;
    positions?: Collection<Named>;
    permissions?: Collection<Named>;
    capabilities?: Named[];
    sharingRules?: Collection<Named>;
    apis?: ApiEndpoint[] | Record<string, ApiEndpoint>;
    webhooks?: Collection<Named>;
    agents?: Collection<Named>;
    tools?: Named[];
    skills?: Named[];
    hooks?: Collection<Hook>;
    functions?: Record<string, unknown> | Array<Record<string, unknown>>;
    mappings?: Collection<Named>;
    analyticsCubes?: Collection<Named>;
    connectors?: Collection<Named>;
    datasources?: Collection<Named>;
    translations?: Array<Record<string, unknown>>;
    i18n?: { defaultLocale: string; supportedLocales?: string[]; fallbackLocale?: string };
    books?: Named[];
    data?: Seed[];
    requires?: string[];
    [key: string]: unknown;
  }

  export function defineStack(stack: Stack): Stack;
  export function defineView(view: View): View;
  export function defineForm(form: { schemaId: string; [key: string]: unknown }): Record<string, unknown>;
  export function defineHook(hook: Hook): Hook;
  export function defineAction(action: Action): Action;
  export function defineSeed(object: { name: Name } | Name, seed: Omit<Seed, 'object'>): Seed;
  export function defineSeed(seed: Seed): Seed;
  export function defineDataset(object: { name: Name } | Name, seed: Omit<Seed, 'object'>): Seed;
  export function defineDataset<Item extends object>(dataset: Item): Item;

  type Define = <Item extends object>(item: Item) => Item;
  export const defineAgent: Define, defineApp: Define, defineBook: Define, defineCapability: Define,
    defineConnector: Define, defineCube: Define, defineDashboard: Define, defineDatasource: Define,
    defineEmailTemplateDefinition: Define, defineFlow: Define, defineJob: Define,
    defineMapping: Define, defineObjectExtension: Define, definePage: Define,
    definePermissionSet: Define, definePosition: Define, defineReport: Define,
    defineSharingRule: Define, defineSkill: Define, defineTool: Define, defineTranslation: Define,
    defineTranslationBundle: Define, defineViewItem: Define, defineWebhook: Define;

  interface Schema<Item> {
    create<Given extends Item>(item: Given): Given;
    parse(item: object): Item;
    safeParse(item: object): { success: true; data: Item };
  }
  export const ObjectSchema: Schema<ServiceObject>;
  export const SeedSchema: Schema<Seed>;
  export const App: Schema<object>, Action: Schema<object>, Dashboard: Schema<object>,
    Report: Schema<object>, ApiEndpoint: Schema<object>, FieldSchema: Schema<object>,
    AppSchema: Schema<object>, ActionSchema: Schema<object>, AgentSchema: Schema<object>,
    DashboardSchema: Schema<object>, DatasetSchema: Schema<object>,
    DatasourceSchema: Schema<object>, FlowSchema: Schema<object>, HookSchema: Schema<object>,
    PageSchema: Schema<object>, PermissionSetSchema: Schema<object>,
    PositionSchema: Schema<object>, ReportSchema: Schema<object>,
    SharingRuleSchema: Schema<object>, SkillSchema: Schema<object>, ToolSchema: Schema<object>,
    TranslationBundleSchema: Schema<object>, ViewSchema: Schema<object>,
    WebhookSchema: Schema<object>;

  type Tag = (strings: TemplateStringsArray, ...values: unknown[]) => Expression;
  /** Expressions: cel`record.amount > ${1000}`. */
  export const cel: Tag, P: Tag, F: Tag;
  /** Text with holes: tmpl`Hello {{ record.name }}`. */
  export const tmpl: Tag;
  /** Times: cron`0 9 * * 1`. */
  export const cron: Tag;
  export function expression(
    source: string,
    dialect?: Expression['dialect'],
    meta?: Record<string, unknown>,
  ): Expression;
}

declare module '@objectstack/spec/*' {
  export * from '@objectstack/spec';
}
