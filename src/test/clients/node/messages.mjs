// Anthropic's Node client against a gateway: BASE_URL (with /v1), API_KEY and MODEL come from the environment.
// Prints one line per check; the exit code is the number of those that failed.
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';

const { BASE_URL, API_KEY, MODEL } = process.env;
const options = { baseURL: BASE_URL.replace(/\/v1$/, ''), maxRetries: 0, timeout: 30_000 };
const client = new Anthropic({ ...options, apiKey: API_KEY, authToken: null });
const hello = { model: MODEL, max_tokens: 100, messages: [{ role: 'user', content: 'Hello big world' }] };
const weather = {
  model: MODEL,
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Paris' }],
  tool_choice: { type: 'any' },
  tools: [
    {
      name: 'get_weather',
      input_schema: {
        type: 'object',
        properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
        required: ['city', 'unit'],
      },
    },
  ],
};
const called = { city: 'Paris', unit: 'celsius' };

async function refused(kind, call) {
  const error = await call.then(
    () => assert.fail('was not refused'),
    (reason) => reason,
  );
  assert.ok(error instanceof kind, `${error.constructor.name}: ${error.message}`);
  return error;
}

const checks = {
  'a whole answer': async () => {
    const message = await client.messages.create(hello);
    assert.equal(message.type, 'message');
    assert.equal(message.model, MODEL);
    assert.deepEqual(message.content, [{ type: 'text', text: 'Hello big world' }]);
    assert.equal(message.stop_reason, 'end_turn');
    assert.equal(message.usage.input_tokens, 3);
    assert.equal(message.usage.output_tokens, 3);
    assert.match(message._request_id, /^req_/);
  },

  'a stream': async () => {
    const words = [];
    const stream = client.messages.stream(hello).on('text', (text) => words.push(text));
    const message = await stream.finalMessage();
    assert.ok(words.length > 1, 'came at once');
    assert.equal(words.join(''), 'Hello big world');
    assert.equal(message.stop_reason, 'end_turn');
    assert.equal(message.usage.input_tokens, 3);
    assert.equal(message.usage.output_tokens, 3);
  },

  'a tool is called, and its result answered': async () => {
    const message = await client.messages.create(weather);
    assert.equal(message.stop_reason, 'tool_use');
    const [call] = message.content;
    assert.equal(call.type, 'tool_use');
    assert.equal(call.name, 'get_weather');
    assert.deepEqual(call.input, called);
    const answer = await client.messages.create({
      ...weather,
      tool_choice: { type: 'auto' },
      messages: [
        ...weather.messages,
        { role: 'assistant', content: message.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: '21 degrees' }] },
      ],
    });
    assert.match(answer.content[0].text, /21 degrees/);
  },

  'a streamed call': async () => {
    const message = await client.messages.stream(weather).finalMessage();
    assert.equal(message.stop_reason, 'tool_use');
    assert.deepEqual(message.content[0].input, called);
  },

  'the key as a bearer token': async () => {
    const bearer = new Anthropic({ ...options, apiKey: null, authToken: API_KEY });
    assert.deepEqual((await bearer.messages.create(hello)).content, [{ type: 'text', text: 'Hello big world' }]);
    const stranger = new Anthropic({ ...options, apiKey: null, authToken: 'sk-wrong' });
    await refused(Anthropic.AuthenticationError, stranger.messages.create(hello));
  },

  'tokens are counted': async () => {
    const { max_tokens, ...counted } = hello;
    const count = await client.messages.countTokens(counted);
    assert.ok(count.input_tokens > 0);
  },

  'refusals have their classes': async () => {
    const wrong = await refused(Anthropic.BadRequestError, client.messages.create({ ...hello, temperature: 7 }));
    assert.equal(wrong.error.error.type, 'invalid_request_error');
    assert.match(wrong.message, /temperature/);
    const unknown = await refused(Anthropic.NotFoundError, client.messages.create({ ...hello, model: 'nobody' }));
    assert.equal(unknown.error.error.type, 'not_found_error');
    assert.match(unknown.requestID, /^req_/);
    const stranger = new Anthropic({ ...options, apiKey: 'sk-wrong', authToken: null });
    const foreign = await refused(Anthropic.AuthenticationError, stranger.messages.create(hello));
    assert.equal(foreign.error.error.type, 'authentication_error');
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
