// Types of the authoring module, for editors. Written by `os init`, and anew by `os init --types`;
// `os compile` needs none of it.

declare module '@objectstack/spec' {
  /** What a value may be that is written out of code. */
  export interface Expression {
    dialect: 'cel' | 'cron' | 'template';
    source: string;
    ast?: any;
    meta?: { rationale?: string; generatedBy?: string };
  }
  export type Predicate = string | Expression;
  /** A name in snake_case that begins with the package's namespace. */
  export type Name = string;

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
  export type Handler = (ctx: any) => unknown | Promise<unknown>;
  /** Code that other parts call by name. */
  export type Functions =
    | Record<string, Handler | string | { handler: Handler; [key: string]: any }>
    | Array<{ name: string; handler: Handler | string; [key: string]: any }>;

  type Without<Item, Keys extends PropertyKey> = Item extends unknown ? Omit<Item, Keys> : never;
  /** A list, or a map by name. */
  export type Collection<Item> =
    | Item[]
    | Record<string, Without<Item, 'name'> & { name?: Name }>;

  // ---- Metadata types ----

/*types*/
  // ---- Helpers ----

  export type FieldInput = Omit<FieldDefinition, 'type' | 'options'> & {
    options?: Array<SelectOption | string>;
  };
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

  export type MetadataType = string;
  export type FlowNodeAction = string;
  export type StrictObjectTranslation<_Object = unknown> = ObjectTranslation;

  export function defineStack(stack: Stack): Stack;
  /** One stack of several. */
  export function composeStacks(
    stacks: Stack[],
    options?: { manifest?: 'first' | 'last' | number; objectConflict?: 'error' | 'override' | 'merge' },
  ): Stack;
  export function defineForm(form: { schemaId: string; [key: string]: any }): Record<string, any>;
  type Records = Without<Seed, 'object'>;
  export function defineSeed(object: { name: Name } | Name, seed: Records): Seed;
  export function defineSeed(seed: Seed): Seed;
  /** Initial records of an object, or a dataset of the analytics. */
  export function defineDataset(object: { name: Name } | Name, seed: Records): Seed;
  export function defineDataset(seed: Seed): Seed;
  export function defineDataset(dataset: Dataset): Dataset;

  type Define<Item> = (item: Item) => Item;
  export const defineAction: Define<Action>, defineAgent: Define<Agent>, defineApp: Define<App>,
    defineBook: Define<Book>, defineCapability: Define<Capability>,
    defineConnector: Define<Connector>, defineCube: Define<Cube>,
    defineDashboard: Define<Dashboard>, defineDatasource: Define<Datasource>,
    defineEmailTemplateDefinition: Define<EmailTemplateDefinition>, defineFlow: Define<Flow>,
    defineHook: Define<Hook>, defineJob: Define<Job>, defineMapping: Define<Mapping>,
    defineObjectExtension: Define<ObjectExtension>, definePage: Define<Page>,
    definePermissionSet: Define<PermissionSet>, definePosition: Define<Position>,
    defineReport: Define<Report>, defineSharingRule: Define<SharingRule>,
    defineSkill: Define<Skill>, defineTool: Define<Tool>,
    defineTranslation: Define<TranslationData>,
    defineTranslationBundle: Define<TranslationBundle>, defineView: Define<View>,
    defineViewItem: Define<Record<string, any>>, defineWebhook: Define<Webhook>;

  interface Schema<Item> {
    create(item: Item): Item;
    parse(item: object): Item;
    safeParse(item: object): { success: true; data: Item };
  }
  export const ObjectSchema: Schema<ServiceObject>, SeedSchema: Schema<Seed>, App: Schema<App>,
    Action: Schema<Action>, Dashboard: Schema<Dashboard>, Report: Schema<Report>,
    ApiEndpoint: Schema<ApiEndpoint>, FieldSchema: Schema<FieldDefinition>,
    AppSchema: Schema<App>, ActionSchema: Schema<Action>, AgentSchema: Schema<Agent>,
    DashboardSchema: Schema<Dashboard>, DatasetSchema: Schema<Dataset>,
    DatasourceSchema: Schema<Datasource>, FlowSchema: Schema<Flow>, HookSchema: Schema<Hook>,
    PageSchema: Schema<Page>, PermissionSetSchema: Schema<PermissionSet>,
    PositionSchema: Schema<Position>, ReportSchema: Schema<Report>,
    SharingRuleSchema: Schema<SharingRule>, SkillSchema: Schema<Skill>, ToolSchema: Schema<Tool>,
    TranslationBundleSchema: Schema<TranslationBundle>, ViewSchema: Schema<View>,
    WebhookSchema: Schema<Webhook>;

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
    meta?: Expression['meta'],
  ): Expression;
}

declare module '@objectstack/spec/*' {
  export * from '@objectstack/spec';
}
