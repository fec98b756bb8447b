import account from './account.view';
import activity from './activity.view';
import contact from './contact.view';
import opportunity from './opportunity.view';
import opportunityLine from './opportunity_line.view';
import product from './product.view';

export const views = [account, contact, opportunity, activity, product, opportunityLine];
