// OpenAI's Node client uploads, lists, fetches and deletes files: BASE_URL (with /v1), API_KEY and MODEL come from the
// environment. Prints one line per check; the exit code is the number of those that failed.
import assert from 'node:assert/strict';
import OpenAI, { toFile } from 'openai';

const { BASE_URL, API_KEY, MODEL } = process.env;
const client = new OpenAI({ baseURL: BASE_URL, apiKey: API_KEY, maxRetries: 0, timeout: 30_000 });

const upload = async (name, content, more = {}) =>
  client.files.create({ file: await toFile(Buffer.from(content), name), purpose: 'user_data', ...more });

const checks = {
  'a file goes up, is shown and comes back': async () => {
    const content = 'x'.repeat(700_000);
    const file = await upload('a "quoted" name.txt', content);
    assert.equal(file.object, 'file');
    assert.equal(file.bytes, content.length);
    assert.equal(file.status, 'processed');
    assert.deepEqual(await client.files.retrieve(file.id), file);
    const back = await client.files.content(file.id);
    assert.equal(await back.text(), content);
  },
  'it says when it expires': async () => {
    const file = await upload('b.txt', 'b', { expires_after: { anchor: 'created_at', seconds: 3600 } });
    assert.equal(file.expires_at - file.created_at, 3600);
  },
  'lists are read page by page': async () => {
    const made = [];
    for (let i = 0; i < 3; i++) made.push((await upload(`c${i}`, 'c')).id);
    const listed = [];
    for await (const file of client.files.list({ limit: 2, order: 'desc' })) listed.push(file.id);
    assert.deepEqual(listed.slice(0, 3), made.reverse());
  },
  'a file that is deleted is gone': async () => {
    const { id } = await upload('d.txt', 'd');
    assert.deepEqual(await client.files.delete(id), { id, object: 'file', deleted: true });
    await assert.rejects(client.files.retrieve(id), OpenAI.NotFoundError);
    await assert.rejects(client.files.content(id), OpenAI.NotFoundError);
  },
  'what is wrong is told by its field': async () => {
    await assert.rejects(upload('e.txt', 'e', { purpose: 'fun' }), (error) => {
      assert.ok(error instanceof OpenAI.BadRequestError);
      assert.equal(error.param, 'purpose');
      return true;
    });
  },
  'a response reads a file': async () => {
    const { id } = await upload('f.txt', 'f');
    const content = [{ type: 'input_file', file_id: id }, { type: 'input_text', text: 'Hello' }];
    const made = await client.responses.create({ model: MODEL, input: [{ role: 'user', content }] });
    assert.equal(made.status, 'completed');
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}\n${error.stack}`);
  }
}
process.exit(failed);
