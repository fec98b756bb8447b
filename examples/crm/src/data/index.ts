import accounts from './accounts.seed';
import activities from './activities.seed';
import contacts from './contacts.seed';
import opportunities from './opportunities.seed';
import opportunityLines from './opportunity_lines.seed';
import products from './products.seed';

export const data = [accounts, contacts, opportunities, activities, products, opportunityLines];
