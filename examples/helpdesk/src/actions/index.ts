import solveTicket from './solve_ticket.action';

export const actions = [solveTicket];
