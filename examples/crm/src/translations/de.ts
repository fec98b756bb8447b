import type { TranslationData } from '@objectstack/spec/system';

const texts: TranslationData = {
  objects: {
    crm_account: {
      label: 'Firma',
      pluralLabel: 'Firmen',
      description:
        'Eine Organisation, an die Sie verkaufen, mit der Sie zusammenarbeiten oder die Sie gewinnen möchten.',
      fields: {
        name: { label: 'Firmenname' },
        relationship: {
          label: 'Beziehung',
          options: {
            prospect: 'Interessent',
            customer: 'Kunde',
            partner: 'Partner',
            former: 'Ehemaliger Kunde',
          },
        },
        industry: {
          label: 'Branche',
          options: {
            manufacturing: 'Fertigung',
            food_beverage: 'Lebensmittel & Getränke',
            logistics: 'Logistik',
            energy: 'Energie',
            public_sector: 'Öffentlicher Sektor',
            software: 'Software',
            other: 'Sonstige',
          },
        },
        website: { label: 'Webseite' },
        phone: { label: 'Telefon' },
        city: { label: 'Ort' },
        country: { label: 'Land', help: 'Zweistelliger ISO-3166-Code, zum Beispiel DE.' },
        employees: { label: 'Beschäftigte' },
        annual_revenue: { label: 'Jahresumsatz' },
        description: { label: 'Beschreibung' },
        tier: {
          label: 'Servicestufe',
          options: { standard: 'Standard', plus: 'Plus', strategic: 'Strategisch' },
        },
        parent_account: { label: 'Muttergesellschaft' },
        vat_number: { label: 'USt-IdNr.' },
        external_id: {
          label: 'Externe ID',
          help: 'Stabiler Schlüssel für Importe und Beispieldaten; bei Handeingabe leer lassen.',
        },
      },
      _views: {
        all: {
          label: 'Alle Firmen',
          emptyState: {
            title: 'Noch keine Firmen',
            message: 'Legen Sie die erste Organisation an, mit der Sie arbeiten.',
          },
        },
        customers: { label: 'Kunden' },
        prospects: { label: 'Interessenten' },
        by_tier: { label: 'Nach Servicestufe' },
        crm_account: { label: 'Firmen' },
      },
      _sections: {
        profile: { label: 'Profil' },
        figures: { label: 'Standort und Kennzahlen' },
        more: { label: 'Details' },
      },
    },
    crm_contact: {
      label: 'Kontakt',
      pluralLabel: 'Kontakte',
      description: 'Eine Person, meist bei einer Firma.',
      fields: {
        name: { label: 'Name' },
        account: { label: 'Firma' },
        job_title: { label: 'Position' },
        influence: {
          label: 'Einfluss',
          options: {
            decision_maker: 'Entscheider',
            champion: 'Fürsprecher',
            user: 'Anwender',
            billing: 'Rechnungswesen',
          },
        },
        email: { label: 'E-Mail' },
        phone: { label: 'Telefon' },
        preferred_language: {
          label: 'Bevorzugte Sprache',
          options: { en: 'Englisch', de: 'Deutsch', zh: 'Chinesisch', fr: 'Französisch' },
        },
        do_not_contact: { label: 'Nicht kontaktieren' },
        department: { label: 'Abteilung' },
        consent_on: { label: 'Werbeeinwilligung am' },
        external_id: {
          label: 'Externe ID',
          help: 'Stabiler Schlüssel für Importe und Beispieldaten; bei Handeingabe leer lassen.',
        },
      },
      _views: {
        all: { label: 'Alle Kontakte' },
        decision_makers: { label: 'Entscheider' },
        crm_contact: { label: 'Kontakte' },
      },
      _sections: {
        person: { label: 'Person' },
        reach: { label: 'Erreichbarkeit' },
        more: { label: 'Details' },
      },
    },
    crm_opportunity: {
      label: 'Verkaufschance',
      pluralLabel: 'Verkaufschancen',
      description: 'Ein möglicher Verkauf, vom ersten Interesse bis zum Auftrag oder zur Absage.',
      fields: {
        name: { label: 'Bezeichnung' },
        account: { label: 'Firma' },
        primary_contact: { label: 'Hauptkontakt' },
        stage: {
          label: 'Phase',
          options: {
            discovery: 'Bedarfsklärung',
            evaluation: 'Evaluierung',
            proposal: 'Angebot',
            negotiation: 'Verhandlung',
            won: 'Gewonnen',
            lost: 'Verloren',
          },
        },
        amount: { label: 'Betrag' },
        probability: { label: 'Wahrscheinlichkeit' },
        close_date: { label: 'Voraussichtlicher Abschluss' },
        source: {
          label: 'Herkunft',
          options: {
            inbound: 'Anfrage',
            referral: 'Empfehlung',
            event: 'Veranstaltung',
            outreach: 'Ansprache',
            existing: 'Bestandskunde',
          },
        },
        next_step: { label: 'Nächster Schritt' },
        lost_reason: {
          label: 'Verlustgrund',
          options: {
            price: 'Preis',
            competitor: 'Wettbewerber',
            no_budget: 'Kein Budget',
            timing: 'Zeitpunkt',
          },
        },
        forecast: {
          label: 'Prognose',
          options: { pipeline: 'Pipeline', best_case: 'Bestfall', commit: 'Zugesagt' },
        },
        competitor: { label: 'Hauptwettbewerber' },
        weighted_amount: { label: 'Gewichteter Betrag' },
        external_id: {
          label: 'Externe ID',
          help: 'Stabiler Schlüssel für Importe und Beispieldaten; bei Handeingabe leer lassen.',
        },
      },
      _views: {
        open: { label: 'Offene Verkaufschancen' },
        board: { label: 'Pipeline-Board' },
        won: { label: 'Gewonnen' },
        calendar: { label: 'Abschlusskalender' },
        crm_opportunity: { label: 'Verkaufschancen' },
      },
      _sections: {
        deal: { label: 'Geschäft' },
        progress: { label: 'Fortschritt' },
        more: { label: 'Details' },
      },
    },
    crm_activity: {
      label: 'Aktivität',
      pluralLabel: 'Aktivitäten',
      description: 'Ein Anruf, Termin, eine E-Mail oder Aufgabe mit einem Kunden.',
      fields: {
        subject: { label: 'Betreff' },
        kind: {
          label: 'Art',
          options: { call: 'Anruf', meeting: 'Termin', email: 'E-Mail', task: 'Aufgabe' },
        },
        status: {
          label: 'Status',
          options: { planned: 'Geplant', done: 'Erledigt', cancelled: 'Abgesagt' },
        },
        due_at: { label: 'Fällig' },
        duration_minutes: { label: 'Dauer (Min.)' },
        account: { label: 'Firma' },
        contact: { label: 'Kontakt' },
        opportunity: { label: 'Verkaufschance' },
        notes: { label: 'Notizen' },
        external_id: {
          label: 'Externe ID',
          help: 'Stabiler Schlüssel für Importe und Beispieldaten; bei Handeingabe leer lassen.',
        },
      },
      _views: {
        planned: { label: 'Geplant' },
        all: { label: 'Alle Aktivitäten' },
        calendar: { label: 'Kalender' },
        crm_activity: { label: 'Aktivitäten' },
      },
      _sections: {
        what: { label: 'Was und wann' },
        about: { label: 'Bezug' },
        more: { label: 'Details' },
      },
    },
    crm_product: {
      label: 'Produkt',
      pluralLabel: 'Produkte',
      description: 'Ein Posten der Preisliste.',
      fields: {
        name: { label: 'Produktname' },
        sku: { label: 'Artikelnummer' },
        family: {
          label: 'Produktgruppe',
          options: { hardware: 'Hardware', subscription: 'Abonnement', service: 'Dienstleistung' },
        },
        unit_price: { label: 'Listenpreis' },
        unit: { label: 'Einheit' },
        is_active: { label: 'Aktiv' },
        description: { label: 'Beschreibung' },
        external_id: {
          label: 'Externe ID',
          help: 'Stabiler Schlüssel für Importe und Beispieldaten; bei Handeingabe leer lassen.',
        },
      },
      _views: {
        active: { label: 'Preisliste' },
        all: { label: 'Alle Produkte' },
        crm_product: { label: 'Produkte' },
      },
      _sections: { product: { label: 'Produkt' }, more: { label: 'Details' } },
    },
    crm_opportunity_line: {
      label: 'Angebotsposition',
      pluralLabel: 'Angebotspositionen',
      description: 'Was angeboten wird, wie viel davon und zu welchem Preis.',
      fields: {
        title: { label: 'Bezeichnung' },
        opportunity: { label: 'Verkaufschance' },
        product: { label: 'Produkt' },
        quantity: { label: 'Menge' },
        unit_price: { label: 'Einzelpreis' },
        discount_percent: { label: 'Rabatt' },
        external_id: {
          label: 'Externe ID',
          help: 'Stabiler Schlüssel für Importe und Beispieldaten; bei Handeingabe leer lassen.',
        },
      },
      _views: {
        all: { label: 'Alle Positionen' },
        crm_opportunity_line: { label: 'Angebotspositionen' },
      },
      _sections: { line: { label: 'Position' }, more: { label: 'Details' } },
    },
  },
  datasets: {
    crm_opportunity_metrics: {
      label: 'Kennzahlen Verkaufschancen',
      dimensions: {
        stage: { label: 'Phase' },
        source: { label: 'Herkunft' },
        close_date: { label: 'Abschluss' },
        forecast: { label: 'Prognose' },
      },
      measures: {
        opportunity_count: { label: 'Verkaufschancen' },
        amount_sum: { label: 'Betrag' },
        amount_avg: { label: 'Durchschnittsbetrag' },
      },
    },
  },
  dashboards: {
    crm_pipeline: {
      widgets: {
        open_amount: { title: 'Offene Pipeline' },
        open_count: { title: 'Offene Verkaufschancen' },
        won_amount: { title: 'Gewonnen' },
        amount_by_stage: { title: 'Betrag je Phase' },
        count_by_source: { title: 'Woher Geschäfte kommen' },
      },
      label: 'Pipeline',
      description: 'Was offen ist, was gewonnen wurde und woher es kommt.',
    },
  },
  apps: {
    crm_app: {
      label: 'CRM',
      description: 'Kunden, Geschäfte und der jeweils nächste Schritt.',
      navigation: {
        nav_sales: { label: 'Vertrieb' },
        nav_accounts: { label: 'Firmen' },
        nav_contacts: { label: 'Kontakte' },
        nav_opportunities: { label: 'Verkaufschancen' },
        nav_activities: { label: 'Aktivitäten' },
        nav_catalogue: { label: 'Katalog' },
        nav_products: { label: 'Produkte' },
        nav_insight: { label: 'Auswertung' },
        nav_pipeline: { label: 'Pipeline' },
        nav_forecast: { label: 'Prognose' },
      },
    },
  },
};

export default { de: texts };
