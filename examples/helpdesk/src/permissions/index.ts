import agent from './agent.permission';
import lead from './lead.permission';

export const permissions = [agent, lead];
