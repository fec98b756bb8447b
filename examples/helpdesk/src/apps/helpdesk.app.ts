import { defineApp } from '@objectstack/spec/ui';

export default defineApp({
  name: 'hd_app',
  label: 'Helpdesk',
  description: 'Answer customers, keep promises.',
  icon: 'life-buoy',
  branding: { primaryColor: '#B45309' },
  navigation: [
    {
      id: 'nav_work',
      label: 'Work',
      icon: 'inbox',
      type: 'group',
      expanded: true,
      children: [
        {
          id: 'nav_tickets',
          label: 'Tickets',
          icon: 'life-buoy',
          type: 'object',
          objectName: 'hd_ticket',
        },
        {
          id: 'nav_comments',
          label: 'Comments',
          icon: 'message-square',
          type: 'object',
          objectName: 'hd_ticket_comment',
        },
        {
          id: 'nav_articles',
          label: 'Knowledge Base',
          icon: 'book-open',
          type: 'object',
          objectName: 'hd_article',
        },
      ],
    },
    {
      id: 'nav_setup',
      label: 'Setup',
      icon: 'settings',
      type: 'group',
      expanded: true,
      children: [
        {
          id: 'nav_overview',
          label: 'Overview',
          icon: 'layout-dashboard',
          type: 'dashboard',
          dashboardName: 'hd_overview',
        },
        { id: 'nav_queues', label: 'Queues', icon: 'inbox', type: 'object', objectName: 'hd_queue' },
        {
          id: 'nav_slas',
          label: 'SLA Policies',
          icon: 'timer',
          type: 'object',
          objectName: 'hd_sla_policy',
        },
      ],
    },
  ],
});
