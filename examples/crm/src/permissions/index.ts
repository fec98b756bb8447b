import salesManager from './sales_manager.permission';
import salesUser from './sales_user.permission';
import viewer from './viewer.permission';

export const permissions = [salesUser, salesManager, viewer];
