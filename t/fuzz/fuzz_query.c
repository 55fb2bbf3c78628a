/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A Location with parameters that RevMapQuery names, "next" and "ReturnUrl".
 * Input: a letter that chooses the map, and the value.
 *
 * The query keeps its parameters and the bytes of all others; what a named one
 * says, decoded, is what the resolver of reference.h makes of it.
 */

#include "fuzz.h"
#include "memory.h"

#include <ctype.h>

typedef struct trial {
    const fuzz_bench *bench;
    apr_pool_t *pool;
    const char *value;
    const char *answer;
} trial;

#define TRIAL_BREAKS(t, what)                                                  \
    BREAKS("%s\n  map     %s\n  asked   %s\n  value   %s\n  answer  %s", what, \
           (t)->bench->map->set.lines[0], (t)->bench->map->set.asked,          \
           (t)->value, (t)->answer)

static void add_parameters(revmap_map *map)
{
    must(revmap_query_add(map, "next"), "next");
    must(revmap_query_add(map, "ReturnUrl"), "ReturnUrl");
}

static const char *ask(const trial *t, const char *value)
{
    char *text = exact(value);
    revmap_outcome outcome;

    revmap_header_map(&t->bench->world.exchange, revmap_slice_of(text), t->pool,
                      &outcome, revmap_header_find(NULL, "Location"));
    free(text);
    if (outcome.value
        && memory_size(outcome.value) != strlen(outcome.value) + 1) {
        TRIAL_BREAKS(t, "has not the length that was computed");
    }
    return outcome.value;
}

static const char *decoded(apr_pool_t *pool, const char *text)
{
    char *copy = apr_pstrdup(pool, text);
    char *out = copy;

    for (; *text; text++) {
        if (*text == '%' && isxdigit((unsigned char)text[1])
            && isxdigit((unsigned char)text[2])) {
            char digits[3] = {text[1], text[2], '\0'};

            *out++ = (char)strtol(digits, NULL, 16);
            text += 2;
        }
        else {
            *out++ = *text == '+' ? ' ' : *text;
        }
    }
    *out = '\0';
    return copy;
}

/* What may stand in the value of a parameter. */
static void check_bytes(const trial *t, const char *value)
{
    for (; *value; value++) {
        if (!isalnum((unsigned char)*value)
            && !strchr("-._~!$'()*,;:@/?=%+", *value)
            && !strchr(t->value, *value)) {
            TRIAL_BREAKS(t, "a byte that may not stand in a query");
        }
    }
}

static void check_parameter(const trial *t, const char *old, const char *now)
{
    const reference *r = &t->bench->reference;
    size_t name = strcspn(old, "=");
    const char *was;
    browser_url made;
    browser_url to;

    if (!strcmp(old, now)) {
        return;
    }
    was = decoded(t->pool, apr_pstrmemdup(t->pool, old, name));
    if (strncmp(old, now, name + 1)
        || (strcmp(was, "next") && strcmp(was, "ReturnUrl"))) {
        TRIAL_BREAKS(t, "another parameter has changed");
    }
    check_bytes(t, now + name + 1);
    was = decoded(t->pool, old + name + 1);
    made = browser_read(t->pool, decoded(t->pool, now + name + 1), &r->asked);
    if (strncasecmp(was, "http", 4)
        || reference_judge(t->pool, r, was, REVMAP_USE_REFERENCE, &to)
               != REFERENCE_ABSOLUTE) {
        TRIAL_BREAKS(t, "a parameter is to stay");
    }
    if (made.has_userinfo || !reference_is_ours(r, &made)
        || !browser_same_resource(t->pool, &made, &to)) {
        TRIAL_BREAKS(t, "a parameter leads elsewhere");
    }
}

/* Takes the next parameter off the front. */
static const char *next(apr_pool_t *pool, const char **rest)
{
    size_t len = strcspn(*rest, "&#");
    const char *parameter = apr_pstrmemdup(pool, *rest, len);

    *rest += len;
    *rest += **rest == '&';
    return parameter;
}

static void check(const trial *t)
{
    const char *old = strpbrk(t->value, "?#");
    const char *now = strpbrk(t->answer, "?#");
    const char *c;

    for (c = t->answer; *c; c++) {
        if (((unsigned char)*c < 0x20 && *c != '\t') || *c == 0x7F) {
            TRIAL_BREAKS(t, "holds a control byte");
        }
    }
    if (!old || *old == '#' || !now
        || reference_rewrites(&t->bench->reference)) {
        return;
    }
    old++;
    now++;
    while (*old && *old != '#') {
        const char *was = next(t->pool, &old);

        check_parameter(t, was, next(t->pool, &now));
    }
    if (strcmp(old, now)) {
        TRIAL_BREAKS(t, "something behind the query has changed");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *again;
    revmap_slice value;
    trial t;

    if (size < 1 || size > 1000 || memchr(data, '\0', size)) {
        return 0;
    }
    t.bench = fuzz_bench_at(data[0], add_parameters);
    apr_pool_create(&t.pool, t.bench->world.pool);
    value =
        revmap_slice_trim(revmap_slice_make((const char *)data + 1, size - 1));
    t.value = apr_pstrmemdup(t.pool, value.len ? value.ptr : "", value.len);
    t.answer = "";
    t.answer = ask(&t, t.value);
    if (t.answer) {
        check(&t);
        again = t.bench->map->promised ? ask(&t, t.answer) : NULL;
        if (again) {
            fprintf(stderr, "\nthen %s", again);
            TRIAL_BREAKS(&t, "does not stay");
        }
    }
    apr_pool_destroy(t.pool);
    return 0;
}
