import account from './crm_account.object';
import activity from './crm_activity.object';
import contact from './crm_contact.object';
import opportunity from './crm_opportunity.object';
import opportunityLine from './crm_opportunity_line.object';
import product from './crm_product.object';

export const objects = [account, contact, opportunity, activity, product, opportunityLine];
