package io.dromedary.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a file is told with its line, its field and what to write instead. */
final class ProblemsTest {
    @TempDir
    Path root;

    /** File, text, and the line, field, message and remedy to tell; a plus sign stands for a backend in four lines. */
    private static final String TABLE = """
            backends/b.yaml | +concurency: 3 | 5 | concurency | is not a known key | Did you mean `concurrency`?
            backends/b.yaml | +zzzzzzzz: 3 | 5 | zzzzzzzz | is not a known key | Known here: dialect, api, url
            backends/b.yaml | +timeouts:↵  conect: 2s | 6 | timeouts.conect | is not a known key | Did you mean `connect`?
            backends/b.yaml | +timeouts: { total: 1m,↵  conect: 2s } | 6 | timeouts.conect | is not a known key | `connect`
            backends/b.yaml | +capabilities: { tolls: true } | 5 | capabilities.tolls | is not a known key | `tools`
            backends/b.yaml | +options: { pase: 1s } | 5 | options.pase | is not a known key | `pace`
            backends/b.yaml | +api: response | 5 | api | is none of chat, responses | Did you mean `responses`?
            backends/b.yaml | dialect: tei↵url: http://x/v1↵models: { m: } | 2 | url | wants the server's root | `http://localhost:8080`
            backends/b.yaml | +capabilities: { endpoints: [embedding] } | 5 | capabilities.endpoints[0] | is none of chat, embeddings, | `embeddings`
            backends/b.yaml | dialect: tgi↵url: http://x↵api: responses↵models: { m: } | 3 | api | the dialect tgi does not speak | `dialect: openai`
            backends/b.yaml | +timeouts: { total: 10 } | 5 | timeouts.total | must be a length of time | `2s`
            backends/b.yaml | +timeouts: { total: ten } | 5 | timeouts.total | is not a length of time | `10m`
            backends/b.yaml | +concurrency: many | 5 | concurrency | must be a whole number | `64`
            backends/b.yaml | +concurrency: 0 | 5 | concurrency | must be at least 1 | `64`
            backends/b.yaml | +capabilities: { maxTopLogprobs: 21 } | 5 | capabilities.maxTopLogprobs | must be at most 20 | `5`
            backends/b.yaml | +breaker: { failureRate: 101 } | 5 | breaker.failureRate | must be at most 100 | `50`
            backends/b.yaml | +breaker: { openFor: 2h } | 5 | breaker.openFor | is not a length of time | `5s`
            backends/b.yaml | +breaker: { window: 500ms } | 5 | breaker.window | is not whole seconds | `10s`
            backends/b.yaml | +retry: { attempts: 0 } | 5 | retry.attempts | must be at least 1 | `2`
            backends/b.yaml | +hedge: { share: 1.5 } | 5 | hedge.share | must be at most 1 | `0.1`
            backends/b.yaml | +hedge: { share: half } | 5 | hedge.share | must be a number | `0.1`
            backends/b.yaml | dialect: simulator↵models:↵  m: { timeouts: { connect: 1s } } | 3 | models.m.timeouts.connect | is not a known key | Known here
            backends/b.yaml | +enabled: yes | 5 | enabled | must be true or false | Write true or false
            backends/b.yaml | +requires: KEY | 5 | requires | must be a list | `[OPENAI_API_KEY]`
            backends/b.yaml | +requires:↵  - A↵  - 5 | 7 | requires[1] | must be text | `OPENAI_API_KEY`
            backends/b.yaml | +headers: x | 5 | headers | must be a block of | `{ X-Title: dromedary }`
            backends/b.yaml | +headers: { a b: x } | 5 | headers.a b | is not the name of a header | X-Title
            backends/b.yaml | +headers: { a: "x\\ny" } | 5 | headers.a | no header can carry | ASCII
            backends/b.yaml | +headers: { Host: x } | 5 | headers.Host | is set by the gateway itself | Remove it
            backends/b.yaml | +concurrency: 3↵concurrency: 4 | 6 | concurrency | stands twice, first on line 5 | Keep one
            backends/b.yaml | +auth: ${OPENAI_API_KEY} | 5 | auth | ${OPENAI_API_KEY} is not a reference | ${env:NAME}
            backends/b.yaml | +auth: ${env:NOT_THERE} | 5 | auth | NOT_THERE is not set | requires: [NOT_THERE]
            backends/b.yaml | +auth: ${file:/not/there} | 5 | auth | /not/there cannot be read | ${file:/path}
            backends/b.yaml | dialect: simulator↵models: {} | 2 | models | must not be empty | gpt-4o-mini
            backends/b.yaml | dialect: simulator | 1 | models | is missing | Add `models:
            backends/b.yaml | | 1 | dialect | is missing | Add `dialect: openai`
            backends/b.yaml | models: { m: }↵dialect: opneai↵url: http://x | 2 | dialect | is none of simulator, openai | Did you mean `openai`?
            backends/b.yaml | models: { m: }↵dialect: klingon↵url: http://x | 2 | dialect | tgi, vllm | Write one of them
            backends/b.yaml | dialect: tgi↵models: { m: } | 1 | url | is missing | url: https://
            backends/b.yaml | dialect: tgi↵models: { m: }↵url: ftp://x | 3 | url | is not an http or https address | https://api.openai.com/v1
            backends/b.yaml | dialect: tgi↵models: { m: }↵url: 'http:/x' | 3 | url | is not an http | Write e.g.
            backends/b.yaml | dialect: tgi↵models: { m: }↵url: http://u:p@x | 3 | url | without user | `auth`
            backends/b.yaml | dialect: tgi↵models: { m: }↵url: a b | 3 | url | is not an http | Write e.g.
            backends/b.yaml | dialect: simulator↵models:↵  a b: {} | 3 | models.a b | is not a model name | `gpt-4o-mini`
            backends/b.yaml | dialect: simulator↵models:↵  m:↵    weight: 0 | 4 | models.m.weight | must be at least 1 | `1`
            backends/b.yaml | dialect: simulator↵models:↵\tm: {} | 3 | | is not YAML | Indent with spaces
            backends/b.yaml | dialect: [simulator↵models: 3 | 2 | | is not YAML | brackets
            backends/b.yaml | dialect: simulator↵# \u0001. | 2 | | does not allow | UTF-8
            backends/b.yaml | - a | 1 | | must be a block | Remove it
            backends/b.yaml | ? [a]↵: b↵dialect: simulator↵models: { m: } | 1 | | key that is not text | `key: value`
            backends/b.yaml | dialect: simulator↵models: &m↵  m: *m | 2 | models<m> | nested too deeply | alias
            backends/a b.yaml | + | 1 | | name that is not one word | Rename
            config/keys.yaml | projects:↵  Acme: {} | 2 | projects.Acme | is not a project name | `acme`
            config/keys.yaml | projects:↵  a:↵    keys:↵      - { id: x, secret: sk-drm-abcdefgh } | 4 | projects.a.keys[0].secret | never stands in the file | ${env:NAME}
            config/keys.yaml | projects:↵  a:↵    keys:↵      - { id: x, secret: "${env:X:-abcdefgh}" } | 4 | projects.a.keys[0].secret | never stands in the file | ${env:NAME}
            config/keys.yaml | projects:↵  a:↵    keys:↵      - { id: x, secret: "${X}" } | 4 | projects.a.keys[0].secret | ${X} is not a reference | ${env:NAME}
            config/keys.yaml | projects:↵  a:↵    keys:↵      - id: x | 4 | projects.a.keys[0] | neither sha256 nor secret | keys new
            config/keys.yaml | projects:↵  a:↵    keys:↵      - { id: x, secret: "${env:X}", sha256: <sha> } | 4 | projects.a.keys[0] | both sha256 and secret | one of them
            config/keys.yaml | projects:↵  a:↵    keys:↵      - { id: x, sha256: abc } | 4 | projects.a.keys[0].sha256 | is not a SHA-256 in hex | 64 characters
            config/keys.yaml | projects:↵  a:↵    keys:↵      - sha256: <sha> | 4 | projects.a.keys[0].id | is missing | Add `id: ci`
            config/keys.yaml | projects:↵  a:↵    keys:↵      - { id: x, sha256: <sha> }↵      - { id: x, sha256: <other sha> } | 5 | projects.a.keys[1].id | projects.a.keys[0] too | own id
            config/keys.yaml | projects:↵  a:↵    keys:↵      - { id: x, sha256: <sha> }↵  b:↵    keys:↵      - { id: x, sha256: <SHA> } | 7 | projects.b.keys[0] | same key as projects.a.keys[0] | another key
            config/keys.yaml | projects:↵  a:↵    limits:↵      requestsPerMinute: -1 | 4 | projects.a.limits.requestsPerMinute | must be at least 0 | `600`
            config/models.yaml | models:↵  chat-small:↵    fallback: [chat-big, chat-smal] | 3 | models.chat-small.fallback[1] | names `chat-smal` | Did you mean `chat-small`?
            config/models.yaml | models:↵  unheard-of-name: {} | 2 | models.unheard-of-name | is served by no backend | backend's file
            config/models.yaml | models:↵  chat-small:↵    aliases:↵      - x↵      - chat-big | 5 | models.chat-small.aliases[1] | would hide the model `chat-big` | another alias
            config/models.yaml | models:↵  chat-small: { aliases: [s] }↵  chat-big: { aliases: [s] } | 3 | models.chat-big.aliases[0] | alias of `chat-small` already | Keep one
            config/models.yaml | models:↵  chat-small: { fallback: [chat-small] } | 2 | models.chat-small.fallback | chat-small -> chat-small | Remove `chat-small` here
            config/models.yaml | models:↵  chat-small: { fallback: [chat-big] }↵  chat-big:↵    fallback: [chat-small] | 4 | models.chat-big.fallback | chat-small -> chat-big -> chat-small | Remove `chat-small` here
            config/models.yaml | models:↵  chat-small: { falback: [] } | 2 | models.chat-small.falback | is not a known key | `fallback`
            backends/b.yaml | +tiers: { flexx: x } | 5 | tiers.flexx | is not a known key | Did you mean `flex`?
            backends/b.yaml | +tiers: { auto: x } | 5 | tiers.auto | is not a known key | default, flex, priority, no-limit, over-limit
            backends/b.yaml | +tiers:↵  flex: "" | 6 | tiers.flex | must not be empty | `flex`
            backends/b.yaml | +tiers: flex | 5 | tiers | must be a block of | `{ flex: flex, priority: priority }`
            backends/b.yaml | dialect: simulator↵models:↵  m: { spill: yes } | 3 | models.m.spill | must be true or false | Write true or false
            config/keys.yaml | projects:↵  a:↵    auto: [default, auto] | 3 | projects.a.auto[1] | is none of default, over-limit, flex, priority, no-limit | Write one of them
            config/keys.yaml | projects:↵  a:↵    auto: [defualt] | 3 | projects.a.auto[0] | is none of | Did you mean `default`?
            config/keys.yaml | projects:↵  a:↵    auto: default | 3 | projects.a.auto | must be a list | `[default, over-limit]`
            config/keys.yaml | projects:↵  a:↵    auto: [] | 3 | projects.a.auto | must not be empty | `[default, over-limit]`, or remove it
            config/keys.yaml | projects:↵  a:↵    auto: [flex, default,↵      flex] | 4 | projects.a.auto[2] | names flex twice | Keep one of the two
            config/keys.yaml | projects:↵  a:↵    auto:↵      - default↵      - no-limit | 5 | projects.a.auto[1] | names no-limit, which the project may not use | Add `noLimit: true` to the project, or remove no-limit here
            config/keys.yaml | projects:↵  a:↵    noLimit: true↵    auto: [priority, default] | 4 | projects.a.auto[0] | names priority, which the project may not use | Add `priority: true` to the project, or remove priority here
            config/keys.yaml | projects:↵  a:↵    report: closed | 3 | projects.a.report | is none of exact, openai | Write one of them
            config/keys.yaml | projects:↵  a:↵    limits: { dynamic: yes } | 3 | projects.a.limits.dynamic | must be true or false | Write true or false
            config/keys.yaml | projects:↵  a:↵    limits: { requestsPerMinute: 1_000_000_001 } | 3 | projects.a.limits.requestsPerMinute | must be at most 1000000000 | `600`
            config/keys.yaml | projects:↵  a:↵    limits: { tokensPerMinute: 1_000_000_000_001 } | 3 | projects.a.limits.tokensPerMinute | must be at most 1000000000000 | `400000`
            config/keys.yaml | projects:↵  a:↵    limits: { tokensPerMinute: 1e9 } | 3 | projects.a.limits.tokensPerMinute | must be a whole number | `400000`
            config/keys.yaml | projects:↵  a:↵    limits:↵      models:↵        m: { tokensPerMinutes: 1 } | 5 | projects.a.limits.models.m.tokensPerMinutes | is not a known key | `tokensPerMinute`
            config/keys.yaml | projects:↵  a:↵    limits:↵      models:↵        m: { shared: true } | 5 | projects.a.limits.models.m.shared | is not a known key | requestsPerMinute, tokensPerMinute
            config/keys.yaml | projects:↵  a:↵    limits:↵      models:↵        m: 60 | 5 | projects.a.limits.models.m | must be a block of | `{ requestsPerMinute: 60 }`
            config/keys.yaml | projects:↵  a:↵    limits:↵      models:↵        gpt-*: {} | 5 | projects.a.limits.models.gpt-* | is not a model name: one word, without * | `gpt-4o-mini`
            config/keys.yaml | projects:↵  a:↵    limits:↵      shared: true↵      models: { chat-big: { tokensPerMinute: 1 } } | 5 | projects.a.limits.models | stands beside `shared: true`, which counts all models together | Remove one of the two
            config/keys.yaml | projects:↵  a:↵    keys:↵      - { id: x, sha256: <sha>, limits: { requestPerMinute: 1 } } | 4 | projects.a.keys[0].limits.requestPerMinute | is not a known key | `requestsPerMinute`
            config/keys.yaml | projects:↵  a:↵    keys:↵      - id: x↵        sha256: <sha>↵        limits: { shared: true, models: { chat-big: } } | 6 | projects.a.keys[0].limits.models | stands beside `shared: true` | Remove one
            config/tiers.yaml | lanes:↵  flexx: {} | 2 | lanes.flexx | is not a known key | Did you mean `flex`?
            config/tiers.yaml | lane: {} | 1 | lane | is not a known key | Did you mean `lanes`?
            config/tiers.yaml | lanes:↵  flex: { queues: 3 } | 2 | lanes.flex.queues | is not a known key | Did you mean `queue`?
            config/tiers.yaml | lanes:↵  flex:↵    queue: -1 | 3 | lanes.flex.queue | must be at least 0 | `256`
            config/tiers.yaml | lanes:↵  flex:↵    queue: 1_000_001 | 3 | lanes.flex.queue | must be at most 1000000 | `256`
            config/tiers.yaml | lanes:↵  flex:↵    queue: many | 3 | lanes.flex.queue | must be a whole number | `256`
            config/tiers.yaml | lanes:↵  flex:↵    deadline: 60 | 3 | lanes.flex.deadline | must be a length of time above zero | `2s`
            config/tiers.yaml | lanes:↵  flex:↵    deadline: 0s | 3 | lanes.flex.deadline | is not a length of time above zero | `500ms`
            config/tiers.yaml | lanes:↵  flex:↵    keepFree: 10% | 3 | lanes.flex.keepFree | must be a number | Write e.g. `0.1`
            config/tiers.yaml | lanes:↵  flex:↵    keepFree: 10 | 3 | lanes.flex.keepFree | must be at most 1 | `0.1`
            config/tiers.yaml | lanes:↵  flex:↵    keepFree: -0.1 | 3 | lanes.flex.keepFree | must be at least 0 | `0.1`
            config/tiers.yaml | lanes:↵  flex: 3 | 2 | lanes.flex | must be a block of | `{ queue: 256, deadline: 10s }`
            config/tiers.yaml | auto: [flexx] | 1 | auto[0] | is none of default, over-limit, flex, priority, no-limit | Did you mean `flex`?
            config/tiers.yaml | auto: [default, auto] | 1 | auto[1] | is none of | Write one of them
            config/tiers.yaml | auto: | 1 | auto | must be a list | `[default, over-limit]`
            config/tiers.yaml | report: exact↵auto: [] | 2 | auto | must not be empty | Write e.g. `[default, over-limit]`, or remove it
            config/tiers.yaml | auto:↵  - default↵  - default | 3 | auto[1] | names default twice | Keep one of the two
            config/tiers.yaml | report: exactly | 1 | report | is none of exact, openai | Did you mean `exact`?
            config/tiers.yaml | onStoreFailure: remote | 1 | onStoreFailure | is none of refuse, local | Write one of them
            config/tiers.yaml | lanes: [ | 1 | | is not YAML | brackets
            config/gateway.yaml | observe: { projectLabels: acme } | 1 | observe.projectLabels | must be true or false | Write true or false
            config/gateway.yaml | store: { mode: remot } | 1 | store.mode | is none of local, remote | Did you mean `remote`?
            config/gateway.yaml | store:↵  mode: remote | 1 | store.servers | is missing | Write `servers: [localhost:11222]`, or `mode: local`
            config/gateway.yaml | store:↵  mode: remote↵  servers: [] | 3 | store.servers | must not be empty | Write `servers: [localhost:11222]`, or `mode: local`
            config/gateway.yaml | store: { fsyncs: true } | 1 | store.fsyncs | is not a known key | Did you mean `fsync`?
            config/gateway.yaml | store: { servers: "a:1" } | 1 | store.servers | must be a list | `[localhost:11222]`
            config/gateway.yaml | store:↵  servers: [a:1,↵    localhost] | 3 | store.servers[1] | is not a host and a port | `localhost:11222`
            config/gateway.yaml | store: { servers: ["a:65536"] } | 1 | store.servers[0] | is not a host and a port | `localhost:11222`
            config/gateway.yaml | store: { servers: [11222] } | 1 | store.servers[0] | must be a host and a port | `localhost:11222`
            config/gateway.yaml | store:↵  username: x | 1 | store.password | is missing beside the username | Add `password: ${env:NAME}` and set NAME
            config/gateway.yaml | store: { password: "${env:PW}" } | 1 | store.username | is missing beside the password | `username: dromedary`
            config/gateway.yaml | store:↵  username: x↵  password: hunter2 | 3 | store.password | must be a reference: a password never stands in the file | Write `password: ${env:NAME}` and set NAME
            config/gateway.yaml | store:↵  username: x↵  password: ${env:PW:-hunter2} | 3 | store.password | never stands in the file | ${env:NAME}
            config/gateway.yaml | store:↵  username: x↵  password: hunter${env:PW:-2} | 3 | store.password | never stands in the file | ${env:NAME}
            config/gateway.yaml | store:↵  username: x↵  password: 12345 | 3 | store.password | must be text | `${env:INFINISPAN_PASSWORD}`
            config/gateway.yaml | store:↵  username: x↵  password: ${PW} | 3 | store.password | ${PW} is not a reference | ${env:NAME}
            config/gateway.yaml | store:↵  mode: remote↵  servers: [a:1]↵  username: x↵  password: ${env:PW} | 5 | store.password | PW is not set | Set it, or remove this line
            config/gateway.yaml | store:↵  mode: remote↵  servers: [a:1]↵  username: x↵  password: ${file:/not/there} | 5 | store.password | /not/there cannot be read | ${file:/path}
            config/gateway.yaml | files: { urls: { allow: [files.internal] } } | 1 | files.urls.allow[0] | is not a host and a port | `localhost:11222`
            config/gateway.yaml | files:↵  s3: { region: r1 } | 2 | files.s3.accessKey | is missing | ${env:S3_ACCESS_KEY}
            config/gateway.yaml | files: { s3: { target: there } } | 1 | files.s3.target | beside | `beside`
            config/gateway.yaml | files: { s3: { buckets: { A B: [acme] } } } | 1 | files.s3.buckets.A B | is not the name of a bucket | `acme-batches`
            config/gateway.yaml | files: { s3: { endpoint: ftp://x } } | 1 | files.s3.endpoint | http | https://s3
            config/gateway.yaml | files:↵  s3:↵    region: r1↵    accessKey: ${env:K}↵    secretKey: hunter2↵    buckets: { b-1: [a] } | 5 | files.s3.secretKey | must be a reference: a key never stands in the file | Write `secretKey: ${env:NAME}` and set NAME
            config/gateway.yaml | store:↵  mode: ${env:MODE} | 2 | store.mode | MODE is not set | Set it, or remove this line
            config/gateway.yaml | limits: { jsonBytes: 4096 }↵timeouts: { idle: "${env:IDLE}" } | 2 | timeouts.idle | IDLE is not set | Set it
            config/gateway.yaml | limits:↵  jsonByte: 3 | 2 | limits.jsonByte | is not a known key | `jsonBytes`
            config/gateway.yaml | tls:↵  key: x | 1 | tls.certificate | is missing | Add `certificate:
            config/gateway.yaml | tls: { certificate: /not/there, key: /not/there/either } | 1 | tls.key | cannot be read | PEM
            config/gateway.yaml | responses:↵  retention: 30 | 2 | responses.retention | must be a length of time | `500ms`
            config/gateway.yaml | responses: { event: 1h } | 1 | responses.event | is not a known key | Did you mean `events`?
            config/gateway.yaml | ↵↵shutdown: { grace: 30 } | 3 | shutdown.grace | must be a length of time | `30s`
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = TABLE)
    void a_problem_names_file_line_field_and_remedy(
            String file, @Nullable String text, int line, @Nullable String field, String message, String remedy) {
        var folder = new SettingsFolder(root)
                .write("backends/known.yaml", "dialect: simulator\nmodels: { chat-small: , chat-big: }")
                .write(file, text(text));

        assertThat(folder.problems()).anySatisfy(problem -> {
            assertThat(problem.file()).isEqualTo(folder.path(file).toString());
            assertThat(problem.line()).isEqualTo(line);
            assertThat(problem.field()).isEqualTo(text(field));
            assertThat(problem.message()).contains(message);
            assertThat(problem.remedy()).contains(remedy);
        });
    }

    private static String text(@Nullable String cell) {
        return cell == null
                ? ""
                : cell.replaceFirst("^\\+", SettingsFolder.BACKEND)
                        .replace("↵", "\n")
                        .replace("<sha>", "ab".repeat(32))
                        .replace("<SHA>", "AB".repeat(32))
                        .replace("<other sha>", "cd".repeat(32))
                        .replace("<m>", ".m".repeat(32));
    }

    @Test
    void every_problem_of_every_file_is_told_at_once_in_order() {
        var folder = new SettingsFolder(root)
                .write(
                        "backends/a.yaml",
                        SettingsFolder.BACKEND + "concurrency: 0\nconcurency: 1\ntimeouts: { total: x }")
                .write("backends/b.yaml", "dialect: [")
                .write("config/gateway.yaml", "limit: {}")
                .write("config/tiers.yaml", "lane: {}")
                .write("config/keys.yaml", "projects: { A: {} }")
                .write("config/models.yaml", "models: { chat-small: { alias: [] } }");

        assertThat(folder.problems())
                .extracting(problem -> Path.of(problem.file()).getFileName() + ":" + problem.line())
                .containsExactly(
                        "a.yaml:5",
                        "a.yaml:6",
                        "a.yaml:7",
                        "b.yaml:1",
                        "gateway.yaml:1",
                        "keys.yaml:1",
                        "models.yaml:1",
                        "tiers.yaml:1");
    }

    @Test
    void a_backend_that_cannot_be_parsed_does_not_make_its_models_unknown() {
        var folder = new SettingsFolder(root)
                .write("backends/a.yaml", SettingsFolder.BACKEND)
                .write("backends/b.yaml", "models: { chat-big: ")
                .write("config/models.yaml", "models: { chat-small: { fallback: [chat-big] } }");

        assertThat(folder.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.file()).endsWith("b.yaml"));
    }

    @Test
    void a_backend_with_a_wrong_field_still_counts_as_serving_its_models() {
        var folder = new SettingsFolder(root)
                .write("backends/a.yaml", SettingsFolder.BACKEND + "concurrency: 0")
                .write("config/models.yaml", "models: { chat-small: { aliases: [s] } }");

        assertThat(folder.problems()).extracting(Problem::field).containsExactly("concurrency");
    }

    @Test
    void two_files_of_one_name_are_a_problem() {
        var folder = new SettingsFolder(root)
                .write("backends/a.yaml", SettingsFolder.BACKEND)
                .write("backends/a.yml", SettingsFolder.BACKEND);

        assertThat(folder.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).endsWith("a.yml");
            assertThat(problem.message()).contains("same name").contains("a.yaml");
        });
    }

    @Test
    void a_general_ladder_that_a_project_may_not_climb_is_told_for_each_such_project() {
        var folder = new SettingsFolder(root)
                .write("config/tiers.yaml", "auto: [priority, default, over-limit, no-limit]")
                .write("config/keys.yaml", """
                        projects:
                          may: { priority: true, noLimit: true }
                          own: { auto: [default] }
                          may-not:
                            noLimit: true
                          neither: {}
                        """);

        assertThat(folder.problems())
                .extracting(problem ->
                        problem.line() + " " + problem.field() + " " + problem.message() + ". " + problem.remedy())
                .containsExactly(
                        "4 projects.may-not.auto is missing, and the ladder of tiers.yaml names priority, which the project may"
                                + " not use. Add `priority: true` to the project, or e.g. `auto: [default]`",
                        "6 projects.neither.auto is missing, and the ladder of tiers.yaml names priority, which the project may"
                                + " not use. Add `priority: true` to the project, or e.g. `auto: [default]`",
                        "6 projects.neither.auto is missing, and the ladder of tiers.yaml names no-limit, which the project may"
                                + " not use. Add `noLimit: true` to the project, or e.g. `auto: [default]`");
    }

    @Test
    void limits_of_an_alias_are_a_problem_since_calls_count_by_the_name_of_the_model() {
        var folder = new SettingsFolder(root)
                .write("backends/a.yaml", SettingsFolder.BACKEND)
                .write("config/models.yaml", "models: { chat-small: { aliases: [small] } }")
                .write("config/keys.yaml", """
                        projects:
                          p:
                            limits: { models: { chat-small: , small: } }
                            keys:
                              - id: k
                                sha256: %s
                                limits: { models: { small: } }
                        """.formatted("ab".repeat(32)));

        assertThat(folder.problems())
                .extracting(problem ->
                        problem.line() + " " + problem.field() + " " + problem.message() + ". " + problem.remedy())
                .containsExactly(
                        "3 projects.p.limits.models.small is an alias, and calls count by the model's own name."
                                + " Write `chat-small`",
                        "7 projects.p.keys[0].limits.models.small is an alias, and calls count by the model's own name."
                                + " Write `chat-small`");
    }

    @Test
    void no_problem_repeats_a_secret() {
        var folder = new SettingsFolder(root)
                .set("SECRET_URL", "hunter2://x")
                .set("SECRET_HEADER", "hunter2\nX: y")
                .write("backends/a.yaml", "dialect: openai\nmodels: { m: }\nurl: ${env:SECRET_URL}")
                .write(
                        "backends/b.yaml",
                        SettingsFolder.BACKEND + "auth: ${env:SECRET_HEADER}\nconcurrency: ${env:SECRET_URL}")
                .write("backends/c.yaml", SettingsFolder.BACKEND + "auth: ${env:SECRET_HEADER}")
                .write(
                        "config/keys.yaml",
                        "projects: { a: { keys: [{ id: x, secret: hunter2 }, { id: y, sha256: hunter2 }] } }")
                .write("backends/d.yaml", "dialect: ${env:SECRET_URL}\nmodels: { m: }")
                .write(
                        "config/gateway.yaml",
                        "store: { mode: \"${env:SECRET_URL}\", username: u, password: hunter2, servers: [\"${env:SECRET_URL}\"] }");

        assertThat(folder.problems()).hasSizeGreaterThan(4);
        assertThat(folder.problems().toString()).doesNotContain("hunter2");
    }
}
