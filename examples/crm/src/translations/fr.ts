import type { TranslationData } from '@objectstack/spec/system';

const texts: TranslationData = {
  objects: {
    crm_account: {
      label: 'Compte',
      pluralLabel: 'Comptes',
      description:
        'Une organisation à qui vous vendez, avec qui vous travaillez ou que vous espérez convaincre.',
      fields: {
        name: { label: 'Nom du compte' },
        relationship: {
          label: 'Relation',
          options: {
            prospect: 'Prospect',
            customer: 'Client',
            partner: 'Partenaire',
            former: 'Ancien client',
          },
        },
        industry: {
          label: 'Secteur',
          options: {
            manufacturing: 'Industrie',
            food_beverage: 'Agroalimentaire',
            logistics: 'Logistique',
            energy: 'Énergie',
            public_sector: 'Secteur public',
            software: 'Logiciel',
            other: 'Autre',
          },
        },
        website: { label: 'Site web' },
        phone: { label: 'Téléphone' },
        city: { label: 'Ville' },
        country: { label: 'Pays', help: 'Code ISO 3166 à deux lettres, par exemple FR.' },
        employees: { label: 'Effectif' },
        annual_revenue: { label: "Chiffre d'affaires annuel" },
        description: { label: 'Description' },
        tier: {
          label: 'Niveau de service',
          options: { standard: 'Standard', plus: 'Plus', strategic: 'Stratégique' },
        },
        parent_account: { label: 'Compte parent' },
        vat_number: { label: 'Numéro de TVA' },
        external_id: {
          label: 'ID externe',
          help:
            "Clé stable pour les imports et les données d'exemple ; laisser vide pour une saisie manuelle.",
        },
      },
      _views: {
        all: {
          label: 'Tous les comptes',
          emptyState: {
            title: 'Aucun compte',
            message: 'Ajoutez la première organisation avec laquelle vous travaillez.',
          },
        },
        customers: { label: 'Clients' },
        prospects: { label: 'Prospects' },
        by_tier: { label: 'Par niveau de service' },
        crm_account: { label: 'Comptes' },
      },
      _sections: {
        profile: { label: 'Profil' },
        figures: { label: 'Lieu et chiffres' },
        more: { label: 'Détails' },
      },
    },
    crm_contact: {
      label: 'Contact',
      pluralLabel: 'Contacts',
      description: 'Une personne, le plus souvent rattachée à un compte.',
      fields: {
        name: { label: 'Nom complet' },
        account: { label: 'Compte' },
        job_title: { label: 'Fonction' },
        influence: {
          label: 'Influence',
          options: {
            decision_maker: 'Décideur',
            champion: 'Allié',
            user: 'Utilisateur',
            billing: 'Facturation',
          },
        },
        email: { label: 'E-mail' },
        phone: { label: 'Téléphone' },
        preferred_language: {
          label: 'Langue préférée',
          options: { en: 'Anglais', de: 'Allemand', zh: 'Chinois', fr: 'Français' },
        },
        do_not_contact: { label: 'Ne pas contacter' },
        department: { label: 'Service' },
        consent_on: { label: 'Consentement marketing le' },
        external_id: {
          label: 'ID externe',
          help:
            "Clé stable pour les imports et les données d'exemple ; laisser vide pour une saisie manuelle.",
        },
      },
      _views: {
        all: { label: 'Tous les contacts' },
        decision_makers: { label: 'Décideurs' },
        crm_contact: { label: 'Contacts' },
      },
      _sections: {
        person: { label: 'Personne' },
        reach: { label: 'Coordonnées' },
        more: { label: 'Détails' },
      },
    },
    crm_opportunity: {
      label: 'Opportunité',
      pluralLabel: 'Opportunités',
      description: 'Une vente possible, du premier intérêt à la commande signée ou au refus.',
      fields: {
        name: { label: "Nom de l'opportunité" },
        account: { label: 'Compte' },
        primary_contact: { label: 'Contact principal' },
        stage: {
          label: 'Étape',
          options: {
            discovery: 'Découverte',
            evaluation: 'Évaluation',
            proposal: 'Proposition',
            negotiation: 'Négociation',
            won: 'Gagnée',
            lost: 'Perdue',
          },
        },
        amount: { label: 'Montant' },
        probability: { label: 'Probabilité' },
        close_date: { label: 'Clôture prévue' },
        source: {
          label: 'Origine',
          options: {
            inbound: 'Demande entrante',
            referral: 'Recommandation',
            event: 'Événement',
            outreach: 'Prospection',
            existing: 'Client existant',
          },
        },
        next_step: { label: 'Prochaine étape' },
        lost_reason: {
          label: 'Motif de perte',
          options: {
            price: 'Prix',
            competitor: 'Concurrent',
            no_budget: 'Pas de budget',
            timing: 'Calendrier',
          },
        },
        forecast: {
          label: 'Prévision',
          options: { pipeline: 'Pipeline', best_case: 'Meilleur cas', commit: 'Engagé' },
        },
        competitor: { label: 'Principal concurrent' },
        weighted_amount: { label: 'Montant pondéré' },
        external_id: {
          label: 'ID externe',
          help:
            "Clé stable pour les imports et les données d'exemple ; laisser vide pour une saisie manuelle.",
        },
      },
      _views: {
        open: { label: 'Opportunités ouvertes' },
        board: { label: 'Tableau du pipeline' },
        won: { label: 'Gagnées' },
        calendar: { label: 'Calendrier des clôtures' },
        crm_opportunity: { label: 'Opportunités' },
      },
      _sections: {
        deal: { label: 'Affaire' },
        progress: { label: 'Avancement' },
        more: { label: 'Détails' },
      },
    },
    crm_activity: {
      label: 'Activité',
      pluralLabel: 'Activités',
      description: 'Un appel, une réunion, un e-mail ou une tâche avec un client.',
      fields: {
        subject: { label: 'Objet' },
        kind: {
          label: 'Type',
          options: { call: 'Appel', meeting: 'Réunion', email: 'E-mail', task: 'Tâche' },
        },
        status: {
          label: 'Statut',
          options: { planned: 'Prévue', done: 'Terminée', cancelled: 'Annulée' },
        },
        due_at: { label: 'Échéance' },
        duration_minutes: { label: 'Durée (min)' },
        account: { label: 'Compte' },
        contact: { label: 'Contact' },
        opportunity: { label: 'Opportunité' },
        notes: { label: 'Notes' },
        external_id: {
          label: 'ID externe',
          help:
            "Clé stable pour les imports et les données d'exemple ; laisser vide pour une saisie manuelle.",
        },
      },
      _views: {
        planned: { label: 'Prévues' },
        all: { label: 'Toutes les activités' },
        calendar: { label: 'Calendrier' },
        crm_activity: { label: 'Activités' },
      },
      _sections: {
        what: { label: 'Quoi et quand' },
        about: { label: 'Concerne' },
        more: { label: 'Détails' },
      },
    },
    crm_product: {
      label: 'Produit',
      pluralLabel: 'Produits',
      description: 'Un article de la liste de prix.',
      fields: {
        name: { label: 'Nom du produit' },
        sku: { label: 'Référence' },
        family: {
          label: 'Famille',
          options: { hardware: 'Matériel', subscription: 'Abonnement', service: 'Service' },
        },
        unit_price: { label: 'Prix catalogue' },
        unit: { label: 'Unité' },
        is_active: { label: 'Actif' },
        description: { label: 'Description' },
        external_id: {
          label: 'ID externe',
          help:
            "Clé stable pour les imports et les données d'exemple ; laisser vide pour une saisie manuelle.",
        },
      },
      _views: {
        active: { label: 'Liste de prix' },
        all: { label: 'Tous les produits' },
        crm_product: { label: 'Produits' },
      },
      _sections: { product: { label: 'Produit' }, more: { label: 'Détails' } },
    },
    crm_opportunity_line: {
      label: "Ligne d'opportunité",
      pluralLabel: "Lignes d'opportunité",
      description: 'Ce qui est proposé, en quelle quantité et à quel prix.',
      fields: {
        title: { label: 'Intitulé' },
        opportunity: { label: 'Opportunité' },
        product: { label: 'Produit' },
        quantity: { label: 'Quantité' },
        unit_price: { label: 'Prix unitaire' },
        discount_percent: { label: 'Remise' },
        external_id: {
          label: 'ID externe',
          help:
            "Clé stable pour les imports et les données d'exemple ; laisser vide pour une saisie manuelle.",
        },
      },
      _views: {
        all: { label: 'Toutes les lignes' },
        crm_opportunity_line: { label: "Lignes d'opportunité" },
      },
      _sections: { line: { label: 'Ligne' }, more: { label: 'Détails' } },
    },
  },
  datasets: {
    crm_opportunity_metrics: {
      label: 'Indicateurs des opportunités',
      dimensions: {
        stage: { label: 'Étape' },
        source: { label: 'Origine' },
        close_date: { label: 'Clôture prévue' },
        forecast: { label: 'Prévision' },
      },
      measures: {
        opportunity_count: { label: 'Opportunités' },
        amount_sum: { label: 'Montant' },
        amount_avg: { label: 'Montant moyen' },
      },
    },
  },
  dashboards: {
    crm_pipeline: {
      widgets: {
        open_amount: { title: 'Pipeline ouvert' },
        open_count: { title: 'Opportunités ouvertes' },
        won_amount: { title: 'Gagné' },
        amount_by_stage: { title: 'Montant par étape' },
        count_by_source: { title: 'Origine des affaires' },
      },
      label: 'Pipeline',
      description: "Ce qui est ouvert, ce qui est gagné et d'où cela vient.",
    },
  },
  apps: {
    crm_app: {
      label: 'CRM',
      description: 'Clients, affaires et la prochaine étape de chacune.',
      navigation: {
        nav_sales: { label: 'Ventes' },
        nav_accounts: { label: 'Comptes' },
        nav_contacts: { label: 'Contacts' },
        nav_opportunities: { label: 'Opportunités' },
        nav_activities: { label: 'Activités' },
        nav_catalogue: { label: 'Catalogue' },
        nav_products: { label: 'Produits' },
        nav_insight: { label: 'Analyse' },
        nav_pipeline: { label: 'Pipeline' },
        nav_forecast: { label: 'Prévision' },
      },
    },
  },
};

export default { fr: texts };
