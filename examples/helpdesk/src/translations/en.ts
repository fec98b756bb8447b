import type { TranslationData } from '@objectstack/spec/system';

const texts: TranslationData = {
  objects: {
    hd_sla_policy: {
      label: 'SLA Policy',
      pluralLabel: 'SLA Policies',
      description: 'How fast a customer may expect a first answer and a solution.',
      fields: {
        name: { label: 'Policy Name' },
        first_response_minutes: { label: 'First Response (min)' },
        resolution_hours: { label: 'Resolution (h)' },
        working_hours_only: { label: 'Working Hours Only' },
        is_active: { label: 'Active' },
        external_id: {
          label: 'External ID',
          help:
            'Stable key used by imports and sample data; leave empty for records created by hand.',
        },
      },
      _views: { all: { label: 'SLA Policies' }, hd_sla_policy: { label: 'SLA Policies' } },
      _sections: { policy: { label: 'Policy' } },
    },
    hd_queue: {
      label: 'Queue',
      pluralLabel: 'Queues',
      description: "A team's inbox: every ticket waits in exactly one.",
      fields: {
        name: { label: 'Queue Name' },
        email: { label: 'Inbound Address' },
        default_sla: { label: 'Default SLA' },
        is_active: { label: 'Active' },
        description: { label: 'Description' },
        external_id: {
          label: 'External ID',
          help:
            'Stable key used by imports and sample data; leave empty for records created by hand.',
        },
      },
      _views: { all: { label: 'Queues' }, hd_queue: { label: 'Queues' } },
      _sections: { queue: { label: 'Queue' } },
    },
    hd_ticket: {
      label: 'Ticket',
      pluralLabel: 'Tickets',
      description: "A customer's question or problem, from arrival to solution.",
      fields: {
        ticket_number: { label: 'Ticket No.' },
        subject: { label: 'Subject' },
        description: { label: 'Description' },
        status: {
          label: 'Status',
          options: {
            new: 'New',
            open: 'Open',
            waiting: 'Waiting for Customer',
            solved: 'Solved',
            closed: 'Closed',
          },
        },
        priority: {
          label: 'Priority',
          options: { low: 'Low', normal: 'Normal', high: 'High', urgent: 'Urgent' },
        },
        channel: {
          label: 'Channel',
          options: { email: 'Email', phone: 'Phone', web: 'Web Form', chat: 'Chat' },
        },
        queue: { label: 'Queue' },
        sla_policy: { label: 'SLA Policy' },
        account: { label: 'Account' },
        contact: { label: 'Contact' },
        assignee: { label: 'Assignee' },
        due_on: { label: 'Due' },
        first_response_at: { label: 'First Response' },
        solved_at: { label: 'Solved' },
        resolution: { label: 'Resolution' },
        product: { label: 'Product' },
        article: { label: 'Solved With' },
        escalated: { label: 'Escalated' },
        rating: { label: 'Customer Rating', help: 'From 1 (poor) to 5 (excellent).' },
        rating_comment: { label: 'Rating Comment' },
        external_id: {
          label: 'External ID',
          help:
            'Stable key used by imports and sample data; leave empty for records created by hand.',
        },
      },
      _validations: {
        hd_ticket_status_path: { message: 'This status cannot follow the current one.' },
      },
      _views: {
        open: {
          label: 'Open Tickets',
          emptyState: {
            title: 'All answered',
            message: 'No ticket is waiting. New ones appear here as they arrive.',
          },
        },
        urgent: { label: 'Urgent' },
        board: { label: 'Board' },
        all: { label: 'All Tickets' },
        escalated: { label: 'Escalated' },
        rated: { label: 'Ratings' },
        hd_ticket: { label: 'Tickets' },
      },
      _sections: {
        request: { label: 'Request' },
        handling: { label: 'Handling' },
        outcome: { label: 'Outcome' },
      },
      _actions: { hd_solve_ticket: { label: 'Solve', successMessage: 'Ticket solved.' } },
    },
    hd_ticket_comment: {
      label: 'Ticket Comment',
      pluralLabel: 'Ticket Comments',
      description: 'A message exchanged with the customer, or a note among colleagues.',
      fields: {
        summary: { label: 'Summary' },
        ticket: { label: 'Ticket' },
        visibility: {
          label: 'Visibility',
          options: { customer: 'Customer', internal: 'Internal' },
        },
        body: { label: 'Message' },
        contact: { label: 'Written By' },
        sent_at: { label: 'Sent' },
        external_id: {
          label: 'External ID',
          help:
            'Stable key used by imports and sample data; leave empty for records created by hand.',
        },
      },
      _views: { all: { label: 'All Comments' }, hd_ticket_comment: { label: 'Ticket Comments' } },
      _sections: { message: { label: 'Message' } },
    },
    hd_article: {
      label: 'Article',
      pluralLabel: 'Articles',
      description: 'An answer worth keeping.',
      fields: {
        title: { label: 'Title' },
        status: {
          label: 'Status',
          options: { draft: 'Draft', published: 'Published', outdated: 'Outdated' },
        },
        audience: { label: 'Audience', options: { customers: 'Customers', agents: 'Agents' } },
        product: { label: 'Product' },
        body: { label: 'Text' },
        external_id: {
          label: 'External ID',
          help:
            'Stable key used by imports and sample data; leave empty for records created by hand.',
        },
      },
      _views: {
        published: { label: 'Published' },
        drafts: { label: 'Drafts' },
        hd_article: { label: 'Articles' },
      },
      _sections: { article: { label: 'Article' } },
    },
  },
  datasets: {
    hd_ticket_metrics: {
      label: 'Ticket Metrics',
      dimensions: {
        status: { label: 'Status' },
        priority: { label: 'Priority' },
        queue: { label: 'Queue' },
        channel: { label: 'Channel' },
      },
      measures: { ticket_count: { label: 'Tickets' }, rating_avg: { label: 'Average Rating' } },
    },
  },
  dashboards: {
    hd_overview: {
      widgets: {
        open_tickets: { title: 'Open Tickets' },
        urgent_tickets: { title: 'Urgent' },
        by_priority: { title: 'By Priority' },
        by_channel: { title: 'By Channel' },
        rating: { title: 'Average Rating' },
      },
      label: 'Helpdesk Overview',
      description: 'How much is waiting, where, and how urgent it is.',
    },
  },
  apps: {
    hd_app: {
      label: 'Helpdesk',
      description: 'Answer customers, keep promises.',
      navigation: {
        nav_work: { label: 'Work' },
        nav_tickets: { label: 'Tickets' },
        nav_comments: { label: 'Comments' },
        nav_articles: { label: 'Knowledge Base' },
        nav_setup: { label: 'Setup' },
        nav_overview: { label: 'Overview' },
        nav_queues: { label: 'Queues' },
        nav_slas: { label: 'SLA Policies' },
      },
    },
  },
};

export default { en: texts };
