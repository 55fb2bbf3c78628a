/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A URL that the backend sends. Input: a letter that chooses the map ('A' is
 * the first of maps.c), a digit that chooses the use, and the value.
 *
 * Judged by a reader and a resolver of its own: what is foreign stays; what
 * is mapped names the same resource, on the public site, and stays then; what
 * must be mapped is.
 */

#include "fuzz.h"

typedef struct trial {
    const fuzz_bench *bench;
    apr_pool_t *pool;
    const char *value;
    revmap_use use;
    const char *answer; /* "=": unchanged */
} trial;

static const char *ask(const trial *t, const char *value, size_t len)
{
    revmap_slice text = revmap_slice_make(exact_mem(value, len), len);
    const char *answer = "=";
    revmap_result result;
    size_t whole = 0;
    int i;

    revmap_evaluate(&t->bench->world.exchange, text, t->use, t->pool, &result);
    if (result.reason == REVMAP_MAPPED) {
        answer = revmap_slice_join(t->pool, result.part, result.parts);
        for (i = 0; i < result.parts; i++) {
            whole += result.part[i].len;
        }
        if (strlen(answer) != whole) {
            BREAKS("holds a NUL: %s -> %s", value, answer);
        }
    }
    free_slice(text);
    return answer;
}

#define TRIAL_BREAKS(t, what)                                                  \
    BREAKS("%s\n  map     %s\n  asked   %s\n  value   %s\n  answer  %s", what, \
           (t)->bench->map->set.lines[0], (t)->bench->map->set.asked,          \
           (t)->value, (t)->answer)

static int is_changed(const trial *t)
{
    return strcmp(t->answer, "=") != 0;
}

/* Read at a page of the backend, by either scheme for "//host". */
static int is_foreign(const trial *t)
{
    const reference *r = &t->bench->reference;
    browser_url base = r->has_backend ? r->backend : r->asked;
    browser_url url = browser_read(t->pool, t->value, &base);
    browser_url other;

    base.scheme = strcmp(base.scheme, "http") ? "http" : "https";
    other = browser_read(t->pool, t->value, &base);
    return !(url.ok && url.is_http
             && (reference_knows(r, &url) || browser_same_site(&url, &r->asked)
                 || reference_knows(r, &other)
                 || browser_same_origin(&url, &r->backend)));
}

static void check_length(const trial *t)
{
    const reference *r = &t->bench->reference;
    const char *c;

    if (!reference_rewrites(r)
        && strlen(t->answer)
               > strlen(t->value) + strlen(r->longest)
                     + strlen(r->backend.path ? r->backend.path : "")
                     + strlen(r->asked.path) + 3) {
        TRIAL_BREAKS(t, "is too long");
    }
    for (c = t->answer; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7F) {
            TRIAL_BREAKS(t, "holds a control byte");
        }
    }
}

static browser_url read_answer(const trial *t, const char *text)
{
    return browser_read(t->pool, text, &t->bench->reference.asked);
}

static void check_site(const trial *t)
{
    browser_url url = read_answer(t, t->answer);

    if (!url.ok || !url.is_http || url.has_userinfo
        || !reference_is_ours(&t->bench->reference, &url)) {
        TRIAL_BREAKS(t, "leaves the public site");
    }
}

static void check_reference(const trial *t)
{
    browser_url to;
    browser_url url = read_answer(t, is_changed(t) ? t->answer : t->value);
    reference_verdict verdict =
        reference_judge(t->pool, &t->bench->reference, t->value, t->use, &to);

    if (verdict == REFERENCE_STAYS && is_changed(t)) {
        TRIAL_BREAKS(t, "is to stay");
    }
    if (verdict != REFERENCE_STAYS && is_changed(t)
        && (*t->answer == '/') != (verdict == REFERENCE_PATH)) {
        TRIAL_BREAKS(t, "is written in the wrong form");
    }
    if (verdict != REFERENCE_STAYS
        && !browser_same_resource(t->pool, &url, &to)) {
        fprintf(stderr, "\nexpected %s://%s:%u%s%s%s", to.scheme, to.host,
                to.port, to.path, to.query, to.fragment);
        TRIAL_BREAKS(t, "goes elsewhere");
    }
}

/* What a reverse proxy asks its backend for is what the backend named. */
static void check_roundtrip(const trial *t)
{
    const reference *r = &t->bench->reference;
    const reference_rule *rule = &r->rule[0];
    browser_url base = r->has_backend ? r->backend : r->asked;
    browser_url named = browser_read(t->pool, t->value, &base);
    browser_url shown = read_answer(t, t->answer);
    const char *path = browser_plain(t->pool, shown.path);
    const char *back;

    if (!reference_covers(rule->public_path, path)) {
        TRIAL_BREAKS(t, "is not below the public side");
    }
    back = apr_pstrcat(t->pool, rule->backend_path,
                       path + strlen(rule->public_path), NULL);
    named.path = browser_plain(t->pool, named.path);
    /* The root alone has no place of its own without a slash. */
    if (strcmp(back, named.path)
        && (*rule->public_path
            || strncmp(back, named.path, strlen(rule->backend_path))
            || strcmp(back + strlen(rule->backend_path) + 1,
                      named.path + strlen(rule->backend_path)))) {
        TRIAL_BREAKS(t, "names another resource");
    }
    if (strcmp(named.query, shown.query)
        || strcmp(named.fragment, shown.fragment)) {
        TRIAL_BREAKS(t, "loses its query or fragment");
    }
}

static void check_again(const trial *t)
{
    const char *again = ask(t, t->answer, strlen(t->answer));

    if (strcmp(again, "=") && strcmp(again, t->answer)) {
        fprintf(stderr, "\nthen %s", again);
        TRIAL_BREAKS(t, "does not stay");
    }
}

static void check(const trial *t)
{
    if (is_changed(t)) {
        check_length(t);
        check_site(t);
        if (is_foreign(t) && !reference_rewrites(&t->bench->reference)) {
            TRIAL_BREAKS(t, "is foreign");
        }
        if (t->bench->map->promised) {
            check_again(t);
        }
        if (t->bench->map->roundtrip) {
            check_roundtrip(t);
        }
    }
    check_reference(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    revmap_slice value;
    trial t;

    if (size < 2) {
        return 0;
    }
    t.bench = fuzz_bench_at(data[0], NULL);
    t.use = fuzz_use_at((size_t)(data[1] - '0') & 0xFF);
    apr_pool_create(&t.pool, t.bench->world.pool);
    value = revmap_slice_trim(revmap_slice_make(text + 2, size - 2));
    t.value = apr_pstrmemdup(t.pool, value.len ? value.ptr : "", value.len);
    t.answer = ask(&t, t.value, value.len);
    if (memchr(t.value, '\0', value.len)) {
        if (is_changed(&t)) {
            TRIAL_BREAKS(&t, "holds a NUL");
        }
    }
    else {
        check(&t);
    }
    apr_pool_destroy(t.pool);
    return 0;
}
