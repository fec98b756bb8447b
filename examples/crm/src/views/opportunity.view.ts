import { defineView } from '@objectstack/spec/ui';

const data = { provider: 'object', object: 'crm_opportunity' };

const open = {
  label: 'Open Opportunities',
  data,
  columns: [
    { field: 'name', link: true },
    { field: 'account' },
    { field: 'stage' },
    { field: 'amount' },
    { field: 'probability' },
    { field: 'close_date' },
    { field: 'next_step' },
  ],
  filter: [{ field: 'stage', operator: 'not_in', value: ['won', 'lost'] }],
  sort: [{ field: 'close_date', order: 'asc' }],
};

export default defineView({
  name: 'crm_opportunity',
  label: 'Opportunities',
  object: 'crm_opportunity',
  list: open,
  listViews: {
    open,
    board: {
      label: 'Pipeline Board',
      type: 'kanban',
      data,
      columns: ['name', 'account', 'amount', 'close_date'],
      kanban: {
        groupByField: 'stage',
        summarizeField: 'amount',
        columns: ['name', 'account', 'amount', 'close_date'],
      },
    },
    won: {
      label: 'Won',
      data,
      columns: [
        { field: 'name', link: true },
        { field: 'account' },
        { field: 'amount' },
        { field: 'close_date' },
      ],
      filter: [{ field: 'stage', operator: 'equals', value: 'won' }],
      sort: [{ field: 'close_date', order: 'desc' }],
    },
    calendar: {
      label: 'Closing Calendar',
      type: 'calendar',
      data,
      columns: ['name', 'account', 'stage', 'amount'],
      calendar: { startDateField: 'close_date', titleField: 'name', colorField: 'stage' },
    },
  },
  formViews: {
    default: {
      data,
      sections: [
        {
          name: 'deal',
          label: 'Deal',
          columns: 2,
          fields: [
            { field: 'name', required: true },
            { field: 'account', required: true },
            { field: 'primary_contact' },
            { field: 'source' },
            { field: 'competitor' },
          ],
        },
        {
          name: 'progress',
          label: 'Progress',
          columns: 2,
          fields: [
            { field: 'stage', required: true },
            { field: 'amount' },
            { field: 'probability' },
            { field: 'close_date', required: true },
            { field: 'next_step' },
            { field: 'lost_reason' },
            { field: 'forecast' },
            { field: 'weighted_amount' },
          ],
        },
        {
          name: 'more',
          label: 'Details',
          fields: [{ field: 'external_id' }],
        },
      ],
    },
  },
});
