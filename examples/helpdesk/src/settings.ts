/** What an installation can be set to, as JSON Schema. */
export const settings = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Helpdesk settings',
  type: 'object',
  properties: {
    support_email: {
      type: 'string',
      title: 'Support address',
      description: 'Address customers write to.',
      format: 'email',
      maxLength: 254,
    },
    time_zone: {
      type: 'string',
      title: 'Time zone of the support team',
      description: 'IANA name, for example Europe/Berlin.',
      minLength: 3,
      maxLength: 64,
      default: 'UTC',
    },
    working_hours: {
      type: 'object',
      title: 'Working hours',
      default: {},
      properties: {
        from: { type: 'string', pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', default: '09:00' },
        to: { type: 'string', pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', default: '17:00' },
      },
      additionalProperties: false,
    },
    auto_close_after_days: {
      type: 'integer',
      title: 'Close solved tickets after days',
      minimum: 1,
      maximum: 90,
      default: 7,
    },
    mailbox_password: {
      type: 'string',
      title: 'Mailbox password',
      description: 'Stored as a secret and never shown again.',
      minLength: 8,
      maxLength: 256,
      writeOnly: true,
      format: 'password',
    },
    ask_for_rating: {
      type: 'boolean',
      title: 'Ask for a rating when a ticket is closed',
      default: true,
    },
  },
  additionalProperties: false,
};
