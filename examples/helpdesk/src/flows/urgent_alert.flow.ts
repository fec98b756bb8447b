import { defineFlow } from '@objectstack/spec/automation';

export default defineFlow({
  name: 'hd_urgent_alert',
  label: 'Urgent Ticket Alert',
  description: 'Tells the assignee as soon as a ticket is, or becomes, urgent.',
  status: 'active',
  type: 'record_change',
  nodes: [
    {
      id: 'start',
      type: 'start',
      label: 'Ticket Saved',
      config: {
        objectName: 'hd_ticket',
        triggerType: 'record-after-write',
        condition: "priority == 'urgent' && !(previous != null && previous.priority == 'urgent')",
      },
    },
    {
      id: 'tell_assignee',
      type: 'notify',
      label: 'Tell the Assignee',
      config: {
        topic: 'hd.ticket.urgent',
        recipients: ['{record.assignee}'],
        channels: ['inbox'],
        severity: 'critical',
        title: 'Urgent: {record.subject}',
        message: '{record.ticket_number} needs an answer now.',
        sourceObject: 'hd_ticket',
        sourceId: '{record.id}',
      },
    },
    { id: 'end', type: 'end', label: 'End' },
  ],
  edges: [
    { id: 'e1', source: 'start', target: 'tell_assignee' },
    { id: 'e2', source: 'tell_assignee', target: 'end' },
  ],
  runAs: 'system',
});
