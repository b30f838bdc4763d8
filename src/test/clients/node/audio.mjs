// OpenAI's Node client has speech written down: BASE_URL (with /v1), API_KEY and MODEL come from the environment. What it
// sends is text, which the simulator says back. Prints one line per check; the exit code is the number of those that failed.
import assert from 'node:assert/strict';
import OpenAI, { toFile } from 'openai';

const { BASE_URL, API_KEY, MODEL } = process.env;
const client = new OpenAI({ baseURL: BASE_URL, apiKey: API_KEY, maxRetries: 0, timeout: 30_000 });
const speech = (text = 'good morning to all of you') => toFile(Buffer.from(text), 'speech.wav', { type: 'audio/wav' });

const checks = {
  'speech becomes text': async () => {
    const transcript = await client.audio.transcriptions.create({ file: await speech(), model: MODEL });
    assert.equal(transcript.text, 'good morning to all of you');
    assert.equal(transcript.usage.type, 'duration');
  },
  'each format comes as it is': async () => {
    const file = await speech();
    const as = async (response_format) => client.audio.transcriptions.create({ file, model: MODEL, response_format });
    assert.equal(await as('text'), 'good morning to all of you\n');
    assert.match(await as('srt'), /^1\n00:00:00,000 --> 00:00:0\d,\d{3}\ngood morning to all of you\n/);
    assert.match(await as('vtt'), /^WEBVTT\n\n00:00:00.000 --> /);
    const verbose = await as('verbose_json');
    assert.equal(verbose.segments[0].text, 'good morning to all of you');
    assert.equal(verbose.words, undefined);
  },
  'words have their times': async () => {
    const verbose = await client.audio.transcriptions.create({
      file: await speech(), model: MODEL, response_format: 'verbose_json', timestamp_granularities: ['word', 'segment'],
    });
    assert.deepEqual(verbose.words.map((word) => word.word), ['good', 'morning', 'to', 'all', 'of', 'you']);
    assert.equal(verbose.segments.length, 1);
  },
  'text comes piece by piece': async () => {
    const stream = await client.audio.transcriptions.create({ file: await speech(), model: MODEL, stream: true });
    let text = '';
    let last;
    for await (const event of stream) {
      if (event.type === 'transcript.text.delta') text += event.delta;
      last = event;
    }
    assert.equal(text, 'good morning to all of you');
    assert.equal(last.type, 'transcript.text.done');
    assert.equal(last.text, text);
  },
  'speech is translated': async () => {
    const translation = await client.audio.translations.create({ file: await speech(), model: MODEL });
    assert.equal(translation.text, 'good morning to all of you');
  },
  'what is wrong is told': async () => {
    const file = await speech();
    const wrong = client.audio.transcriptions.create({ file, model: MODEL, temperature: 7 });
    await assert.rejects(wrong, (error) => error instanceof OpenAI.BadRequestError && error.param === 'temperature');
    await assert.rejects(client.audio.transcriptions.create({ file, model: 'nobody' }), OpenAI.NotFoundError);
    const failing = client.audio.transcriptions.create({ file: await speech('fail:503'), model: MODEL });
    await assert.rejects(failing, OpenAI.InternalServerError);
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
process.exit(failed);
