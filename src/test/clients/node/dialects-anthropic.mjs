// Anthropic's Node client against every dialect.
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { jsonSchemaOutputFormat } from '@anthropic-ai/sdk/helpers/json-schema';
import { API_KEY, assertBegun, BASE_URL, bothWays, calls, refused, run, schema, troubles } from './dialects.mjs';

const client = new Anthropic({
  baseURL: BASE_URL.replace(/\/v1$/, ''),
  apiKey: API_KEY,
  authToken: null,
  maxRetries: 0,
  timeout: 30_000,
});
const tool = (name) => ({ name, input_schema: schema });

async function ask(model, content, stream, more = {}) {
  const request = { model, max_tokens: 2000, messages: [{ role: 'user', content }], ...more };
  return stream ? client.messages.stream(request).finalMessage() : client.messages.create(request);
}

// a refusal is a text that ends in a way of its own
function assertMessage(message, told, dialect) {
  const all = (type) => message.content.filter((block) => block.type === type);
  assert.equal(all('text').map((block) => block.text).join(''), told.text + told.refusal);
  assert.equal(all('thinking').map((block) => block.thinking).join(''), told.reasoning);
  assert.deepEqual(all('tool_use').map(({ name, input }) => ({ name, arguments: input })), calls(told));
  const usual = told.calls.length ? 'tool_use' : 'end_turn';
  assert.equal(message.stop_reason, told.refusal ? 'refusal' : usual);
  assert.equal(message.model, dialect.model);
  const { input_tokens, cache_read_input_tokens, output_tokens } = message.usage;
  const { prompt, cached, completion } = dialect.usage;
  assert.deepEqual([input_tokens, cache_read_input_tokens ?? 0, output_tokens], [prompt - cached, cached, completion]);
}

await run((dialect) => {
  const { model, scenes, cues } = dialect;
  const same = (name, scene, more = {}) =>
    bothWays(name, async (stream) => assertMessage(await ask(model, cues[scene], stream, more), scenes[scene], dialect));
  return {
    ...same('text', 'hello'),
    ...same('thinking', 'thinking', { thinking: { type: 'adaptive' } }),
    ...same('refusal', 'refusal'),
    ...same('two tools', 'both', { tools: [tool('get_weather'), tool('get_time')] }),

    ...bothWays('a tool is called, and its output answered', async (stream) => {
      const tools = [tool('get_weather')];
      const asked = await ask(model, cues.weather, stream, { tools });
      assertMessage(asked, scenes.weather, dialect);
      const { id } = asked.content.find((block) => block.type === 'tool_use');
      const messages = [
        { role: 'user', content: cues.weather },
        { role: 'assistant', content: asked.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: cues.warm }] },
      ];
      assertMessage(await ask(model, '', stream, { tools, messages }), scenes.warm, dialect);
    }),

    ...bothWays('tools are run', async (stream) => {
      const asked = [];
      const weather = betaTool({
        name: 'get_weather',
        description: 'How warm it is',
        inputSchema: schema,
        run: (args) => {
          asked.push(args);
          return cues.warm;
        },
      });
      const messages = [{ role: 'user', content: cues.weather }];
      const runner = client.beta.messages.toolRunner({ model, max_tokens: 2000, messages, tools: [weather], stream });
      const last = await runner.runUntilDone();
      assert.deepEqual(asked, [{ wherever: 'Aït Ben 🐪' }]);
      assertMessage(last, scenes.warm, dialect);
    }),

    'an answer by a schema': async () => {
      const messages = [{ role: 'user', content: cues.place }];
      const output_config = { format: jsonSchemaOutputFormat(schema) };
      const parsed = client.messages.parse({ model, max_tokens: 2000, messages, output_config });
      if (!dialect.schemas) {
        assert.match((await refused(Anthropic.BadRequestError, parsed)).message, /format/);
        return;
      }
      assert.deepEqual((await parsed).parsed_output, { wherever: 'Tata' });
    },

    'tokens are counted': async () => {
      const count = await client.messages.countTokens({ model, messages: [{ role: 'user', content: 'Hello big world' }] });
      assert.ok(count.input_tokens > 0);
    },

    'a stream breaks': async () => {
      let said = '';
      const messages = [{ role: 'user', content: cues.cut }];
      const all = async () => {
        const events = await client.messages.create({ model: dialect.cut.messages, max_tokens: 9, messages, stream: true });
        for await (const event of events) said += event.delta?.text ?? '';
      };
      const error = await refused(Anthropic.APIError, all());
      assert.equal(error.type, 'api_error');
      assert.match(error.requestID, /^req_/);
      assertBegun(said, dialect);
    },

    ...troubles(dialect.troubles.messages, Anthropic, ask),
  };
});
