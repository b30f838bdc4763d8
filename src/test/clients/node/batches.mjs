// OpenAI's Node client makes, follows, lists and cancels batches: BASE_URL (with /v1), API_KEY and MODEL come from the
// environment. Prints one line per check; the exit code is the number of those that failed.
import assert from 'node:assert/strict';
import OpenAI, { toFile } from 'openai';

const { BASE_URL, API_KEY, MODEL } = process.env;
const client = new OpenAI({ baseURL: BASE_URL, apiKey: API_KEY, maxRetries: 0, timeout: 30_000 });

const url = '/v1/chat/completions';
const line = (custom_id, more = {}) =>
  JSON.stringify({ custom_id, method: 'POST', url, body: { model: MODEL, messages: [{ role: 'user', content: 'hi' }] }, ...more });

const make = async (lines) => {
  const file = await client.files.create({ file: await toFile(Buffer.from(lines.join('\n')), 'in.jsonl'), purpose: 'batch' });
  return client.batches.create({ input_file_id: file.id, endpoint: url, completion_window: '24h', metadata: { for: 'node' } });
};

const ended = async (id) => {
  for (;;) {
    const batch = await client.batches.retrieve(id);
    if (['completed', 'failed', 'expired', 'cancelled'].includes(batch.status)) return batch;
    await new Promise((later) => setTimeout(later, 100));
  }
};

const checks = {
  'a batch is made, runs and has its results': async () => {
    const made = await make([line('a'), line('b')]);
    assert.equal(made.object, 'batch');
    assert.deepEqual(made.metadata, { for: 'node' });
    const batch = await ended(made.id);
    assert.equal(batch.status, 'completed');
    assert.deepEqual(batch.request_counts, { total: 2, completed: 2, failed: 0 });
    const output = await (await client.files.content(batch.output_file_id)).text();
    const results = output.trim().split('\n').map((text) => JSON.parse(text));
    assert.deepEqual(results.map((result) => result.custom_id).sort(), ['a', 'b']);
    assert.ok(results.every((result) => result.response.body.object === 'chat.completion'));
  },
  'what is wrong with an input is told by its lines': async () => {
    const batch = await ended((await make([line('a'), line('a')])).id);
    assert.equal(batch.status, 'failed');
    assert.equal(batch.errors.data[0].code, 'duplicate_custom_id');
    assert.equal(batch.errors.data[0].line, 2);
  },
  'lists are read page by page': async () => {
    const listed = [];
    for await (const batch of client.batches.list({ limit: 1 })) listed.push(batch.id);
    assert.ok(listed.length >= 2);
    assert.equal(new Set(listed).size, listed.length);
  },
  'a batch that has ended cannot be cancelled': async () => {
    const { data } = await client.batches.list();
    await assert.rejects(client.batches.cancel(data[0].id), OpenAI.BadRequestError);
    await assert.rejects(client.batches.cancel('batch_nowhere'), OpenAI.NotFoundError);
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}: ${error.stack}`);
  }
}
process.exit(failed);
