// OpenAI's Node client makes, follows and continues responses: BASE_URL (with /v1), API_KEY and MODEL come from the
// environment. Prints one line per check; the exit code is the number of those that failed.
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const { BASE_URL, API_KEY, MODEL } = process.env;
const client = new OpenAI({ baseURL: BASE_URL, apiKey: API_KEY, maxRetries: 0, timeout: 30_000 });
const hello = { model: MODEL, input: 'Hello big world' };
const tool = {
  type: 'function',
  name: 'get_weather',
  strict: true,
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
    required: ['city', 'unit'],
    additionalProperties: false,
  },
};
const weather = { model: MODEL, input: 'Paris', tool_choice: 'required', tools: [tool] };

async function refused(kind, call) {
  const error = await call.then(
    () => assert.fail('was not refused'),
    (reason) => reason,
  );
  assert.ok(error instanceof kind, `${error.constructor.name}: ${error.message}`);
  return error;
}

async function all(pages) {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
}

async function ended(id) {
  for (let tries = 0; tries < 600; tries++) {
    const response = await client.responses.retrieve(id);
    if (response.status !== 'queued' && response.status !== 'in_progress') return response;
    await new Promise((again) => setTimeout(again, 50));
  }
  assert.fail('it does not end');
}

/** Without what the client adds of its own. */
function bare(response) {
  const { output_text, _request_id, ...rest } = JSON.parse(JSON.stringify(response));
  for (const item of rest.output) {
    delete item.parsed_arguments;
    for (const part of item.content ?? []) delete part.parsed;
  }
  delete rest.output_parsed;
  return rest;
}

const checks = {
  'a whole response, and the same when it is fetched': async () => {
    const made = await client.responses.create({ ...hello, metadata: { topic: 'worlds' } });
    assert.equal(made.output_text, 'Hello big world');
    assert.equal(made.status, 'completed');
    assert.deepEqual(bare(await client.responses.retrieve(made.id)), bare(made));
  },

  'a stream by the helper': async () => {
    const stream = client.responses.stream(hello);
    const deltas = [];
    const numbers = [];
    stream.on('response.output_text.delta', (event) => deltas.push(event.delta));
    stream.on('event', (event) => numbers.push(event.sequence_number));
    const response = await stream.finalResponse();
    assert.equal(response.output_text ?? response.output[0].content[0].text, 'Hello big world');
    assert.deepEqual(deltas, ['Hello', ' big', ' world']);
    assert.deepEqual(numbers, [...numbers.keys()]);
    assert.deepEqual(bare(await client.responses.retrieve(response.id)), bare(response));
  },

  'a stream that is played again from anywhere': async () => {
    const events = await all(await client.responses.create({ ...hello, stream: true }));
    const { id } = events[0].response;
    for (let after = 0; after < events.length; after++) {
      const rest = await all(await client.responses.retrieve(id, { stream: true, starting_after: after }));
      assert.deepEqual(rest, events.slice(after + 1));
    }
    const again = client.responses.stream({ response_id: id });
    assert.deepEqual(bare(await again.finalResponse()), bare(events.at(-1).response));
  },

  'a stream that is left in the middle': async () => {
    for await (const event of await client.responses.create({ ...hello, stream: true })) {
      if (event.type === 'response.output_text.delta') break;
    }
  },

  'a tool is called and its output continues': async () => {
    const asked = await client.responses.stream(weather).finalResponse();
    const call = asked.output.find((item) => item.type === 'function_call');
    assert.deepEqual(JSON.parse(call.arguments), { city: 'Paris', unit: 'celsius' });
    const answered = await client.responses.create({
      model: MODEL,
      previous_response_id: asked.id,
      input: [{ type: 'function_call_output', call_id: call.call_id, output: 'Sunny' }],
    });
    assert.equal(answered.output_text, 'Sunny');
  },

  'an answer that follows a JSON schema': async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    };
    const text = { format: { type: 'json_schema', name: 'person', strict: true, schema } };
    const answer = await client.responses.parse({ ...hello, text });
    assert.deepEqual(JSON.parse(answer.output_text), { name: 'Hello big world' });
  },

  'input items by pages': async () => {
    const texts = Array.from({ length: 25 }, (_, i) => `item ${i}`);
    const made = await client.responses.create({
      model: MODEL,
      input: texts.map((content) => ({ role: 'user', content })),
    });
    const ascending = await all(client.responses.inputItems.list(made.id, { limit: 4, order: 'asc' }));
    assert.deepEqual(ascending.map((item) => item.content[0].text), texts);
    const newestFirst = await all(client.responses.inputItems.list(made.id));
    assert.deepEqual(newestFirst.map((item) => item.content[0].text), texts.reverse());
    await all(client.responses.inputItems.list(made.id, { include: ['message.output_text.logprobs'] }));
  },

  'a conversation': async () => {
    const made = await client.conversations.create({ items: [{ role: 'user', content: 'zero' }], metadata: { a: 'b' } });
    const answer = await client.responses.stream({ ...hello, conversation: made.id }).finalResponse();
    assert.equal(answer.conversation.id, made.id);
    const items = await all(client.conversations.items.list(made.id, { limit: 1, order: 'asc' }));
    assert.deepEqual(items.map((item) => item.role), ['user', 'user', 'assistant']);
    await client.conversations.items.delete(items[0].id, { conversation_id: made.id });
    assert.equal((await all(client.conversations.items.list(made.id))).length, 2);
    assert.equal((await client.conversations.delete(made.id)).deleted, true);
    await refused(OpenAI.NotFoundError, client.conversations.retrieve(made.id));
  },

  'a compaction, and a count': async () => {
    const made = await client.responses.create(hello);
    const compacted = await client.responses.compact({ model: MODEL, previous_response_id: made.id });
    const on = await client.responses.create({
      model: MODEL,
      input: [...compacted.output, { role: 'user', content: 'go on' }],
    });
    assert.equal(on.output_text, 'go on');
    const count = await client.responses.inputTokens.count({ model: MODEL, input: 'one two three' });
    assert.ok(count.input_tokens > 0);
  },

  'what is deleted is not there': async () => {
    const made = await client.responses.create(hello);
    await client.responses.delete(made.id);
    await refused(OpenAI.NotFoundError, client.responses.retrieve(made.id));
    const error = await refused(
      OpenAI.NotFoundError,
      client.responses.create({ ...hello, previous_response_id: made.id }),
    );
    assert.equal(error.code, 'previous_response_not_found');
  },

  'a response in the background, polled': async () => {
    const queued = await client.responses.create({ ...hello, background: true });
    assert.equal(queued.status, 'queued');
    const response = await ended(queued.id);
    assert.equal(response.status, 'completed');
    assert.equal(response.output_text, 'Hello big world');
    assert.deepEqual(bare(await client.responses.cancel(queued.id)), bare(response));
  },

  'a response in the background, followed and followed again': async () => {
    const events = [];
    for await (const event of await client.responses.create({ ...hello, background: true, stream: true })) {
      events.push(event);
    }
    assert.deepEqual(
      events.slice(0, 3).map((event) => event.type),
      ['response.created', 'response.queued', 'response.in_progress'],
    );
    const { response } = events.at(-1);
    assert.deepEqual(bare(await ended(response.id)), bare(response));
    for (const after of [0, 4, events.length - 2]) {
      const rest = [];
      const stream = await client.responses.retrieve(response.id, { stream: true, starting_after: after });
      for await (const event of stream) rest.push(event);
      assert.deepEqual(rest, events.slice(after + 1));
    }
    const helper = client.responses.stream({ response_id: response.id, starting_after: 4 });
    const numbers = [];
    helper.on('event', (event) => numbers.push(event.sequence_number));
    assert.equal((await helper.finalResponse()).output_text, 'Hello big world');
    assert.deepEqual(numbers, events.slice(5).map((event) => event.sequence_number));
  },

  'what cannot be done': async () => {
    const made = await client.responses.create(hello);
    await refused(OpenAI.BadRequestError, client.responses.cancel(made.id));
    const error = await refused(OpenAI.BadRequestError, client.responses.create({ ...hello, temperature: 3 }));
    assert.equal(error.param, 'temperature');
    const stranger = client.withOptions({ apiKey: 'sk-drm-nobody' });
    await refused(OpenAI.AuthenticationError, stranger.responses.create(hello));
    await refused(OpenAI.NotFoundError, client.responses.create({ ...hello, model: 'no-such-model', stream: true }));
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}: ${error.stack}`);
  }
}
process.exitCode = failed;
