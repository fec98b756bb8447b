import { definePermissionSet } from '@objectstack/spec/security';

export default definePermissionSet({
  name: 'hd_lead',
  label: 'Helpdesk Lead',
  description: 'Runs the helpdesk: queues, service levels, every ticket.',
  objects: {
    hd_ticket: {
      allowCreate: true,
      allowRead: true,
      allowEdit: true,
      allowDelete: true,
      allowTransfer: true,
      viewAllRecords: true,
      modifyAllRecords: true,
    },
    hd_ticket_comment: {
      allowCreate: true,
      allowRead: true,
      allowEdit: true,
      allowDelete: true,
      allowTransfer: true,
      viewAllRecords: true,
      modifyAllRecords: true,
    },
    hd_queue: {
      allowCreate: true,
      allowRead: true,
      allowEdit: true,
      allowDelete: true,
      allowTransfer: true,
      viewAllRecords: true,
      modifyAllRecords: true,
    },
    hd_sla_policy: {
      allowCreate: true,
      allowRead: true,
      allowEdit: true,
      allowDelete: true,
      allowTransfer: true,
      viewAllRecords: true,
      modifyAllRecords: true,
    },
    hd_article: {
      allowCreate: true,
      allowRead: true,
      allowEdit: true,
      allowDelete: true,
      allowTransfer: true,
      viewAllRecords: true,
      modifyAllRecords: true,
    },
  },
});
