import { definePermissionSet } from '@objectstack/spec/security';

export default definePermissionSet({
  name: 'hd_agent',
  label: 'Helpdesk Agent',
  description:
    'Answers tickets; reads queues and service levels. Give agents the CRM Viewer set as well, so that they see customers.',
  objects: {
    hd_ticket: { allowCreate: true, allowRead: true, allowEdit: true },
    hd_ticket_comment: { allowCreate: true, allowRead: true, allowEdit: true },
    hd_queue: { allowRead: true },
    hd_sla_policy: { allowRead: true },
    hd_article: { allowCreate: true, allowRead: true, allowEdit: true },
  },
});
