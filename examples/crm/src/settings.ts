/** What an installation can be set to, as JSON Schema. */
export const settings = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'CRM settings',
  type: 'object',
  properties: {
    currency: {
      type: 'string',
      title: 'Reporting currency',
      description: 'ISO 4217 code in which pipeline totals are reported.',
      enum: ['EUR', 'USD', 'GBP', 'CHF', 'CNY', 'JPY'],
      default: 'EUR',
    },
    fiscal_year_start_month: {
      type: 'integer',
      title: 'Fiscal year starts in month',
      minimum: 1,
      maximum: 12,
      default: 1,
    },
    stale_after_days: {
      type: 'integer',
      title: 'Opportunity is stale after days without activity',
      minimum: 1,
      maximum: 365,
      default: 21,
    },
    enrichment_api_token: {
      type: 'string',
      title: 'API token of the company data provider',
      description: 'Stored as a secret and never shown again.',
      minLength: 16,
      maxLength: 512,
      writeOnly: true,
      format: 'password',
    },
    approval_above_amount: {
      type: 'number',
      title: 'Discounted deals above this amount need approval',
      minimum: 0,
      default: 50_000,
    },
    prices_include_tax: { type: 'boolean', title: 'List prices include tax', default: false },
  },
  additionalProperties: false,
};
