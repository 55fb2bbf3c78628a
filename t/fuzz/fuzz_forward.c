/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A header of the request. Input: a letter that chooses the map, a digit that
 * chooses the header (0 Destination, 1 If, 2 Referer, 3 Origin), and the field.
 *
 * A URL that is mapped was one of this site, below the public side, and is now
 * one of the backend with the same rest. Of an If, nothing changes but what
 * stands in the brackets of its Resource-Tags.
 */

#include "fuzz.h"

typedef struct trial {
    const fuzz_bench *bench;
    revmap_site received; /* as the backend is called for what it gets */
    revmap_forwarding forwarding;
    revmap_forward_kind kind;
    apr_pool_t *pool;
    const char *value;
    const char *answer;
} trial;

#define TRIAL_BREAKS(t, what)                                                  \
    BREAKS("%s: %s\n  map     %s\n  asked   %s\n  value   %s\n  answer  %s",   \
           revmap_forward_header_name((t)->kind), what,                        \
           (t)->bench->map->set.lines[0], (t)->bench->map->set.asked,          \
           (t)->value, (t)->answer)

static int is_own_origin(const void *data, const revmap_origin *origin)
{
    const revmap_exchange *exchange = data;

    return revmap_origin_equal(origin, exchange->asked)
           || (exchange->own
               && revmap_origin_equal(origin, &exchange->own->origin));
}

static void set_forwarding(trial *t)
{
    const revmap_exchange *x = &t->bench->world.exchange;
    const revmap_origin *received = x->told ? x->told : x->backend;

    memset(&t->forwarding, 0, sizeof(t->forwarding));
    if (received) {
        memset(&t->received, 0, sizeof(t->received));
        t->received.origin = *received;
        t->received.text = revmap_origin_text(t->pool, received);
        t->forwarding.received = &t->received;
    }
    t->forwarding.exchange = t->forwarding.data = x;
    t->forwarding.is_own = is_own_origin;
}

static void check_bytes(const trial *t)
{
    const char *c;

    for (c = t->answer; *c; c++) {
        if (((unsigned char)*c < 0x20 && *c != '\t') || *c == 0x7F) {
            TRIAL_BREAKS(t, "holds a control byte");
        }
    }
}

/* ---- one URL ------------------------------------------------------------ */

static browser_url received_by(const reference *r)
{
    return r->has_told ? r->told : r->backend;
}

/* Is it the path with the backend side in place of the public one?  A root
 * has no form without its slash. */
static int is_moved(const reference_rule *rule, const char *from,
                    const char *to)
{
    const char *rest = from + strlen(rule->public_path);

    if (strncmp(to, rule->backend_path, strlen(rule->backend_path))) {
        return 0;
    }
    to += strlen(rule->backend_path);
    return !strcmp(rest, to) || (*to == '/' && !strcmp(rest, to + 1))
           || (*rest == '/' && !strcmp(rest + 1, to));
}

static void check_url(const trial *t)
{
    const reference *r = &t->bench->reference;
    const reference_rule *rule = &r->rule[0];
    browser_url base = received_by(r);
    browser_url from = browser_read(t->pool, t->value, &r->asked);
    browser_url to = browser_read(t->pool, t->answer, &base);
    const char *path;

    if (!from.ok || from.has_userinfo
        || !(browser_same_origin(&from, &r->asked)
             || (r->has_own && browser_same_origin(&from, &r->own))
             || reference_is_ours(r, &from))) {
        TRIAL_BREAKS(t, "is foreign");
    }
    if (!to.ok || to.has_userinfo || !browser_same_origin(&to, &base)) {
        TRIAL_BREAKS(t, "is not for the backend");
    }
    if (t->kind == REVMAP_FORWARD_ORIGIN || !t->bench->map->roundtrip) {
        return;
    }
    path = browser_plain(t->pool, from.path);
    if (!reference_covers(rule->public_path, path)
        || !is_moved(rule, path, browser_plain(t->pool, to.path))
        || strcmp(from.query, to.query) || strcmp(from.fragment, to.fragment)) {
        TRIAL_BREAKS(t, "names another resource");
    }
}

/* ---- If ----------------------------------------------------------------- */

/* The field without what stands in Resource-Tags, as far as it can be read;
 * what follows an error is kept. */
static const char *without_tags(apr_pool_t *pool, const char *text)
{
    char *kept = apr_pstrdup(pool, "");
    int depth = 0;

    while (*text) {
        const char *end = text + 1;

        if (*text == '[' && depth) {
            end = strchr(text, '"') ? strchr(strchr(text, '"') + 1, '"') : NULL;
        }
        else if (*text == '<') {
            end = strchr(text, '>');
        }
        depth += *text == '(' ? 1 : *text == ')' ? -1 : 0;
        if (!end) {
            return apr_pstrcat(pool, kept, text, NULL);
        }
        kept = *text == '<' && !depth
                   ? apr_pstrcat(pool, kept, "<", NULL)
                   : apr_pstrcat(
                       pool, kept,
                       apr_pstrmemdup(pool, text, (size_t)(end - text)), NULL);
        text = end;
    }
    return kept;
}

static void check_if(const trial *t)
{
    if (strcmp(without_tags(t->pool, t->value),
               without_tags(t->pool, t->answer))) {
        TRIAL_BREAKS(t, "more than a tag has changed");
    }
}

/* ---- all together ------------------------------------------------------- */

static const char *ask(const trial *t, const char *value)
{
    char *text = exact(value);
    revmap_outcome outcome;

    memset(&outcome, 0, sizeof(outcome));
    revmap_forward_header_map(&t->forwarding, t->kind, text, t->pool, &outcome);
    free(text);
    return outcome.value;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    trial t;

    if (size < 2 || size > 4096 || memchr(data, '\0', size)) {
        return 0;
    }
    t.bench = fuzz_bench_at(data[0], NULL);
    t.kind = (revmap_forward_kind)((data[1] - '0') & 3);
    apr_pool_create(&t.pool, t.bench->world.pool);
    set_forwarding(&t);
    t.value = apr_pstrmemdup(t.pool, (const char *)data + 2, size - 2);
    t.answer = ask(&t, t.value);
    if (t.answer) {
        check_bytes(&t);
        if (t.kind == REVMAP_FORWARD_IF) {
            check_if(&t);
        }
        else if (t.forwarding.received) {
            check_url(&t);
        }
    }
    apr_pool_destroy(t.pool);
    return 0;
}
