import type { TranslationData } from '@objectstack/spec/system';

const texts: TranslationData = {
  objects: {
    hd_sla_policy: {
      label: 'Servicelevel',
      pluralLabel: 'Servicelevel',
      description: 'Wie schnell Kunden eine erste Antwort und eine Lösung erwarten dürfen.',
      fields: {
        name: { label: 'Bezeichnung' },
        first_response_minutes: { label: 'Erste Antwort (Min.)' },
        resolution_hours: { label: 'Lösung (Std.)' },
        working_hours_only: { label: 'Nur Arbeitszeit' },
        is_active: { label: 'Aktiv' },
        external_id: {
          label: 'Externe ID',
          help: 'Stabiler Schlüssel für Importe und Beispieldaten; bei Handeingabe leer lassen.',
        },
      },
      _views: { all: { label: 'Servicelevel' }, hd_sla_policy: { label: 'Servicelevel' } },
      _sections: { policy: { label: 'Regel' } },
    },
    hd_queue: {
      label: 'Warteschlange',
      pluralLabel: 'Warteschlangen',
      description: 'Der Posteingang eines Teams: Jedes Ticket wartet in genau einer.',
      fields: {
        name: { label: 'Name' },
        email: { label: 'Eingangsadresse' },
        default_sla: { label: 'Standard-Servicelevel' },
        is_active: { label: 'Aktiv' },
        description: { label: 'Beschreibung' },
        external_id: {
          label: 'Externe ID',
          help: 'Stabiler Schlüssel für Importe und Beispieldaten; bei Handeingabe leer lassen.',
        },
      },
      _views: { all: { label: 'Warteschlangen' }, hd_queue: { label: 'Warteschlangen' } },
      _sections: { queue: { label: 'Warteschlange' } },
    },
    hd_ticket: {
      label: 'Ticket',
      pluralLabel: 'Tickets',
      description: 'Eine Frage oder ein Problem eines Kunden, vom Eingang bis zur Lösung.',
      fields: {
        ticket_number: { label: 'Ticket-Nr.' },
        subject: { label: 'Betreff' },
        description: { label: 'Beschreibung' },
        status: {
          label: 'Status',
          options: {
            new: 'Neu',
            open: 'In Bearbeitung',
            waiting: 'Wartet auf Kunde',
            solved: 'Gelöst',
            closed: 'Geschlossen',
          },
        },
        priority: {
          label: 'Priorität',
          options: { low: 'Niedrig', normal: 'Normal', high: 'Hoch', urgent: 'Dringend' },
        },
        channel: {
          label: 'Kanal',
          options: { email: 'E-Mail', phone: 'Telefon', web: 'Webformular', chat: 'Chat' },
        },
        queue: { label: 'Warteschlange' },
        sla_policy: { label: 'Servicelevel' },
        account: { label: 'Firma' },
        contact: { label: 'Kontakt' },
        assignee: { label: 'Zuständig' },
        due_on: { label: 'Fällig' },
        first_response_at: { label: 'Erste Antwort' },
        solved_at: { label: 'Gelöst am' },
        resolution: { label: 'Lösung' },
        product: { label: 'Produkt' },
        article: { label: 'Gelöst mit' },
        escalated: { label: 'Eskaliert' },
        rating: { label: 'Kundenbewertung', help: 'Von 1 (schlecht) bis 5 (ausgezeichnet).' },
        rating_comment: { label: 'Kommentar zur Bewertung' },
        external_id: {
          label: 'Externe ID',
          help: 'Stabiler Schlüssel für Importe und Beispieldaten; bei Handeingabe leer lassen.',
        },
      },
      _validations: {
        hd_ticket_status_path: { message: 'Dieser Status kann nicht auf den aktuellen folgen.' },
      },
      _views: {
        open: {
          label: 'Offene Tickets',
          emptyState: {
            title: 'Alles beantwortet',
            message: 'Kein Ticket wartet. Neue erscheinen hier, sobald sie eingehen.',
          },
        },
        urgent: { label: 'Dringend' },
        board: { label: 'Board' },
        all: { label: 'Alle Tickets' },
        escalated: { label: 'Eskaliert' },
        rated: { label: 'Bewertungen' },
        hd_ticket: { label: 'Tickets' },
      },
      _sections: {
        request: { label: 'Anliegen' },
        handling: { label: 'Bearbeitung' },
        outcome: { label: 'Ergebnis' },
      },
      _actions: { hd_solve_ticket: { label: 'Lösen', successMessage: 'Ticket gelöst.' } },
    },
    hd_ticket_comment: {
      label: 'Ticket-Kommentar',
      pluralLabel: 'Ticket-Kommentare',
      description: 'Eine Nachricht an oder von Kunden oder eine interne Notiz.',
      fields: {
        summary: { label: 'Zusammenfassung' },
        ticket: { label: 'Ticket' },
        visibility: { label: 'Sichtbarkeit', options: { customer: 'Kunde', internal: 'Intern' } },
        body: { label: 'Nachricht' },
        contact: { label: 'Verfasst von' },
        sent_at: { label: 'Gesendet' },
        external_id: {
          label: 'Externe ID',
          help: 'Stabiler Schlüssel für Importe und Beispieldaten; bei Handeingabe leer lassen.',
        },
      },
      _views: {
        all: { label: 'Alle Kommentare' },
        hd_ticket_comment: { label: 'Ticket-Kommentare' },
      },
      _sections: { message: { label: 'Nachricht' } },
    },
    hd_article: {
      label: 'Artikel',
      pluralLabel: 'Artikel',
      description: 'Eine Antwort, die es wert ist, aufbewahrt zu werden.',
      fields: {
        title: { label: 'Titel' },
        status: {
          label: 'Status',
          options: { draft: 'Entwurf', published: 'Veröffentlicht', outdated: 'Veraltet' },
        },
        audience: { label: 'Zielgruppe', options: { customers: 'Kunden', agents: 'Support-Team' } },
        product: { label: 'Produkt' },
        body: { label: 'Text' },
        external_id: {
          label: 'Externe ID',
          help: 'Stabiler Schlüssel für Importe und Beispieldaten; bei Handeingabe leer lassen.',
        },
      },
      _views: {
        published: { label: 'Veröffentlicht' },
        drafts: { label: 'Entwürfe' },
        hd_article: { label: 'Artikel' },
      },
      _sections: { article: { label: 'Artikel' } },
    },
  },
  datasets: {
    hd_ticket_metrics: {
      label: 'Ticket-Kennzahlen',
      dimensions: {
        status: { label: 'Status' },
        priority: { label: 'Priorität' },
        queue: { label: 'Warteschlange' },
        channel: { label: 'Kanal' },
      },
      measures: {
        ticket_count: { label: 'Tickets' },
        rating_avg: { label: 'Durchschnittliche Bewertung' },
      },
    },
  },
  dashboards: {
    hd_overview: {
      widgets: {
        open_tickets: { title: 'Offene Tickets' },
        urgent_tickets: { title: 'Dringend' },
        by_priority: { title: 'Nach Priorität' },
        by_channel: { title: 'Nach Kanal' },
        rating: { title: 'Durchschnittliche Bewertung' },
      },
      label: 'Helpdesk-Übersicht',
      description: 'Wie viel wartet, wo, und wie dringend es ist.',
    },
  },
  apps: {
    hd_app: {
      label: 'Helpdesk',
      description: 'Kunden antworten, Zusagen einhalten.',
      navigation: {
        nav_work: { label: 'Arbeit' },
        nav_tickets: { label: 'Tickets' },
        nav_comments: { label: 'Kommentare' },
        nav_articles: { label: 'Wissensdatenbank' },
        nav_setup: { label: 'Einrichtung' },
        nav_overview: { label: 'Übersicht' },
        nav_queues: { label: 'Warteschlangen' },
        nav_slas: { label: 'Servicelevel' },
      },
    },
  },
};

export default { de: texts };
