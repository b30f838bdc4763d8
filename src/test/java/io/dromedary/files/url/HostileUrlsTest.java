package io.dromedary.files.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dromedary.api.error.RefusedException;
import io.dromedary.files.UnsteadyException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * URLs that are after what a caller must not reach. Each is refused in words that tell its caller what to change, and
 * nobody is connected to: a listener at every address of this machine, at the very port that is allowed, counts.
 */
final class HostileUrlsTest {
    private static final String SCHEME = "must begin with https://";
    private static final String PRIVATE = "names a host that is not on the public internet";
    private static final String DECIMAL = "must write an IPv4 address as four decimal numbers";
    private static final String USER = "must not name a user";
    private static final String NAME = "must have the name of a host in plain ASCII";
    private static final String PERCENT = "must write its host without percent signs";
    private static final String ENCODED = "has a character that must be percent-encoded";
    private static final String IPV6 = "has an IPv6 address that is none";
    private static final String PORT = "must not name a port other than";
    private static final String NO_PORT = "has a port that is none";
    private static final String FRAGMENT = "must have no fragment";
    private static final String WAYS = "can be read in more ways than one";

    record Row(String url, String why) {
        @Override
        public String toString() {
            return url;
        }
    }

    private final AtomicInteger asked = new AtomicInteger();
    private CountingListener listener;
    private WebSource web;

    private static Row row(String url, String why) {
        return new Row(url, why);
    }

    static Stream<Row> hostile() {
        return Stream.of(
                        schemes(),
                        loopback(),
                        numbers(),
                        privateRanges(),
                        ipv6(),
                        names(),
                        users(),
                        characters(),
                        ports())
                .flatMap(rows -> rows);
    }

    private static Stream<Row> schemes() {
        return Stream.of(
                row("http://files.example/a", SCHEME),
                row("file:///etc/passwd", SCHEME),
                row("file://localhost/etc/passwd", SCHEME),
                row("ftp://files.example/a", SCHEME),
                row("gopher://127.0.0.1:6379/_FLUSHALL", SCHEME),
                row("dict://127.0.0.1:11211/stat", SCHEME),
                row("jar:https://files.example/a!/b", SCHEME),
                row("data:text/plain,hello", SCHEME),
                row("ldap://127.0.0.1/", SCHEME),
                row("netdoc:/etc/passwd", SCHEME),
                row("//files.example/a", SCHEME),
                row("https:files.example/a", SCHEME),
                row("https:/files.example/a", SCHEME),
                row(" https://files.example/a", SCHEME),
                row("url:https://files.example/a", SCHEME));
    }

    private static Stream<Row> loopback() {
        return Stream.of(
                row("https://127.0.0.1:{port}/", PRIVATE),
                row("HTTPS://127.0.0.1:{port}/", PRIVATE),
                row("https://127.0.0.2:{port}/", PRIVATE),
                row("https://127.255.255.254:{port}/", PRIVATE),
                row("https://0.0.0.0:{port}/", PRIVATE),
                row("https://0.1.2.3:{port}/", PRIVATE),
                row("https://localhost:{port}/", PRIVATE),
                row("https://LOCALHOST:{port}/", PRIVATE),
                row("https://app.localhost:{port}/", PRIVATE),
                row("https://localhost.:{port}/", NAME),
                row("https://127.0.0.1.:{port}/", NAME));
    }

    private static Stream<Row> numbers() {
        return Stream.of(
                row("https://2130706433:{port}/", DECIMAL),
                row("https://017700000001:{port}/", DECIMAL),
                row("https://0x7f000001:{port}/", DECIMAL),
                row("https://0X7F000001:{port}/", DECIMAL),
                row("https://0x7f.0x0.0x0.0x1:{port}/", DECIMAL),
                row("https://0177.0.0.1:{port}/", DECIMAL),
                row("https://127.0.0.01:{port}/", DECIMAL),
                row("https://127.1:{port}/", DECIMAL),
                row("https://127.0.1:{port}/", DECIMAL),
                row("https://0:{port}/", DECIMAL),
                row("https://0x:{port}/", DECIMAL),
                row("https://127.0.0.256:{port}/", DECIMAL),
                row("https://127.0.0.1.2:{port}/", DECIMAL),
                row("https://4294967297:{port}/", DECIMAL),
                row("https://2852039166:{port}/latest/meta-data", DECIMAL),
                row("https://files.example.0x7f000001:{port}/", DECIMAL));
    }

    private static Stream<Row> privateRanges() {
        return Stream.of(
                row("https://10.0.0.1:{port}/", PRIVATE),
                row("https://100.64.0.1:{port}/", PRIVATE),
                row("https://100.100.100.200:{port}/latest/meta-data", PRIVATE),
                row("https://168.63.129.16:{port}/", PRIVATE),
                row("https://169.254.169.254:{port}/latest/meta-data", PRIVATE),
                row("https://172.16.0.1:{port}/", PRIVATE),
                row("https://172.31.255.255:{port}/", PRIVATE),
                row("https://192.0.0.192:{port}/", PRIVATE),
                row("https://192.0.2.1:{port}/", PRIVATE),
                row("https://192.88.99.1:{port}/", PRIVATE),
                row("https://192.168.1.1:{port}/", PRIVATE),
                row("https://198.18.0.1:{port}/", PRIVATE),
                row("https://198.19.255.255:{port}/", PRIVATE),
                row("https://198.51.100.1:{port}/", PRIVATE),
                row("https://203.0.113.1:{port}/", PRIVATE),
                row("https://224.0.0.1:{port}/", PRIVATE),
                row("https://240.0.0.1:{port}/", PRIVATE),
                row("https://255.255.255.255:{port}/", PRIVATE));
    }

    private static Stream<Row> ipv6() {
        return Stream.of(
                row("https://[::]:{port}/", PRIVATE),
                row("https://[::1]:{port}/", PRIVATE),
                row("https://[0:0:0:0:0:0:0:1]:{port}/", PRIVATE),
                row("https://[::ffff:127.0.0.1]:{port}/", PRIVATE),
                row("https://[::ffff:7f00:1]:{port}/", PRIVATE),
                row("https://[::FFFF:10.0.0.1]:{port}/", PRIVATE),
                row("https://[::127.0.0.1]:{port}/", PRIVATE),
                row("https://[64:ff9b::7f00:1]:{port}/", PRIVATE),
                row("https://[64:ff9b:1::7f00:1]:{port}/", PRIVATE),
                row("https://[2002:7f00:1::]:{port}/", PRIVATE),
                row("https://[2001:0:7f00:1::]:{port}/", PRIVATE),
                row("https://[2001:db8::1]:{port}/", PRIVATE),
                row("https://[3fff::1]:{port}/", PRIVATE),
                row("https://[100::1]:{port}/", PRIVATE),
                row("https://[fc00::1]:{port}/", PRIVATE),
                row("https://[fd00:ec2::254]:{port}/", PRIVATE),
                row("https://[fe80::1]:{port}/", PRIVATE),
                row("https://[fec0::1]:{port}/", PRIVATE),
                row("https://[ff02::1]:{port}/", PRIVATE),
                row("https://[5f00::1]:{port}/", PRIVATE),
                row("https://[fe80::1%25eth0]:{port}/", PERCENT),
                row("https://[::1%lo]:{port}/", PERCENT),
                row("https://[127.0.0.1]:{port}/", IPV6),
                row("https://[localhost]:{port}/", IPV6),
                row("https://[1::2::3]:{port}/", IPV6),
                row("https://[]:{port}/", IPV6),
                row("https://::1:{port}/", NO_PORT),
                row("https://[::1]x:{port}/", NAME));
    }

    private static Stream<Row> names() {
        return Stream.of(
                row("https://loopback.example:{port}/", PRIVATE),
                row("https://private.example:{port}/", PRIVATE),
                row("https://metadata.example:{port}/", PRIVATE),
                row("https://loopback6.example:{port}/", PRIVATE),
                row("https://mapped.example:{port}/", PRIVATE),
                row("https://mixed.example:{port}/", PRIVATE),
                row("https://mixed6.example:{port}/", PRIVATE),
                row("https://intranet:{port}/", PRIVATE),
                row("https://nowhere.example:{port}/", "names a host that cannot be found"),
                row("https://files..example:{port}/", NAME),
                row("https://.files.example:{port}/", NAME),
                row("https://-files.example:{port}/", NAME),
                row("https://files_.example:{port}/", NAME),
                row("https://" + "a".repeat(64) + ".example:{port}/", NAME),
                row("https://" + "a.".repeat(130) + "example:{port}/", NAME),
                row("https:///etc/passwd", NAME),
                row("https://", NAME));
    }

    private static Stream<Row> users() {
        return Stream.of(
                row("https://files.example@127.0.0.1:{port}/", USER),
                row("https://user:password@loopback.example:{port}/", USER),
                row("https://files.example:443@127.0.0.1:{port}/", USER),
                row("https://@127.0.0.1:{port}/", USER),
                row("https://127.0.0.1:{port}@files.example/", USER),
                row("https://files.example?@127.0.0.1:{port}/", PORT),
                row("https://files.example#@127.0.0.1:{port}/", FRAGMENT),
                row("https://127.0.0.1:{port}#.files.example/", FRAGMENT),
                row("https://files.example\\@127.0.0.1:{port}/", ENCODED),
                row("https://127.0.0.1:{port}\\.files.example/", ENCODED),
                row("https://127.0.0.1:{port};files.example/", NO_PORT),
                row("https://127.0.0.1:{port}&@files.example/", USER));
    }

    private static Stream<Row> characters() {
        return Stream.of(
                row("https://127%2e0%2e0%2e1:{port}/", PERCENT),
                row("https://%6c%6f%63%61%6c%68%6f%73%74:{port}/", PERCENT),
                row("https://files.example%00.127.0.0.1:{port}/", PERCENT),
                row("https://files.example%2f@127.0.0.1:{port}/", USER),
                row("https://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3:{port}/", ENCODED),
                row("https://\uff11\uff12\uff17.0.0.1:{port}/", ENCODED),
                row("https://127\u30020\u30020\u30021:{port}/", ENCODED),
                row("https://loopb\u00e4ck.example:{port}/", ENCODED),
                row("https://files.example\u0000.example:{port}/", ENCODED),
                row("https://files.example:{port}/a\r\nHost: localhost", ENCODED),
                row("https://files.example:{port}/a b", ENCODED),
                row("https://127.0.0.1\t:{port}/", ENCODED),
                row("https://files.example:{port}/%zz", WAYS),
                row("https://files.example:{port}/a/../b", WAYS),
                row("https://files.example:{port}/a/%2e%2E/b", WAYS),
                row("https://files.example:{port}/" + "a".repeat(9_000), "is longer than"));
    }

    private static Stream<Row> ports() {
        return Stream.of(
                row("https://files.example:22/", PORT),
                row("https://files.example:6379/", PORT),
                row("https://files.example:80/", PORT),
                row("https://files.example:65536/", PORT),
                row("https://files.example:0/", NO_PORT),
                row("https://files.example:/", NO_PORT),
                row("https://files.example:+443/", NO_PORT),
                row("https://files.example:443:80/", NO_PORT),
                row("https://files.example:0443/", NO_PORT),
                row("https://files.example:99999999999/", NO_PORT));
    }

    @BeforeEach
    void listen() throws Exception {
        listener = new CountingListener();
        web = source(Set.of(), SSLContext.getDefault());
    }

    @AfterEach
    void close() throws Exception {
        web.close();
        listener.close();
    }

    private WebSource source(Set<String> named, SSLContext tls) {
        var soon = Duration.ofSeconds(2);
        return new WebSource(
                () -> new Permits(listener.port(), named), this::find, tls, new WebSource.Times(soon, soon, soon));
    }

    /** What names stand for: a resolver that an attacker has in hand. */
    private InetAddress[] find(String host) throws UnknownHostException {
        asked.incrementAndGet();
        return switch (host) {
            case "loopback.example", "localhost", "intranet" -> addresses("127.0.0.1");
            case "private.example" -> addresses("10.1.2.3");
            case "metadata.example" -> addresses("169.254.169.254");
            case "loopback6.example" -> addresses("::1");
            case "mapped.example" -> addresses("::ffff:127.0.0.1");
            case "mixed.example" -> addresses("93.184.215.14", "127.0.0.1");
            case "mixed6.example" -> addresses("::1", "93.184.215.14");
            default -> throw new UnknownHostException(host);
        };
    }

    private static InetAddress[] addresses(String... texts) {
        return Stream.of(texts).map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
    }

    private void read(WebSource from, String url) throws Exception {
        from.read(HttpsUrl.parse(url), 1_000, (content, most) -> content.readNBytes(1));
    }

    /** As it is told where nobody tries again. */
    private void readOnce(WebSource from, String url) throws Exception {
        try {
            read(from, url);
        } catch (UnsteadyException e) {
            throw e.refused();
        }
    }

    private String at(Row row) {
        return row.url().replace("{port}", String.valueOf(listener.port()));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void is_refused_and_nobody_is_connected_to(Row row) {
        assertThatThrownBy(() -> readOnce(web, at(row)))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.refusal().status()).isEqualTo(400);
                    assertThat(refused.refusal().param()).isEqualTo("input_file_id");
                    assertThat(refused.refusal().code()).isEqualTo("invalid_url");
                })
                .hasMessageContaining(row.why())
                .hasMessageNotContainingAny("127.0.0.1", "10.1.2.3", "169.254");
        assertThat(listener.connections()).isZero();
    }

    @Test
    void the_table_is_long_and_names_nothing_twice() {
        var urls = hostile().map(Row::url).toList();
        assertThat(urls).hasSizeGreaterThan(120);
        assertThat(new HashSet<>(urls)).hasSameSizeAs(urls);
    }

    @Test
    void the_listener_would_have_been_connected_to() throws Exception {
        try (var allowed = source(Set.of("loopback.example:" + listener.port()), SSLContext.getDefault())) {
            assertThatThrownBy(() -> read(allowed, "https://loopback.example:" + listener.port() + "/"))
                    .isInstanceOf(RefusedException.class);
            await().atMost(Duration.ofSeconds(10)).until(() -> listener.connections() == 1);
        }
    }

    @Test
    void no_redirect_leads_where_no_url_may(@TempDir Path folder) throws Exception {
        var rows = hostile().toList();
        try (var server = new HttpsFiles(folder);
                var allowed = source(Set.of("localhost:" + server.port()), server.trust())) {
            // one of each kind over the wire, and all of them below
            for (int i = 0; i < rows.size(); i += 7) {
                var location = at(rows.get(i));
                // what no header can carry
                if (location.chars().allMatch(c -> c >= ' ' && c <= '~')) {
                    server.redirect("/first", "/to").redirect("/to", location);
                    assertThatThrownBy(() -> read(allowed, server.url("/first")))
                            .as(location)
                            .isInstanceOf(RefusedException.class);
                }
            }
            assertThat(server.requests()).isGreaterThan(20);
            assertThat(listener.connections()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void is_refused_as_a_redirect_too(Row row) {
        var from = HttpsUrl.parse("https://files.example/a/b");
        var permits = new Permits(listener.port(), Set.of());
        assertThatThrownBy(() -> {
                    var to = from.follow(at(row));
                    permits.check(to);
                    new CheckedNames(this::find, () -> permits).resolve(to.host(), to.port());
                })
                .isInstanceOfAny(RefusedException.class, UnknownHostException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"//127.0.0.1/", "//loopback.example/", "https://", "::", "http:/a", "\\\\host\\a"})
    void a_relative_redirect_is_no_way_around(String location) {
        var permits = Permits.of(List.of());
        assertThatThrownBy(() -> {
                    var to = HttpsUrl.parse("https://files.example/a/b").follow(location);
                    permits.check(to);
                    new CheckedNames(this::find, () -> permits).resolve(to.host(), to.port());
                })
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void a_name_is_asked_for_once_and_what_it_stood_for_then_is_what_is_connected_to() throws Exception {
        var answers = List.of("93.184.215.14", "127.0.0.1").iterator();
        var names = new CheckedNames(host -> addresses(answers.next()), () -> Permits.of(List.of()));

        assertThat(names.resolve("rebinding.example", 443))
                .singleElement()
                .satisfies(
                        found -> assertThat(found.getAddress().getHostAddress()).isEqualTo("93.184.215.14"));
        assertThatThrownBy(() -> names.resolve("rebinding.example", 443)).hasMessageContaining(PRIVATE);
        assertThat(names.resolveCanonicalHostname("rebinding.example")).isEqualTo("rebinding.example");
    }

    @Test
    void literals_and_names_that_say_what_they_are_need_nobody_to_be_asked() {
        for (var url : List.of("https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://intranet/")) {
            assertThatThrownBy(() -> Permits.of(List.of()).check(HttpsUrl.parse(url)))
                    .hasMessageContaining(PRIVATE);
        }
        assertThat(asked).hasValue(0);
    }

    @ParameterizedTest
    @MethodSource("fine")
    void what_is_public_is_not_refused(String url) {
        Permits.of(List.of()).check(HttpsUrl.parse(url));
    }

    static Stream<String> fine() {
        return Stream.of(
                "https://files.example/batch.jsonl",
                "https://files.example:443/a/b.jsonl?X-Amz-Signature=0a1b&X-Amz-Credential=a%2Fb&c=d+e,f:g@h",
                "https://FILES.example",
                "https://files.example?query",
                "https://xn--fls-yla.example/",
                "https://0x7f.example.com/",
                "https://127.0.0.1.example/",
                "https://93.184.215.14/a",
                "https://172.15.255.255/",
                "https://172.32.0.0/",
                "https://100.63.255.255/",
                "https://100.128.0.0/",
                "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/a",
                "https://[2001:4860:4860::8888]:443/",
                "https://files.example/a..b/...c/.d");
    }
}
