// Opens very many streams at once over a few HTTP/2 connections, and tells how many of them had all their tokens.
//
//   node open-streams.mjs URL KEY MODEL STREAMS TOKENS
//
// On the client's side a stream costs no file descriptor this way, so that a gateway under a small limit can be asked
// for more streams than over HTTP/1.1. Needs nothing but Node.js.
import http2 from "node:http2";

const [url, key, model, streams, tokens] = process.argv.slice(2);
const perConnection = 500;
const wanted = Number(streams);
const body = JSON.stringify({
  model,
  stream: true,
  max_tokens: Number(tokens),
  messages: [{ role: "user", content: "count" }],
});

let open = 0;
let most = 0;
let first = 0;
let whole = 0;
let failed = 0;

function one(session) {
  return new Promise((resolve) => {
    const request = session.request({
      ":method": "POST",
      ":path": "/v1/chat/completions",
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
    });
    let begun = false;
    let tail = "";
    request.on("data", (bytes) => {
      if (!begun) {
        begun = true;
        first++;
        most = Math.max(most, ++open);
      }
      tail = (tail + bytes).slice(-64);
    });
    const end = () => {
      if (begun) open--;
      if (tail.endsWith("data: [DONE]\n\n")) whole++;
      else failed++;
      resolve();
    };
    request.on("close", end);
    request.on("error", () => {});
    request.end(body);
  });
}

const sessions = [];
const all = [];
for (let i = 0; i < wanted; i++) {
  if (i % perConnection === 0) {
    const session = http2.connect(url);
    session.on("error", (cause) => console.error(String(cause)));
    sessions.push(session);
  }
  all.push(one(sessions[sessions.length - 1]));
  if (i % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 20));
}
const watch = setInterval(() => console.log(`open ${open}, begun ${first}, whole ${whole}, failed ${failed}`), 2000);
await Promise.all(all);
clearInterval(watch);
sessions.forEach((session) => session.close());
console.log(`${wanted} streams: ${most} open at once, ${first} began, ${whole} whole, ${failed} failed`);
process.exit(failed === 0 && most === wanted ? 0 : 1);
