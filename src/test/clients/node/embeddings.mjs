// OpenAI's Node client asks for embeddings: BASE_URL (with /v1), API_KEY and MODEL come from the environment. Prints one
// line per check; the exit code is the number of those that failed.
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const { BASE_URL, API_KEY, MODEL } = process.env;
const client = new OpenAI({ baseURL: BASE_URL, apiKey: API_KEY, maxRetries: 0, timeout: 30_000 });

function length(vector) {
  return Math.sqrt(vector.reduce((sum, number) => sum + number * number, 0));
}

const checks = {
  // without an encoding_format the client asks for base64 and decodes it
  'one text': async () => {
    const answer = await client.embeddings.create({ model: MODEL, input: 'Hello big world' });
    assert.equal(answer.object, 'list');
    assert.equal(answer.model, MODEL);
    assert.equal(answer.data.length, 1);
    assert.equal(answer.data[0].object, 'embedding');
    assert.equal(answer.data[0].embedding.length, 256);
    assert.ok(Math.abs(length(answer.data[0].embedding) - 1) < 1e-5);
    assert.deepEqual(answer.usage, { prompt_tokens: 3, total_tokens: 3 });
  },

  'both encodings say the same': async () => {
    const input = ['one', 'two', 'three'];
    const decoded = await client.embeddings.create({ model: MODEL, input });
    const numbers = await client.embeddings.create({ model: MODEL, input, encoding_format: 'float' });
    const base64 = await client.embeddings.create({ model: MODEL, input, encoding_format: 'base64' });
    assert.deepEqual(decoded.data.map((one) => one.index), [0, 1, 2]);
    for (const [i, one] of numbers.data.entries()) {
      assert.deepEqual(Float32Array.from(one.embedding), Float32Array.from(decoded.data[i].embedding));
      const bytes = Buffer.from(base64.data[i].embedding, 'base64');
      assert.equal(bytes.readFloatLE(4), Math.fround(one.embedding[1]));
    }
  },

  'token ids and dimensions': async () => {
    const answer = await client.embeddings.create({ model: MODEL, input: [[1, 2], [3]], dimensions: 12 });
    assert.equal(answer.data.length, 2);
    assert.equal(answer.data[1].embedding.length, 12);
  },

  'a field that is wrong': async () => {
    const error = await client.embeddings.create({ model: MODEL, input: ['a', ''] }).then(
      () => assert.fail('was not refused'),
      (reason) => reason,
    );
    assert.ok(error instanceof OpenAI.BadRequestError, String(error));
    assert.equal(error.param, 'input[1]');
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
