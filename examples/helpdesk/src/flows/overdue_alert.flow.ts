import { defineFlow } from '@objectstack/spec/automation';

export default defineFlow({
  name: 'hd_overdue_alert',
  label: 'Overdue Ticket Alert',
  description:
    'Every day, tells the assignee of each unsolved ticket that fell due yesterday or falls due tomorrow.',
  status: 'active',
  type: 'schedule',
  nodes: [
    {
      id: 'start',
      type: 'start',
      label: 'Daily',
      config: {
        timeRelative: {
          object: 'hd_ticket',
          dateField: 'due_on',
          offsetDays: [-1, 1],
          filter: {
            status: { $nin: ['solved', 'closed'] },
          },
        },
      },
    },
    {
      id: 'tell_assignee',
      type: 'notify',
      label: 'Tell the Assignee',
      config: {
        topic: 'hd.ticket.due',
        recipients: ['{record.assignee}'],
        channels: ['inbox'],
        severity: 'warning',
        title: '{record.ticket_number} is due on {record.due_on}',
        message: '{record.subject}',
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
