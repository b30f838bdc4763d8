// OpenAI's Node client against a gateway: BASE_URL (with /v1), API_KEY and MODEL come from the environment.
// Prints one line per check; the exit code is the number of those that failed.
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const { BASE_URL, API_KEY, MODEL } = process.env;
const client = new OpenAI({ baseURL: BASE_URL, apiKey: API_KEY, maxRetries: 0, timeout: 30_000 });
const hello = { model: MODEL, messages: [{ role: 'user', content: 'Hello big world' }] };
const weather = {
  model: MODEL,
  messages: [{ role: 'user', content: 'Paris' }],
  tool_choice: 'required',
  tools: [
    {
      type: 'function',
      function: {
        name: 'get_weather',
        parameters: {
          type: 'object',
          properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
          required: ['city', 'unit'],
        },
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
    const answer = await client.chat.completions.create(hello);
    assert.equal(answer.object, 'chat.completion');
    assert.equal(answer.model, MODEL);
    assert.equal(answer.choices[0].message.content, 'Hello big world');
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.equal(answer.usage.total_tokens, 6);
    assert.match(answer._request_id, /^req_/);
  },

  'a stream': async () => {
    const words = [];
    let usage;
    const options = { ...hello, stream: true, stream_options: { include_usage: true } };
    for await (const chunk of await client.chat.completions.create(options)) {
      assert.equal(chunk.object, 'chat.completion.chunk');
      words.push(chunk.choices[0]?.delta.content ?? '');
      usage = chunk.usage ?? usage;
    }
    assert.deepEqual(words.filter(Boolean), ['Hello', ' big', ' world']);
    assert.equal(usage.total_tokens, 6);
  },

  'a stream that is left in the middle': async () => {
    for await (const chunk of await client.chat.completions.create({ ...hello, stream: true })) {
      if (chunk.choices[0]?.delta.content) break;
    }
  },

  'a tool is called': async () => {
    const { message, finish_reason } = (await client.chat.completions.create(weather)).choices[0];
    assert.equal(finish_reason, 'tool_calls');
    assert.equal(message.tool_calls[0].function.name, 'get_weather');
    assert.deepEqual(JSON.parse(message.tool_calls[0].function.arguments), called);
    const answer = await client.chat.completions.create({
      ...weather,
      tool_choice: 'auto',
      messages: [
        ...weather.messages,
        message,
        { role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'Sunny' },
      ],
    });
    assert.equal(answer.choices[0].message.content, 'Sunny');
  },

  'a tool is called in a stream': async () => {
    const stream = client.chat.completions.stream(weather);
    const { message, finish_reason } = (await stream.finalChatCompletion()).choices[0];
    assert.equal(finish_reason, 'tool_calls');
    assert.deepEqual(JSON.parse(message.tool_calls[0].function.arguments), called);
  },

  'an answer that follows a JSON schema': async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    };
    const answer = await client.chat.completions.parse({
      ...hello,
      response_format: { type: 'json_schema', json_schema: { name: 'person', strict: true, schema } },
    });
    assert.deepEqual(JSON.parse(answer.choices[0].message.content), { name: 'Hello big world' });
  },

  'models': async () => {
    const models = [];
    for await (const model of client.models.list()) models.push(model.id);
    assert.ok(models.includes(MODEL), models.join());
    assert.equal((await client.models.retrieve(MODEL)).object, 'model');
  },

  'a key that nobody made': async () => {
    const stranger = client.withOptions({ apiKey: 'sk-drm-nobody' });
    const error = await refused(OpenAI.AuthenticationError, stranger.chat.completions.create(hello));
    assert.equal(error.code, 'invalid_api_key');
  },

  'a model that is not there': async () => {
    const error = await refused(
      OpenAI.NotFoundError,
      client.chat.completions.create({ ...hello, model: 'no-such-model', stream: true }),
    );
    assert.equal(error.code, 'model_not_found');
  },

  'a field that is wrong': async () => {
    const error = await refused(
      OpenAI.BadRequestError,
      client.chat.completions.create({ ...hello, temperature: 3 }),
    );
    assert.equal(error.param, 'temperature');
    assert.equal(error.type, 'invalid_request_error');
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
