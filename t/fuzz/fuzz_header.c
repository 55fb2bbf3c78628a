/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A header field that the backend sends, on its way through the module: its
 * name tells the kind, by which it is mapped. Input: a letter that chooses the
 * map, a letter that chooses the header, and the value.
 *
 * Nothing here knows a grammar. Each place where the new value differs must be
 * a URL of the old one, from one delimiter to another, and what stands there
 * now must be what the resolver of reference.h makes of it.
 */

#include "fuzz.h"
#include "memory.h"

/* With so much work a difference counts as explained. */
#define PATIENCE 20000

typedef struct header {
    const char *name;
    revmap_use use;
    int is_coded;       /* URLs stand in quotes, with a backslash to escape */
    const char *before; /* the bytes behind which a URL may begin */
    const char *behind; /* the bytes before which one may end */
} header;

/* clang-format off */
static const header headers[] = {
    {"Location", REVMAP_USE_REDIRECT, 0, " \t", " \t"},
    {"Link", REVMAP_USE_REFERENCE, 0, " \t,<\"=", " \t,>\";"},
    {"Refresh", REVMAP_USE_REFRESH, 0, " \t=;,'\"", " \t'\""},
    {"HX-Location", REVMAP_USE_PAGE, 1, " \t\"", " \t\""},
    {"WWW-Authenticate", REVMAP_USE_ABSOLUTE, 1, " \t=\"", " \t,\""},
    {"Content-Security-Policy", REVMAP_USE_ABSOLUTE, 0, " \t,;", " \t,;"},
    {"Service-Worker-Allowed", REVMAP_USE_PATH, 0, " \t", " \t"},
    {"Content-Location", REVMAP_USE_REFERENCE, 0, " \t", " \t"},
    {"HX-Push-Url", REVMAP_USE_PAGE, 0, " \t", " \t"},
    {"X-Unknown", REVMAP_USE_REFERENCE, 0, "", ""},
};
/* clang-format on */

#define HEADERS (sizeof(headers) / sizeof(headers[0]))
#define POLICY 5

typedef struct trial {
    const fuzz_bench *bench;
    const header *header;
    apr_pool_t *pool;
    const char *value;
    const char *answer; /* NULL: unchanged */
    int work;
} trial;

#define TRIAL_BREAKS(t, what)                                                  \
    BREAKS("%s: %s\n  map     %s\n  asked   %s\n  value   %s\n  answer  %s",   \
           (t)->header->name, what, (t)->bench->map->set.lines[0],             \
           (t)->bench->map->set.asked, (t)->value, (t)->answer)

static void add_headers(revmap_map *map)
{
    static const char *const words[] = {"@api", "@frontend", "@dav", "@auth",
                                        "Content-Security-Policy"};
    size_t n;

    for (n = 0; n < sizeof(words) / sizeof(words[0]); n++) {
        must(revmap_header_add(map, words[n]), words[n]);
    }
}

static const char *ask(const trial *t, const char *value)
{
    const revmap_exchange *exchange = &t->bench->world.exchange;
    char *text = exact(value);
    revmap_outcome outcome;

    revmap_header_map(exchange, revmap_slice_of(text), t->pool, &outcome,
                      revmap_header_find(exchange->scope, t->header->name));
    free(text);
    if ((outcome.reason == REVMAP_MAPPED) != (outcome.value != NULL)) {
        TRIAL_BREAKS(t, "reason and value differ");
    }
    if (outcome.value
        && memory_size(outcome.value) != strlen(outcome.value) + 1) {
        TRIAL_BREAKS(t, "has not the length that was computed");
    }
    return outcome.value;
}

/* ---- one URL ------------------------------------------------------------ */

/* Without the backslashes of JSON and of quoted strings. */
static const char *decoded(const trial *t, const char *text, size_t len)
{
    char *copy = apr_pstrmemdup(t->pool, text, len);
    char *out = copy;
    const char *c;

    for (c = copy; t->header->is_coded && *c; c++) {
        c += *c == '\\' && c[1];
        *out++ = *c;
    }
    *out = t->header->is_coded ? '\0' : *out;
    return copy;
}

/* A host-source: what it means is not a resource, but a place. */
static int is_source(const trial *t, const char *old, const char *now)
{
    const reference *r = &t->bench->reference;
    const char *http = !strncasecmp(old, "ws", 2) && strstr(old, "://")
                           ? apr_pstrcat(t->pool, "http", old + 2, NULL)
                       : strstr(old, "://")
                           ? old
                           : apr_pstrcat(t->pool, "//", old, NULL);
    browser_url base = r->has_backend ? r->backend : r->asked;
    browser_url was = browser_read(t->pool, http, &base);
    browser_url made;

    if (!strncmp(now, "ws", 2)) {
        now = apr_pstrcat(t->pool, "http", now + 2, NULL);
    }
    made = browser_read(t->pool, now, &r->asked);
    return was.ok && made.ok && !made.has_userinfo && strstr(now, "://")
           && reference_is_ours(r, &made)
           && (reference_rewrites(r) || reference_knows(r, &was)
               || browser_same_site(&was, &r->asked)
               || browser_same_site(&was, &base));
}

static int is_moved(const trial *t, const char *old, const char *now)
{
    const reference *r = &t->bench->reference;
    revmap_use use = t->header->use;
    browser_url made = browser_read(t->pool, now, &r->asked);
    browser_url to;

    if (use == REVMAP_USE_ABSOLUTE || use == REVMAP_USE_PATH) {
        use = REVMAP_USE_REFERENCE;
    }
    if (reference_judge(t->pool, r, old, use, &to) == REFERENCE_STAYS
        || !made.ok || !made.is_http || made.has_userinfo
        || !reference_is_ours(r, &made)) {
        return 0;
    }
    if (t->header->use == REVMAP_USE_PATH) {
        to.scheme = r->asked.scheme;
        to.host = r->asked.host;
        to.port = r->asked.port;
    }
    return browser_same_resource(t->pool, &made, &to);
}

static int is_url(const trial *t, const char *old, const char *old_end,
                  const char *now, const char *now_end)
{
    const char *was = decoded(t, old, (size_t)(old_end - old));
    const char *made = decoded(t, now, (size_t)(now_end - now));

    return is_moved(t, was, made)
           || (t->header == &headers[POLICY] && is_source(t, was, made));
}

/* ---- the value ---------------------------------------------------------- */

static int is_boundary(const char *delimiters, char c)
{
    return !c || strchr(delimiters, c);
}

static int explain(trial *t, const char *old, const char *now);

/* Where the URL from begin to end became one that ends at any place. */
static int explain_end(trial *t, const char *begin, const char *end,
                       const char *now_begin, const char *now)
{
    for (;; now++) {
        if (t->work++ > PATIENCE) {
            return 1;
        }
        if (*now == *end && is_url(t, begin, end, now_begin, now)
            && explain(t, end, now)) {
            return 1;
        }
        if (!*now) {
            return 0;
        }
    }
}

/* Is the one what the other has become?  Both begin behind the same text. */
static int explain(trial *t, const char *old, const char *now)
{
    size_t same = 0;
    size_t back;
    const char *end;

    while (old[same] && old[same] == now[same]) {
        same++;
    }
    if (!old[same] && !now[same]) {
        return 1;
    }
    for (back = 0; back <= same; back++) {
        const char *begin = old + same - back;

        if (begin != t->value && !is_boundary(t->header->before, begin[-1])) {
            continue;
        }
        for (end = old + same;; end++) {
            if (is_boundary(t->header->behind, *end) && end > begin
                && explain_end(t, begin, end, now + same - back, now + same)) {
                return 1;
            }
            if (!*end) {
                break;
            }
        }
    }
    return 0;
}

static void check(trial *t)
{
    const char *again;
    const char *c;

    for (c = t->answer; *c; c++) {
        if (((unsigned char)*c < 0x20 && *c != '\t') || *c == 0x7F) {
            TRIAL_BREAKS(t, "holds a control byte");
        }
    }
    if (!strcmp(t->answer, t->value)) {
        TRIAL_BREAKS(t, "is the same");
    }
    /* Characters by their number, and TAB by its letter, are left to the unit
     * tests. */
    if (!(t->header->is_coded
          && (strstr(t->value, "\\u") || strstr(t->value, "\\t")))
        && !explain(t, t->value, t->answer)) {
        TRIAL_BREAKS(t, "something else than a URL has changed, or wrongly");
    }
    again = t->bench->map->promised ? ask(t, t->answer) : NULL;
    if (again) {
        fprintf(stderr, "\nthen %s", again);
        TRIAL_BREAKS(t, "does not stay");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    trial t;

    if (size < 2 || size > 400 || memchr(data, '\0', size)) {
        return 0;
    }
    memset(&t, 0, sizeof(t));
    t.bench = fuzz_bench_at(data[0], add_headers);
    t.header = &headers[((size_t)(data[1] - 'a') & 0xFF) % HEADERS];
    apr_pool_create(&t.pool, t.bench->world.pool);
    t.value = apr_pstrmemdup(t.pool, (const char *)data + 2, size - 2);
    t.answer = "";
    t.answer = ask(&t, t.value);
    if (t.answer) {
        check(&t);
    }
    apr_pool_destroy(t.pool);
    return 0;
}
