// What was generated, used as an app would: this file must pass TypeScript's strictest reading.
import type { ResultOf } from '@graphql-typed-document-node/core';
import { DayDocument, SubmitDocument, TicketDocument, WatchDocument } from './out/client/graphql';
import type { SubmitMutationVariables } from './out/client/graphql';

export const input: SubmitMutationVariables = {
  input: { idempotencyKey: 'k', kind: 'HOME_REPAIR', categoryId: 'category_x', description: '厨房水管漏水' },
};

export function numbers(day: ResultOf<typeof DayDocument>): string[] {
  return day.myDay.nodes.map((ticket) => `${ticket.number} ${ticket.state} ${ticket.unit?.number ?? ''}`);
}

export function told(event: ResultOf<typeof WatchDocument>): number | undefined {
  return event.ticketUpdated?.version;
}

export function summaries(found: ResultOf<typeof TicketDocument>): string[] {
  return found.node?.__typename === 'Ticket' ? found.node.events.map((event) => event.summary) : [];
}

export const documents = [DayDocument, SubmitDocument, TicketDocument, WatchDocument];
