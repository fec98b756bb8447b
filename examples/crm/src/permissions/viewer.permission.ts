import { definePermissionSet } from '@objectstack/spec/security';

export default definePermissionSet({
  name: 'crm_viewer',
  label: 'CRM Viewer',
  description: 'Reads accounts, contacts and opportunities.',
  objects: {
    crm_account: { allowRead: true },
    crm_contact: { allowRead: true },
    crm_opportunity: { allowRead: true },
    crm_activity: { allowRead: true },
    crm_opportunity_line: { allowRead: true },
    crm_product: { allowRead: true },
  },
});
