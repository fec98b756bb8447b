import type { TranslationData } from '@objectstack/spec/system';

const texts: TranslationData = {
  objects: {
    crm_account: {
      label: 'Account',
      pluralLabel: 'Accounts',
      description: 'An organization you sell to, buy with, or hope to win.',
      fields: {
        name: { label: 'Account Name' },
        relationship: {
          label: 'Relationship',
          options: {
            prospect: 'Prospect',
            customer: 'Customer',
            partner: 'Partner',
            former: 'Former Customer',
          },
        },
        industry: {
          label: 'Industry',
          options: {
            manufacturing: 'Manufacturing',
            food_beverage: 'Food & Beverage',
            logistics: 'Logistics',
            energy: 'Energy',
            public_sector: 'Public Sector',
            software: 'Software',
            other: 'Other',
          },
        },
        website: { label: 'Website' },
        phone: { label: 'Phone' },
        city: { label: 'City' },
        country: { label: 'Country', help: 'Two-letter ISO 3166 code, for example DE.' },
        employees: { label: 'Employees' },
        annual_revenue: { label: 'Annual Revenue' },
        description: { label: 'Description' },
        tier: {
          label: 'Service Tier',
          options: { standard: 'Standard', plus: 'Plus', strategic: 'Strategic' },
        },
        parent_account: { label: 'Parent Account' },
        vat_number: { label: 'VAT Number' },
        external_id: {
          label: 'External ID',
          help:
            'Stable key used by imports and sample data; leave empty for records created by hand.',
        },
      },
      _views: {
        all: {
          label: 'All Accounts',
          emptyState: {
            title: 'No accounts yet',
            message: 'Add the first organization you work with.',
          },
        },
        customers: { label: 'Customers' },
        prospects: { label: 'Prospects' },
        by_tier: { label: 'By Service Tier' },
        crm_account: { label: 'Accounts' },
      },
      _sections: {
        profile: { label: 'Profile' },
        figures: { label: 'Location and Figures' },
        more: { label: 'Details' },
      },
    },
    crm_contact: {
      label: 'Contact',
      pluralLabel: 'Contacts',
      description: 'A person, usually at an account.',
      fields: {
        name: { label: 'Full Name' },
        account: { label: 'Account' },
        job_title: { label: 'Job Title' },
        influence: {
          label: 'Influence',
          options: {
            decision_maker: 'Decision Maker',
            champion: 'Champion',
            user: 'User',
            billing: 'Billing',
          },
        },
        email: { label: 'Email' },
        phone: { label: 'Phone' },
        preferred_language: {
          label: 'Preferred Language',
          options: { en: 'English', de: 'German', zh: 'Chinese', fr: 'French' },
        },
        do_not_contact: { label: 'Do Not Contact' },
        department: { label: 'Department' },
        consent_on: { label: 'Marketing Consent On' },
        external_id: {
          label: 'External ID',
          help:
            'Stable key used by imports and sample data; leave empty for records created by hand.',
        },
      },
      _views: {
        all: { label: 'All Contacts' },
        decision_makers: { label: 'Decision Makers' },
        crm_contact: { label: 'Contacts' },
      },
      _sections: {
        person: { label: 'Person' },
        reach: { label: 'How to Reach' },
        more: { label: 'Details' },
      },
    },
    crm_opportunity: {
      label: 'Opportunity',
      pluralLabel: 'Opportunities',
      description: 'A possible sale, from first interest to a signed order or a polite no.',
      fields: {
        name: { label: 'Title' },
        account: { label: 'Account' },
        primary_contact: { label: 'Primary Contact' },
        stage: {
          label: 'Stage',
          options: {
            discovery: 'Discovery',
            evaluation: 'Evaluation',
            proposal: 'Proposal',
            negotiation: 'Negotiation',
            won: 'Won',
            lost: 'Lost',
          },
        },
        amount: { label: 'Amount' },
        probability: { label: 'Probability' },
        close_date: { label: 'Expected Close' },
        source: {
          label: 'Source',
          options: {
            inbound: 'Inbound Request',
            referral: 'Referral',
            event: 'Event',
            outreach: 'Outreach',
            existing: 'Existing Customer',
          },
        },
        next_step: { label: 'Next Step' },
        lost_reason: {
          label: 'Lost Because',
          options: {
            price: 'Price',
            competitor: 'Competitor',
            no_budget: 'No Budget',
            timing: 'Timing',
          },
        },
        forecast: {
          label: 'Forecast',
          options: { pipeline: 'Pipeline', best_case: 'Best Case', commit: 'Commit' },
        },
        competitor: { label: 'Main Competitor' },
        weighted_amount: { label: 'Weighted Amount' },
        external_id: {
          label: 'External ID',
          help:
            'Stable key used by imports and sample data; leave empty for records created by hand.',
        },
      },
      _views: {
        open: { label: 'Open Opportunities' },
        board: { label: 'Pipeline Board' },
        won: { label: 'Won' },
        calendar: { label: 'Closing Calendar' },
        crm_opportunity: { label: 'Opportunities' },
      },
      _sections: {
        deal: { label: 'Deal' },
        progress: { label: 'Progress' },
        more: { label: 'Details' },
      },
    },
    crm_activity: {
      label: 'Activity',
      pluralLabel: 'Activities',
      description: 'A call, meeting, email or task with a customer.',
      fields: {
        subject: { label: 'Subject' },
        kind: {
          label: 'Kind',
          options: { call: 'Call', meeting: 'Meeting', email: 'Email', task: 'Task' },
        },
        status: {
          label: 'Status',
          options: { planned: 'Planned', done: 'Done', cancelled: 'Cancelled' },
        },
        due_at: { label: 'Due' },
        duration_minutes: { label: 'Duration (min)' },
        account: { label: 'Account' },
        contact: { label: 'Contact' },
        opportunity: { label: 'Opportunity' },
        notes: { label: 'Notes' },
        external_id: {
          label: 'External ID',
          help:
            'Stable key used by imports and sample data; leave empty for records created by hand.',
        },
      },
      _views: {
        planned: { label: 'Planned' },
        all: { label: 'All Activities' },
        calendar: { label: 'Calendar' },
        crm_activity: { label: 'Activities' },
      },
      _sections: {
        what: { label: 'What and When' },
        about: { label: 'About' },
        more: { label: 'Details' },
      },
    },
    crm_product: {
      label: 'Product',
      pluralLabel: 'Products',
      description: 'Something on the price list.',
      fields: {
        name: { label: 'Product Name' },
        sku: { label: 'SKU' },
        family: {
          label: 'Family',
          options: { hardware: 'Hardware', subscription: 'Subscription', service: 'Service' },
        },
        unit_price: { label: 'List Price' },
        unit: { label: 'Unit' },
        is_active: { label: 'Active' },
        description: { label: 'Description' },
        external_id: {
          label: 'External ID',
          help:
            'Stable key used by imports and sample data; leave empty for records created by hand.',
        },
      },
      _views: {
        active: { label: 'Price List' },
        all: { label: 'All Products' },
        crm_product: { label: 'Products' },
      },
      _sections: { product: { label: 'Product' }, more: { label: 'Details' } },
    },
    crm_opportunity_line: {
      label: 'Opportunity Line',
      pluralLabel: 'Opportunity Lines',
      description: 'What is being offered, how many, and at what price.',
      fields: {
        title: { label: 'Title' },
        opportunity: { label: 'Opportunity' },
        product: { label: 'Product' },
        quantity: { label: 'Quantity' },
        unit_price: { label: 'Unit Price' },
        discount_percent: { label: 'Discount' },
        external_id: {
          label: 'External ID',
          help:
            'Stable key used by imports and sample data; leave empty for records created by hand.',
        },
      },
      _views: { all: { label: 'All Lines' }, crm_opportunity_line: { label: 'Opportunity Lines' } },
      _sections: { line: { label: 'Line' }, more: { label: 'Details' } },
    },
  },
  datasets: {
    crm_opportunity_metrics: {
      label: 'Deal Figures',
      dimensions: {
        stage: { label: 'Stage' },
        source: { label: 'Source' },
        close_date: { label: 'Expected Close' },
        forecast: { label: 'Forecast' },
      },
      measures: {
        opportunity_count: { label: 'Opportunities' },
        amount_sum: { label: 'Amount' },
        amount_avg: { label: 'Average Amount' },
      },
    },
  },
  dashboards: {
    crm_pipeline: {
      widgets: {
        open_amount: { title: 'Open Pipeline' },
        open_count: { title: 'Open Opportunities' },
        won_amount: { title: 'Won' },
        amount_by_stage: { title: 'Amount by Stage' },
        count_by_source: { title: 'Where Deals Come From' },
      },
      label: 'Pipeline',
      description: 'What is open, what is won, and where it comes from.',
    },
  },
  apps: {
    crm_app: {
      label: 'CRM',
      description: 'Customers, deals and the next step for each.',
      navigation: {
        nav_sales: { label: 'Sales' },
        nav_accounts: { label: 'Accounts' },
        nav_contacts: { label: 'Contacts' },
        nav_opportunities: { label: 'Opportunities' },
        nav_activities: { label: 'Activities' },
        nav_catalogue: { label: 'Catalogue' },
        nav_products: { label: 'Products' },
        nav_insight: { label: 'Insight' },
        nav_pipeline: { label: 'Pipeline' },
        nav_forecast: { label: 'Forecast' },
      },
    },
  },
};

export default { en: texts };
