import { defineView } from '@objectstack/spec/ui';

const data = { provider: 'object', object: 'hd_article' };

const published = {
  label: 'Published',
  data,
  columns: [{ field: 'title', link: true }, { field: 'audience' }, { field: 'product' }],
  filter: [{ field: 'status', operator: 'equals', value: 'published' }],
  sort: [{ field: 'title', order: 'asc' }],
};

export default defineView({
  name: 'hd_article',
  label: 'Articles',
  object: 'hd_article',
  list: published,
  listViews: {
    published,
    drafts: {
      label: 'Drafts',
      data,
      columns: [{ field: 'title', link: true }, { field: 'audience' }, { field: 'product' }],
      filter: [{ field: 'status', operator: 'equals', value: 'draft' }],
    },
  },
  formViews: {
    default: {
      data,
      sections: [
        {
          name: 'article',
          label: 'Article',
          columns: 2,
          fields: [
            { field: 'title', required: true },
            { field: 'status', required: true },
            { field: 'audience' },
            { field: 'product' },
            { field: 'body', required: true, span: 'full' },
            { field: 'external_id' },
          ],
        },
      ],
    },
  },
});
