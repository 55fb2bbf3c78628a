/* SPDX-License-Identifier: Apache-2.0 */

/* Headers of the request, from public to backend terms, and that what was
 * mapped comes back as what it was. */

#include "revmap/forward_header.h"

#include "field.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The host that the client asked and the site's own name are this site's. */
static int is_own(const void *data, const revmap_origin *origin)
{
    const revmap_exchange *exchange = data;

    return revmap_origin_equal(origin, exchange->asked)
           || (exchange->own
               && revmap_origin_equal(origin, &exchange->own->origin));
}

static revmap_forwarding forwarding_of(const world *w)
{
    const revmap_exchange *exchange = &w->exchange;
    const revmap_origin *received =
        exchange->told ? exchange->told : exchange->backend;
    revmap_forwarding forwarding = {exchange, NULL, is_own, exchange};
    revmap_site *site = apr_pcalloc(w->pool, sizeof(*site));

    if (received) {
        site->origin = *received;
        site->text = revmap_origin_text(w->pool, received);
        forwarding.received = site;
    }
    return forwarding;
}

/* @return the new value, or "=" */
static const char *forwarded(const world *w, revmap_forward_kind kind,
                             const char *value, revmap_outcome *outcome)
{
    revmap_forwarding forwarding = forwarding_of(w);
    char *text = exact(value);
    const char *answer;

    memset(outcome, 0xAA, sizeof(*outcome));
    revmap_forward_header_map(&forwarding, kind, text, w->pool, outcome);
    answer = outcome->value ? apr_pstrdup(w->pool, outcome->value) : "=";
    free(text);
    return answer;
}

static void check(const setting *set, revmap_forward_kind kind,
                  const field *fields, size_t count)
{
    world w = world_of(set);
    size_t i;

    for (i = 0; i < count; i++) {
        const field *f = &fields[i];
        revmap_outcome outcome;

        is_str(forwarded(&w, kind, f->value, &outcome), f->expected,
               "%s: %s: '%s'", revmap_forward_header_name(kind), f->why,
               f->value);
        ok(!outcome.value == (outcome.reason != REVMAP_MAPPED),
           "there is a value if it is mapped");
        if (f->reason) {
            is_str(revmap_reason_words(outcome.reason),
                   revmap_reason_words(f->reason), "its reason");
        }
    }
    end_world(&w);
}

#define CHECK(set, kind, fields) check(set, kind, fields, COUNT(fields))

/* ---- one URL ------------------------------------------------------------ */

static const setting site = {
    .lines =
        {
            "/p/ http://b.test:8080/ctx/",
            "/p/in/ http://b.test:8080/",
            "/other/ http://o.test/",
            "/tls/ https://b.test:8080/",
            "! http://b.test:8080/ctx/secret/",
            "/s/a%20b/ http://b.test:8080/s/",
            "http://sites.test/ http://b.test:8080/sites/",
            "https://sites.test/ http://b.test:8080/tls/",
            "<other>",
            "/p/else/ http://b.test:8080/else/",
        },
    .requested = "http://b.test:8080/ctx/x",
    .asked = "http://pub.test/p/x",
    .own = "https://www.pub.test:444",
};

static const field urls[] = {
    {"absolute", "http://pub.test/p/y", "http://b.test:8080/ctx/y", 0},
    {"a path", "/p/y", "/ctx/y", 0},
    {"blanks stay", " /p/y\t", " /ctx/y\t", 0},
    {"its own name", "https://www.pub.test:444/p/y", "http://b.test:8080/ctx/y",
     0},
    {"the longest", "http://pub.test/p/in/y", "http://b.test:8080/y", 0},
    {"the longest, exactly", "http://pub.test/p/in", "http://b.test:8080/", 0},
    {"query and fragment", "/p?/p/#/p/", "/ctx?/p/#/p/", 0},
    {"a parameter", "/p;v=1/y", "/ctx;v=1/y", 0},
    {"dots", "/p/in/../%2e/y", "/ctx/y", 0},
    {"the normal form", "/s/a b/%41%2f", "/s/%41%2f", 0},
    {"no host comes of it", "/p/in//evil.test/", "/.//evil.test/", 0},
    {"not in a URL", "http://pub.test/p/in//x", "http://b.test:8080//x", 0},
    {"a site", "http://sites.test/y", "http://b.test:8080/sites/y", 0},
    {"a site by TLS", "https://sites.test/y", "http://b.test:8080/tls/y", 0},
    {"a site's port", "http://sites.test:81/y", "=", REVMAP_NOT_OWN},
    {"not its host", "http://pub.test/y", "=", REVMAP_NO_MOUNT},
    {"another backend", "/other/y", "=", REVMAP_OTHER_MOUNT},
    {"another backend, by its scheme", "/tls/y", "=", REVMAP_OTHER_MOUNT},
    {"another section", "/p/else/y", "=", REVMAP_OTHER_MOUNT},
    {"half a segment", "/pp/y", "=", REVMAP_NO_MOUNT},
    {"an escaped slash", "/p%2Fy", "=", REVMAP_NO_MOUNT},
    {"case", "/P/y", "=", REVMAP_NO_MOUNT},
    {"out of it", "/p/../y", "=", REVMAP_NO_MOUNT},
    {"excluded", "/p/secret/y", "=", REVMAP_EXCLUDED},
    {"excluded, another way", "/p/in/ctx/secret", "=", REVMAP_EXCLUDED},
    {"foreign", "http://evil.test/p/y", "=", REVMAP_NOT_OWN},
    {"the backend's", "http://b.test:8080/ctx/y", "=", REVMAP_NOT_OWN},
    {"another scheme", "https://pub.test/p/y", "=", REVMAP_NOT_OWN},
    {"another port", "http://pub.test:8080/p/y", "=", REVMAP_NOT_OWN},
    {"//host", "//pub.test/p/y", "=", REVMAP_NOTHING},
    {"relative", "y", "=", REVMAP_NOTHING},
    {"empty", "", "=", REVMAP_NOTHING},
    {"a user", "http://u@pub.test/p/y", "=", REVMAP_BAD_USERINFO},
    {"a backslash", "/p\\y", "=", REVMAP_BAD_BACKSLASH},
    {"a control byte", "/p/\x01", "=", REVMAP_BAD_BYTE},
    {"a scheme", "urn:x", "=", REVMAP_BAD_SCHEME},
};

/* Where nothing but the origin differs, and where nothing does. */
static const setting told = {
    .lines = {"/ http://b.test/"},
    .requested = "http://b.test/x",
    .asked = "https://pub.test/x",
    .told = "http://pub.test",
};

static const field told_urls[] = {
    {"the scheme", "https://pub.test/y", "http://pub.test/y", 0},
    {"nothing", "/y", "=", REVMAP_SAME},
    {"nothing, with dots", "/a/../y", "=", REVMAP_SAME},
};

static const setting same = {
    .lines = {"/ http://b.test/"},
    .requested = "http://b.test/x",
    .asked = "http://pub.test/x",
    .told = "http://pub.test",
};

static const field same_urls[] = {
    {"nothing", "http://pub.test/y", "=", REVMAP_SAME},
};

/* A gateway has a Host, or nothing at all. */
static const setting gateway = {
    .lines = {"/p/ /ctx/"},
    .asked = "http://pub.test/p/x",
    .told = "http://pub.test",
};

static const field gateway_urls[] = {
    {"a URL", "http://pub.test/p/y", "http://pub.test/ctx/y", 0},
    {"a path", "/p/y", "/ctx/y", 0},
};

static const setting nameless = {
    .lines = {"/p/ /ctx/"},
    .asked = "http://pub.test/p/x",
};

static const field nameless_urls[] = {
    {"a URL", "http://pub.test/p/y", "=", REVMAP_NO_BASE},
    {"a path", "/p/y", "/ctx/y", 0},
};

/* Members of a balancer that differ in their paths, and a host that a rule
 * gives the backend. */
static const setting member = {
    .lines = {"/p/ http://m.test/one/", "/p/ http://m.test/two/",
              "/n/ http://name.test/ctx/"},
    .requested = "http://m.test/two/x",
    .asked = "http://pub.test/p/x",
};

static const field member_urls[] = {
    {"the one that is asked", "/p/y", "/two/y", 0},
    {"nobody's", "/n/y", "=", REVMAP_OTHER_MOUNT},
};

static const setting named = {
    .lines = {"/n/ http://name.test/ctx/"},
    .requested = "http://10.0.0.1:8080/ctx/x",
    .asked = "http://pub.test/n/x",
};

static const field named_urls[] = {
    {"the Host that it gets", "http://pub.test/n/y",
     "http://10.0.0.1:8080/ctx/y", 0},
};

/* Of rules with the same public side: in force before not in force, inner
 * before outer, written before derived, with an origin before without. */
static const setting ties = {
    .lines = {"/a/ http://b.test/outer/", "/b/ /bare/", "/b/ http://b.test/b/",
              "derived /c/ http://b.test/derived/", "/c/ http://b.test/c/",
              "/d/ http://o.test/", "/d/ http://b.test/d/", "<inner>",
              "/a/ http://b.test/inner/"},
    .requested = "http://b.test/x",
    .asked = "http://pub.test/x",
};

static const field ties_urls[] = {
    {"inner", "/a/y", "/inner/y", 0},
    {"an origin", "/b/y", "=", REVMAP_SAME},
    {"written", "/c/y", "=", REVMAP_SAME},
    {"in force", "/d/y", "=", REVMAP_SAME},
};

/* ---- Origin ------------------------------------------------------------- */

static const field origins[] = {
    {"own", "http://pub.test", "http://b.test:8080", 0},
    {"a port", "http://PUB.test:80", "http://b.test:8080", 0},
    {"null", "null", "=", REVMAP_NOTHING},
    {"a path", "http://pub.test/", "=", REVMAP_NOTHING},
    {"a query", "http://pub.test?", "=", REVMAP_NOTHING},
    {"only a path", "/p/x", "=", REVMAP_NOTHING},
    {"foreign", "http://evil.test", "=", REVMAP_NOT_OWN},
    {"several", "http://pub.test http://pub.test", "=", REVMAP_BAD_HOST},
};

static const field told_origins[] = {
    {"the scheme", "https://pub.test", "http://pub.test", 0},
};

static const field same_origins[] = {
    {"nothing", "http://pub.test", "=", REVMAP_SAME},
};

/* No rule covers the request. */
static const setting uncovered = {
    .lines = {"/q/ http://b.test/"},
    .requested = "http://b.test/x",
    .asked = "http://pub.test/p/x",
};

static const field uncovered_origins[] = {
    {"not by this request", "http://pub.test", "=", REVMAP_NO_MOUNT},
};

/* ---- If ----------------------------------------------------------------- */

#define LOCK "<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2>"

static const field conditions[] = {
    {"a tag", "</p/y> (" LOCK ")", "</ctx/y> (" LOCK ")", 0},
    {"a URL", "<http://pub.test/p/y>(" LOCK ")",
     "<http://b.test:8080/ctx/y>(" LOCK ")", 0},
    {"several", "</p/y> (" LOCK ") ([\"a\"]) </p/z>\t(Not " LOCK ")",
     "</ctx/y> (" LOCK ") ([\"a\"]) </ctx/z>\t(Not " LOCK ")", 0},
    {"several in a list", "</p/y> (" LOCK " [\"a\"] Not " LOCK ")",
     "</ctx/y> (" LOCK " [\"a\"] Not " LOCK ")", 0},
    {"blanks in a tag", "< /p/y > ()", "< /ctx/y > ()", 0},
    {"one foreign", "<http://evil.test/> (" LOCK ") </p/y> (" LOCK ")",
     "<http://evil.test/> (" LOCK ") </ctx/y> (" LOCK ")", 0},
    {"no tag", "(" LOCK " [\"a\"])", "=", REVMAP_NOTHING},
    {"state tokens", "(</p/y>)(Not </p/y>)", "=", REVMAP_NOTHING},
    {"what an entity tag may hold", "([\"</p/y>)\"]) ([W/\"](</p/y>)\"])", "=",
     REVMAP_NOTHING},
    {"behind such a one", "([\")\"]) </p/y> (" LOCK ")",
     "([\")\"]) </ctx/y> (" LOCK ")", 0},
    {"a parenthesis in a token", "(<x:)>) </p/y> ()", "(<x:)>) </ctx/y> ()", 0},
    {"up to a word", "</p/y> () x </p/z> ()", "</ctx/y> () x </p/z> ()", 0},
    {"up to a list without end", "</p/y> (" LOCK " </p/z>",
     "</ctx/y> (" LOCK " </p/z>", 0},
    {"a tag without end", "</p/y", "=", REVMAP_NOTHING},
    {"a tag without end behind one", "</p/y> </p/z", "</ctx/y> </p/z", 0},
    {"a token without end", "(<x", "=", REVMAP_NOTHING},
    {"an entity tag without end", "([\"x", "=", REVMAP_NOTHING},
    {"no Not", "(Nor <x>) </p/y> ()", "=", REVMAP_NOTHING},
    {"a list in a list", "((<x>)) </p/y> ()", "=", REVMAP_NOTHING},
    {"no weak entity tag", "([W\"x\"]) </p/y> ()", "=", REVMAP_NOTHING},
    {"any case", "(nOT<x>) </p/y> ()", "(nOT<x>) </ctx/y> ()", 0},
    {"no entity tag", "([x])", "=", REVMAP_NOTHING},
    {"a bracket without end", "([\"x\"", "=", REVMAP_NOTHING},
    {"empty", "", "=", REVMAP_NOTHING},
    {"an empty tag", "<>", "=", REVMAP_NOTHING},
    {"a comma", "</p/y> (" LOCK "), </p/z> ()",
     "</ctx/y> (" LOCK "), </p/z> ()", 0},
    {"a control byte", "</p/y> (\x02)", "=", REVMAP_BAD_BYTE},
};

/* ---- which headers ------------------------------------------------------ */

static const struct {
    const char *why;
    const char *lines[6];
    const char *expected; /* Destination, If, Referer, Origin */
} headers[] = {
    {"the default", {NULL}, "DI--"},
    {"a name", {"request Referer"}, "DIR-"},
    {"case", {"request oRIGIN"}, "DI-O"},
    {"none", {"request none"}, "----"},
    {"none and a name", {"request none", "request If"}, "-I--"},
    {"a name and none", {"request Referer", "request none"}, "----"},
    {"outer and inner",
     {"request Referer", "<inner>", "request Origin"},
     "DIRO"},
    {"none outside", {"request none", "<inner>", "request Origin"}, "---O"},
    {"none inside",
     {"request Origin", "<inner>", "request none", "request Referer"},
     "--R-"},
};

static void check_headers(void)
{
    size_t i;
    int k;

    for (i = 0; i < COUNT(headers); i++) {
        setting set = site;
        char got[] = "DIRO";
        unsigned int bits;
        world w;

        memcpy(set.lines, headers[i].lines, sizeof(headers[i].lines));
        set.lines[5] = NULL;
        w = world_of(&set);
        bits = revmap_forward_headers(w.scope);
        for (k = 0; k < REVMAP_FORWARD_KINDS; k++) {
            got[k] = bits & (1u << k) ? got[k] : '-';
        }
        is_str(got, headers[i].expected, "RevMapRequest: %s", headers[i].why);
        end_world(&w);
    }
}

/* ---- there and back ----------------------------------------------------- */

/* Where no backend side lies in another one, a URL that was mapped for the
 * backend is mapped back to what it was. */
static const struct {
    int is_root; /* one of the sides is; it has no form without its slash */
    setting set;
} ways[] = {
    {0,
     {.lines = {"/p/ http://b.test:8080/ctx/"},
      .requested = "http://b.test:8080/ctx/x",
      .asked = "http://pub.test/p/x",
      .own = "http://pub.test"}},
    {1,
     {.lines = {"/ http://b.test/"},
      .requested = "http://b.test/x",
      .asked = "http://pub.test/x",
      .own = "http://pub.test"}},
    {1,
     {.lines = {"/p/ http://b.test/"},
      .requested = "http://b.test/x",
      .asked = "http://pub.test/p/x",
      .own = "http://pub.test"}},
    {1,
     {.lines = {"/ http://b.test/ctx/"},
      .requested = "http://b.test/ctx/x",
      .asked = "http://pub.test/x",
      .own = "http://pub.test"}},
    {0,
     {.lines = {"/p/ http://b.test/ctx/", "/q/%C3%A4/ http://b.test/a%20b/",
                "/p/other/ http://o.test/"},
      .requested = "http://b.test/ctx/x",
      .asked = "https://pub.test/p/x",
      .told = "http://pub.test",
      .own = "https://pub.test"}},
    {0,
     {.lines = {"http://pub.test/p/ http://b.test/ctx/"},
      .requested = "http://b.test/ctx/x",
      .asked = "http://pub.test/p/x",
      .own = "http://pub.test"}},
};

static const char *const tails[] = {
    "/",      "/x",      "/x/",   "/x?y=/p/#z", "/%2Fx",     "/%41",
    "/a b",   "/;a=b/c", "/x//y", "/%2e%2ex",   "/\xC3\xA4", "/%zz",
    "/x;y?z", "/ctx/x",  "/?",    "",           "?x",        "#x",
};

static void check_there_and_back(const world *w, const char *url)
{
    revmap_outcome outcome;
    revmap_result result;
    const char *there = forwarded(w, REVMAP_FORWARD_DESTINATION, url, &outcome);

    if (outcome.reason == REVMAP_MAPPED) {
        is_str(evaluate(w, there, REVMAP_USE_REFERENCE, &result), url,
               "%s, %s and back", url, there);
    }
    else {
        is_str(revmap_reason_words(outcome.reason),
               revmap_reason_words(REVMAP_NO_MOUNT), "%s stays", url);
    }
}

static void check_ways(void)
{
    static const char *const prefixes[] = {"/p", "/q/%C3%A4", ""};
    size_t i;
    size_t j;
    size_t k;

    for (i = 0; i < COUNT(ways); i++) {
        world w = world_of(&ways[i].set);

        for (j = 0; j < COUNT(prefixes); j++) {
            for (k = 0; k < COUNT(tails); k++) {
                if (*tails[k] == '/' || !ways[i].is_root) {
                    check_there_and_back(
                        &w, apr_pstrcat(w.pool, ways[i].set.own, prefixes[j],
                                        tails[k], NULL));
                }
            }
        }
        end_world(&w);
    }
}

/* ---- any bytes ---------------------------------------------------------- */

/* Every byte in every place: what is mapped holds no control byte, and goes
 * to no other host. */
static void check_bytes(revmap_forward_kind kind, const char *base)
{
    world w = world_of(&site);
    char *value = apr_pstrdup(w.pool, base);
    int wrong = 0;
    size_t i;
    int c;

    for (i = 0; base[i]; i++) {
        for (c = 1; c < 256; c++) {
            revmap_outcome outcome;
            const char *answer;

            value[i] = (char)c;
            answer = forwarded(&w, kind, value, &outcome);
            wrong += strpbrk(answer, "\r\n\x01\x7F") != NULL
                     || (strstr(answer, "//b.test")
                         && !strstr(answer, "http://b.test:8080"));
        }
        value[i] = base[i];
    }
    is_int(wrong, 0, "any byte anywhere in '%s'", base);
    end_world(&w);
}

int main(void)
{
    CHECK(&site, REVMAP_FORWARD_DESTINATION, urls);
    CHECK(&site, REVMAP_FORWARD_REFERER, urls);
    CHECK(&told, REVMAP_FORWARD_DESTINATION, told_urls);
    CHECK(&same, REVMAP_FORWARD_DESTINATION, same_urls);
    CHECK(&gateway, REVMAP_FORWARD_DESTINATION, gateway_urls);
    CHECK(&nameless, REVMAP_FORWARD_DESTINATION, nameless_urls);
    CHECK(&member, REVMAP_FORWARD_DESTINATION, member_urls);
    CHECK(&named, REVMAP_FORWARD_DESTINATION, named_urls);
    CHECK(&ties, REVMAP_FORWARD_DESTINATION, ties_urls);
    CHECK(&site, REVMAP_FORWARD_ORIGIN, origins);
    CHECK(&told, REVMAP_FORWARD_ORIGIN, told_origins);
    CHECK(&same, REVMAP_FORWARD_ORIGIN, same_origins);
    CHECK(&uncovered, REVMAP_FORWARD_ORIGIN, uncovered_origins);
    CHECK(&site, REVMAP_FORWARD_IF, conditions);
    check_headers();
    check_ways();
    check_bytes(REVMAP_FORWARD_DESTINATION, "http://pub.test/p/y?z");
    check_bytes(REVMAP_FORWARD_IF, "</p/y> (<u:x> [W/\"e\"]) <//p/z> ()");
    check_bytes(REVMAP_FORWARD_ORIGIN, "http://pub.test");
    return done_testing();
}
