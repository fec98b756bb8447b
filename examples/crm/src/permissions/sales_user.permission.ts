import { definePermissionSet } from '@objectstack/spec/security';

export default definePermissionSet({
  name: 'crm_sales_user',
  label: 'CRM Sales User',
  description: 'Works with customers and deals; cannot delete accounts.',
  objects: {
    crm_account: { allowCreate: true, allowRead: true, allowEdit: true },
    crm_contact: { allowCreate: true, allowRead: true, allowEdit: true },
    crm_opportunity: { allowCreate: true, allowRead: true, allowEdit: true },
    crm_activity: { allowCreate: true, allowRead: true, allowEdit: true, allowDelete: true },
    crm_opportunity_line: {
      allowCreate: true,
      allowRead: true,
      allowEdit: true,
      allowDelete: true,
    },
    crm_product: { allowRead: true },
  },
});
