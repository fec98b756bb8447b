import { defineFlow } from '@objectstack/spec/automation';

export default defineFlow({
  name: 'hd_solve_ticket_screen',
  label: 'Solve Ticket',
  description: 'Asks how the ticket was solved and moves it to Solved.',
  status: 'active',
  type: 'screen',
  variables: [
    { name: 'recordId', type: 'text', isInput: true },
    { name: 'resolution', type: 'text', isInput: true },
  ],
  nodes: [
    { id: 'start', type: 'start', label: 'Start' },
    {
      id: 'ask',
      type: 'screen',
      label: 'How was it solved?',
      config: {
        title: 'How was it solved?',
        fields: [{ name: 'resolution', label: 'Resolution', type: 'textarea', required: true }],
      },
    },
    {
      id: 'save',
      type: 'update_record',
      label: 'Move to Solved',
      config: {
        objectName: 'hd_ticket',
        filter: { id: '{recordId}' },
        fields: { status: 'solved', resolution: '{resolution}' },
      },
    },
    { id: 'end', type: 'end', label: 'End' },
  ],
  edges: [
    { id: 'e1', source: 'start', target: 'ask' },
    { id: 'e2', source: 'ask', target: 'save' },
    { id: 'e3', source: 'save', target: 'end' },
  ],
});
