// What the checks of each dialect have in common. SUBJECT is a file with the dialects, which the test writes: what each is
// called, how its models are, and what of each scene can be told there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

export const { BASE_URL, API_KEY } = process.env;

/** The names and the arguments of calls. */
export const calls = (told) => told.calls.map(({ name, arguments: text }) => ({ name, arguments: JSON.parse(text) }));

/** The schema of all tools and answers. */
export const schema = {
  type: 'object',
  properties: { wherever: { type: 'string' } },
  required: ['wherever'],
  additionalProperties: false,
};

export async function refused(kind, call) {
  const error = await call.then(
    () => assert.fail('was not refused'),
    (reason) => reason,
  );
  assert.ok(error instanceof kind, `${error.constructor.name}: ${error.message}`);
  return error;
}

/** The error of a client's that a status is. */
export function kind(client, status) {
  return { 400: client.BadRequestError, 429: client.RateLimitError }[status] ?? client.InternalServerError;
}

/** One check for each thing that goes wrong there; `ask` asks a model a text, and gives all of the answer. */
export function troubles(list, client, ask) {
  return Object.fromEntries(
    list.map((trouble) => [
      trouble.name,
      async () => {
        if (trouble.told) {
          const failed = await ask(trouble.model, trouble.cue, true);
          assert.equal(failed.status, 'failed');
          assert.equal(failed.error.code, trouble.code);
          return;
        }
        const error = await refused(kind(client, trouble.status), ask(trouble.model, trouble.cue, trouble.stream));
        assert.equal(error.status, trouble.status);
        assert.match(error.requestID, /^req_/);
        assert.ok(error.message);
        if (trouble.code && 'code' in error) assert.equal(error.code, trouble.code);
      },
    ]),
  );
}

/** What a stream had said by the time it broke is the beginning of what there was to say. */
export function assertBegun(said, dialect) {
  assert.ok(said && dialect.scenes.hello.text.startsWith(said), said);
  assert.notEqual(said, dialect.scenes.hello.text);
}

/** Both ways of asking. */
export function bothWays(name, check) {
  return { [name]: () => check(false), [`${name}, streamed`]: () => check(true) };
}

/** Makes the checks of each dialect, and writes how each went. */
export async function run(checksOf) {
  for (const dialect of JSON.parse(readFileSync(process.env.SUBJECT))) {
    for (const [check, test] of Object.entries(checksOf(dialect))) {
      const failed = await test().then(
        () => '',
        (error) => error.stack,
      );
      console.log(JSON.stringify({ dialect: dialect.label, check, failed }));
    }
  }
}
