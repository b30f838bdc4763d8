// OpenAI's Node client at a limit: BASE_URL (with /v1), API_KEY and MODEL come from the environment; the key may make few
// requests in a minute, one of which comes back every few seconds.
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const { BASE_URL, API_KEY, MODEL } = process.env;
const client = new OpenAI({ baseURL: BASE_URL, apiKey: API_KEY, maxRetries: 0, timeout: 30_000 });
const hello = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] };

let error;
for (let i = 0; i < 40 && !error; i++) {
  await client.chat.completions.create(hello).catch((reason) => (error = reason));
}
assert.ok(error instanceof OpenAI.RateLimitError, `${error?.constructor.name}: ${error?.message}`);
assert.equal(error.status, 429);
assert.equal(error.code, 'rate_limit_exceeded');
assert.equal(error.type, 'requests');
assert.equal(error.param, null);
assert.match(error.headers.get('x-ratelimit-reset-requests'), /^\d/);
const retryAfter = Number(error.headers.get('retry-after'));
assert.ok(retryAfter >= 1, `retry-after: ${retryAfter}`);

const begun = Date.now();
const answer = await client.withOptions({ maxRetries: 2 }).chat.completions.create(hello);
const waited = (Date.now() - begun) / 1000;
assert.equal(answer.choices.length, 1);
// a second for the time between the two calls, and two for a slow machine
assert.ok(waited > retryAfter - 1 && waited < retryAfter + 2, `waited ${waited} s instead of ${retryAfter}`);
console.log(`ok - waited ${waited} s of ${retryAfter}`);
