// OpenAI's Node client against every dialect.
import assert from 'node:assert/strict';
import OpenAI, { toFile } from 'openai';
import { ResponsesToolRunner } from 'openai/helpers/responses-tool-runner';
import { API_KEY, assertBegun, BASE_URL, bothWays, calls, refused, run, schema, troubles } from './dialects.mjs';

const client = new OpenAI({ baseURL: BASE_URL, apiKey: API_KEY, maxRetries: 0, timeout: 30_000 });
const chatTool = (name) => ({ type: 'function', function: { name, parameters: schema } });
const tool = (name) => ({ type: 'function', name, parameters: schema, strict: true });

async function chat(model, content, stream, more = {}) {
  const request = { model, messages: [{ role: 'user', content }], ...more };
  return stream
    ? client.chat.completions.stream({ ...request, stream_options: { include_usage: true } }).finalChatCompletion()
    : client.chat.completions.create(request);
}

async function respond(model, input, stream, more = {}) {
  const request = { model, input, ...more };
  return stream ? client.responses.stream(request).finalResponse() : client.responses.create(request);
}

function assertCompletion(completion, told, dialect) {
  const { message, finish_reason } = completion.choices[0];
  assert.equal(message.content ?? '', told.text);
  assert.equal(message.refusal ?? '', told.refusal);
  const called = (message.tool_calls ?? []).map((call) => ({
    name: call.function.name,
    arguments: JSON.parse(call.function.arguments),
  }));
  assert.deepEqual(called, calls(told));
  assert.equal(finish_reason, told.calls.length ? 'tool_calls' : 'stop');
  assert.equal(completion.model, dialect.model);
  const { prompt_tokens, completion_tokens, prompt_tokens_details } = completion.usage;
  assert.deepEqual([prompt_tokens, completion_tokens], [dialect.usage.prompt, dialect.usage.completion]);
  assert.equal(prompt_tokens_details?.cached_tokens ?? 0, dialect.usage.cached);
}

function assertResponse(response, told, dialect) {
  assert.equal(response.status, 'completed');
  assert.equal(response.output_text, told.text);
  const parts = response.output.flatMap((item) => (item.type === 'message' ? item.content : []));
  assert.equal(parts.map((part) => part.refusal ?? '').join(''), told.refusal);
  const thoughts = response.output.filter((item) => item.type === 'reasoning');
  const thought = thoughts.flatMap((item) => [...item.summary, ...(item.content ?? [])]).map((part) => part.text);
  assert.equal(thought.join(''), told.reasoning);
  const called = response.output.filter((item) => item.type === 'function_call');
  assert.deepEqual(
    called.map((call) => ({ name: call.name, arguments: JSON.parse(call.arguments) })),
    calls(told),
  );
  assert.equal(response.model, dialect.model);
  const { input_tokens, output_tokens, input_tokens_details } = response.usage;
  assert.deepEqual([input_tokens, output_tokens], [dialect.usage.prompt, dialect.usage.completion]);
  assert.equal(input_tokens_details.cached_tokens, dialect.usage.cached);
}

function completing(dialect) {
  const { model, scenes, cues } = dialect;
  const same = (name, scene, more = {}) =>
    bothWays(name, async (stream) =>
      assertCompletion(await chat(model, cues[scene], stream, more), scenes[scene], dialect),
    );
  return {
    ...same('chat: text', 'hello'),
    ...same('chat: reasoning', 'thinking'),
    ...same('chat: refusal', 'refusal'),
    ...same('chat: two tools', 'both', { tools: [chatTool('get_weather'), chatTool('get_time')] }),

    'chat: chunks': async () => {
      const words = [];
      let usage;
      const request = { model, messages: [{ role: 'user', content: cues.hello }], stream: true };
      const stream = await client.chat.completions.create({ ...request, stream_options: { include_usage: true } });
      for await (const chunk of stream) {
        words.push(chunk.choices[0]?.delta.content ?? '');
        usage = chunk.usage ?? usage;
      }
      assert.equal(words.join(''), scenes.hello.text);
      assert.equal(usage.completion_tokens, dialect.usage.completion);
    },

    ...bothWays('chat: tools are run', async (stream) => {
      const asked = [];
      const runner = client.chat.completions.runTools({
        model,
        stream,
        messages: [{ role: 'user', content: cues.weather }],
        tools: [
          {
            type: 'function',
            function: {
              name: 'get_weather',
              parameters: schema,
              parse: JSON.parse,
              function: (args) => {
                asked.push(args);
                return cues.warm;
              },
            },
          },
        ],
      });
      assert.equal(await runner.finalContent(), scenes.warm.text);
      assert.deepEqual(asked, [{ wherever: 'Aït Ben 🐪' }]);
    }),

    'chat: an answer by a schema': async () => {
      const response_format = { type: 'json_schema', json_schema: { name: 'place', strict: true, schema } };
      const request = { model, messages: [{ role: 'user', content: cues.place }], response_format };
      if (!dialect.schemas) {
        const error = await refused(OpenAI.BadRequestError, client.chat.completions.parse(request));
        assert.match(error.param, /response_format/);
        return;
      }
      const answer = await client.chat.completions.parse(request);
      assert.deepEqual(answer.choices[0].message.parsed, { wherever: 'Tata' });
    },

    'chat: a stream breaks': async () => {
      let said = '';
      const request = { model: dialect.cut.chat, messages: [{ role: 'user', content: cues.cut }], stream: true };
      const all = async () => {
        for await (const chunk of await client.chat.completions.create(request)) {
          said += chunk.choices[0]?.delta.content ?? '';
        }
      };
      const error = await refused(OpenAI.APIError, all());
      assert.equal(error.code, 'stream_broken');
      assert.match(error.requestID, /^req_/);
      assertBegun(said, dialect);
    },

    ...prefixed('chat: ', troubles(dialect.troubles.chat, OpenAI, chat)),
  };
}

function responding(dialect) {
  const { model, scenes, cues } = dialect;
  const same = (name, scene, more = {}) =>
    bothWays(name, async (stream) =>
      assertResponse(await respond(model, cues[scene], stream, more), scenes[scene], dialect),
    );
  return {
    ...same('responses: text', 'hello'),
    ...same('responses: reasoning', 'thinking'),
    ...same('responses: refusal', 'refusal'),
    ...same('responses: two functions', 'both', { tools: [tool('get_weather'), tool('get_time')] }),

    ...bothWays('responses: a function is called, and its output answered', async (stream) => {
      const tools = [tool('get_weather')];
      const asked = await respond(model, cues.weather, stream, { tools });
      assertResponse(asked, scenes.weather, dialect);
      const { call_id } = asked.output.find((item) => item.type === 'function_call');
      const output = [{ type: 'function_call_output', call_id, output: cues.warm }];
      const answered = await respond(model, output, stream, { tools, previous_response_id: asked.id });
      assertResponse(answered, scenes.warm, dialect);
    }),

    ...bothWays('responses: functions are run', async (stream) => {
      const asked = [];
      const execute = (args) => {
        asked.push(args);
        return cues.warm;
      };
      const runner = new ResponsesToolRunner({ functions: [{ tool: tool('get_weather'), execute }] });
      const last = await runner.run(client, { model, input: cues.weather }, { stream });
      assert.deepEqual(asked, [{ wherever: 'Aït Ben 🐪' }]);
      assertResponse(last, scenes.warm, dialect);
    }),

    'responses: an answer by a schema': async () => {
      const text = { format: { type: 'json_schema', name: 'place', strict: true, schema } };
      const request = { model, input: cues.place, text };
      if (!dialect.schemas) {
        const error = await refused(OpenAI.BadRequestError, client.responses.parse(request));
        assert.match(error.param, /format/);
        return;
      }
      assert.deepEqual((await client.responses.parse(request)).output_parsed, { wherever: 'Tata' });
    },

    'responses: a stream breaks': async () => {
      const failed = await respond(dialect.cut.responses, cues.cut, true);
      assert.equal(failed.status, 'failed');
      assert.equal(failed.error.code, 'server_error');
      assertBegun(failed.output_text, dialect);
    },

    ...prefixed('responses: ', troubles(dialect.troubles.responses, OpenAI, respond)),
  };
}

function prefixed(prefix, checks) {
  return Object.fromEntries(Object.entries(checks).map(([name, check]) => [prefix + name, check]));
}

// without an encoding_format the client asks for base64 and decodes it
function embedding({ model, vectors }) {
  return {
    'embeddings': async () => {
      const answer = await client.embeddings.create({ model, input: ['one', 'two'] });
      assert.deepEqual(answer.data.map((one) => one.embedding.map(Math.fround)), vectors.map((one) => one.map(Math.fround)));
      assert.deepEqual(answer.data.map((one) => one.index), [0, 1]);
      assert.ok(answer.usage.total_tokens > 0);
    },
  };
}

function writingDown({ model, transcript }) {
  const file = () => toFile(Buffer.from('RIFF'), 'speech.wav', { type: 'audio/wav' });
  return {
    'transcript': async () => {
      const answer = await client.audio.transcriptions.create({ model, file: await file() });
      assert.equal(answer.text, transcript);
    },
    'transcript, streamed': async () => {
      const events = [];
      for await (const event of await client.audio.transcriptions.create({ model, file: await file(), stream: true })) {
        events.push(event);
      }
      assert.equal(events.map((event) => event.delta ?? '').join(''), transcript);
      assert.equal(events.at(-1).type, 'transcript.text.done');
      assert.equal(events.at(-1).text, transcript);
    },
  };
}

await run((dialect) => ({
  ...(dialect.serves.includes('chat') ? { ...completing(dialect), ...responding(dialect) } : {}),
  ...(dialect.serves.includes('embeddings') ? embedding(dialect) : {}),
  ...(dialect.serves.includes('transcriptions') ? writingDown(dialect) : {}),
}));
