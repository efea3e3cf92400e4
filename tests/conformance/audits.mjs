// The audits of graphql-http: GraphQL over HTTP as its working group reads it. Every one of them must pass, also those
// that only recommend.
import { auditServer } from 'graphql-http';

/** How many there are; fewer would mean that some were not run. */
const AUDITS = 61;

const results = await auditServer({ url: process.argv[2] });
const failed = results.filter((result) => result.status !== 'ok');
for (const { id, name, status, reason, response } of failed) {
  console.log(`${status} ${id} ${name}: ${reason} (${response.status} ${await response.text()})`);
}
console.log(`graphql-http: ${results.length - failed.length} of ${results.length} audits`);
process.exit(failed.length === 0 && results.length === AUDITS ? 0 : 1);
