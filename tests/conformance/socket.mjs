// The client of graphql-ws, which apps and dashboards use, against the socket: queries, mutations, a subscription that is
// told of a change, errors, refusals, and a client that is turned away.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = process.argv[2];

async function ask(query, variables, token) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const answer = await response.json();
  assert.equal(answer.errors, undefined, JSON.stringify(answer));
  return answer.data;
}

async function staff(phone) {
  const signIn = 'mutation($input: SignInStaffInput!) { signInStaff(input: $input) { accessToken } }';
  const data = await ask(signIn, { input: { phone, password: 'linli-demo-only' } });
  return data.signInStaff.accessToken;
}

function connect(token, events = {}) {
  const connectionParams = token && { token, language: 'en' };
  return createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams, retryAttempts: 0, lazy: true, on: events });
}

/** All answers of an operation. */
async function all(client, payload) {
  const answers = [];
  for await (const answer of client.iterate(payload)) answers.push(answer);
  return answers;
}

const desk = await staff('13800000002');
const dispatcher = connect(desk);

const [viewer] = await all(dispatcher, { query: '{ viewer { name } }' });
assert.ok(viewer.data.viewer.name);

const { ticketCategories, units } = await ask('{ ticketCategories { id code } units(first: 1) { nodes { id } } }', {}, desk);
const input = {
  unitId: units.nodes[0].id,
  kind: 'HOME_REPAIR',
  categoryId: ticketCategories.find(({ code }) => code === 'PLUMBING').id,
  description: '厨房水管漏水',
  idempotencyKey: randomUUID(),
};
const submit = 'mutation($input: TicketSubmitInput!) { ticketSubmit(input: $input) { ticket { id } userErrors { message } } }';
const [submitted] = await all(dispatcher, { query: submit, variables: { input } });
const id = submitted.data.ticketSubmit.ticket.id;

const watch = 'subscription Watch($id: ID!) { ticketUpdated(id: $id) { id version state } }';
const told = dispatcher.iterate({ query: watch, operationName: 'Watch', variables: { id } });
const first = await told.next();
assert.deepEqual(first.value.data.ticketUpdated, { id, version: 1, state: 'SUBMITTED' });
const cancel = 'mutation($input: TicketCancelInput!) { ticketCancel(input: $input) { ticket { state } userErrors { message } } }';
const reason = { input: { ticketId: id, reason: '重复', idempotencyKey: randomUUID() } };
assert.equal((await ask(cancel, reason, desk)).ticketCancel.ticket.state, 'CANCELLED');
const second = await told.next();
assert.deepEqual(second.value.data.ticketUpdated, { id, version: 2, state: 'CANCELLED' });
await told.return();

await assert.rejects(all(dispatcher, { query: '{ nothing }' }), (errors) => errors[0].extensions.code === 'MALFORMED');
await assert.rejects(all(dispatcher, { query: watch, variables: { id: 'ticket_x' } }), (errors) => errors[0].extensions.code === 'NOT_FOUND');
const [again] = await all(dispatcher, { query: '{ __typename }' });
assert.equal(again.data.__typename, 'Query', 'an error ends its operation alone');
await dispatcher.dispose();

for (const token of [undefined, 'a.b.c']) {
  const client = connect(token);
  await assert.rejects(all(client, { query: '{ __typename }' }), (event) => event.code === 4403, `token ${token}`);
  await client.dispose();
}

const gone = await staff('13800000003');
const closed = new Promise((resolve) => {
  const client = connect(gone, { closed: resolve });
  all(client, { query: watch, variables: { id } }).catch(() => undefined);
});
await new Promise((resolve) => setTimeout(resolve, 500));
await ask('mutation { signOut { signedOut } }', {}, gone);
const late = new Promise((_, reject) => setTimeout(() => reject(new Error('the socket outlived its session')), 6_000).unref());
assert.equal((await Promise.race([closed, late])).code, 4401);
console.log('graphql-ws: queries, mutations, a subscription, errors, refusals and the end of a session');
process.exit(0);
