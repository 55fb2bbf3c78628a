/* SPDX-License-Identifier: Apache-2.0 */

/* What the tests of the kinds that hold several URLs share. */

#ifndef FIELD_H
#define FIELD_H

#include "fixture.h"
#include "json.h"

#include <time.h>

typedef void map_function(const revmap_exchange *, revmap_slice, apr_pool_t *,
                          revmap_outcome *);

/* @return the new field, or "=" */
static inline const char *map_field(const world *w, map_function *map,
                                    const char *value, revmap_outcome *outcome)
{
    revmap_slice text = exact_slice(value);
    const char *answer;

    memset(outcome, 0xAA, sizeof(*outcome));
    map(&w->exchange, text, w->pool, outcome);
    answer = outcome->value ? apr_pstrdup(w->pool, outcome->value) : "=";
    free_slice(text);
    return answer;
}

/* One row of a table; an expected "=" means that the field stays. */
typedef struct field {
    const char *why;
    const char *value;
    const char *expected;
    revmap_reason reason; /* 0: REVMAP_MAPPED, or any if it stays */
} field;

static inline void check_field(const world *w, map_function *map,
                               const field *f)
{
    revmap_outcome outcome;

    is_str(map_field(w, map, f->value, &outcome), f->expected, "%s: '%s'",
           f->why, f->value);
    ok(!outcome.value == (outcome.reason != REVMAP_MAPPED),
       "there is a value if it is mapped");
    ok(!outcome.value || strcmp(outcome.value, f->value),
       "a new value differs from the old one");
    if (f->reason) {
        is_str(revmap_reason_words(outcome.reason),
               revmap_reason_words(f->reason), "its reason");
    }
}

static inline void check_fields(const setting *set, map_function *map,
                                const field *fields, size_t count)
{
    world w = world_of(set);
    size_t i;

    for (i = 0; i < count; i++) {
        check_field(&w, map, &fields[i]);
    }
    end_world(&w);
}

/* What stays costs no memory. */
static inline void check_no_allocation(const setting *set, map_function *map,
                                       const char *value)
{
    world w = world_of(set);
    revmap_outcome outcome;
    char *before = apr_palloc(w.pool, 8);

    map(&w.exchange, revmap_slice_of(value), w.pool, &outcome);
    ok(!outcome.value && (char *)apr_palloc(w.pool, 8) == before + 8,
       "nothing is allocated for '%s'", value);
    end_world(&w);
}

/* @return `count` times the same text */
static inline char *repeated(const char *text, size_t count)
{
    size_t len = strlen(text);
    char *all = malloc(len * count + 1);
    size_t i;

    if (!all) {
        abort();
    }
    for (i = 0; i < count; i++) {
        memcpy(all + i * len, text, len);
    }
    all[len * count] = '\0';
    return all;
}

/* Half a million bytes take no more than their share of time: what needs the
 * square of it would not come to an end. */
static inline void check_linear(const setting *set, map_function *map,
                                const char *head, const char *text)
{
    world w = world_of(set);
    char *tail = repeated(text, 500000 / strlen(text));
    const char *value = apr_pstrcat(w.pool, head, tail, NULL);
    clock_t begin = clock();
    revmap_outcome outcome;

    map_field(&w, map, value, &outcome);
    ok(clock() - begin < 4 * CLOCKS_PER_SEC, "half a million bytes of '%s%s'",
       head, text);
    free(tail);
    end_world(&w);
}

static inline const char *replace_all(apr_pool_t *pool, const char *text,
                                      const char *from, const char *to)
{
    const char *found = strstr(text, from);
    const char *result = "";

    while (found) {
        result = apr_pstrcat(
            pool, result, apr_pstrndup(pool, text, (apr_size_t)(found - text)),
            to, NULL);
        text = found + strlen(from);
        found = strstr(text, from);
    }
    return apr_pstrcat(pool, result, text, NULL);
}

/* The first one at or behind `at`. */
static inline const char *replace_one(apr_pool_t *pool, const char *text,
                                      const char *at, const char *from,
                                      const char *to)
{
    const char *found = strstr(at, from);

    return apr_pstrcat(pool,
                       apr_pstrndup(pool, text, (apr_size_t)(found - text)), to,
                       found + strlen(from), NULL);
}

/* Fields made of odd pieces.  No path-only URL is among them, so that writing
 * the backend again instead of the public side must give what was there: only
 * the bytes of URLs change. */
static inline void check_random(const setting *set, map_function *map,
                                const char *const *pieces, unsigned int count,
                                const char *public_site)
{
    const char *value = "";
    int changed = 0;
    int wrong = 0;
    int i;

    for (i = 0; i < 20000 && wrong < 5; i++) {
        world w = world_of(set);
        unsigned int n = 1 + random_below(12);
        revmap_outcome outcome;

        value = "";
        while (n--) {
            value =
                apr_pstrcat(w.pool, value, pieces[random_below(count)], NULL);
        }
        map_field(&w, map, value, &outcome);
        changed += outcome.value != NULL;
        if (outcome.value
            && strcmp(value, replace_all(w.pool, outcome.value, public_site,
                                         set->requested))) {
            ok(0, "'%s' became '%s'", value, outcome.value);
            wrong++;
        }
        end_world(&w);
    }
    ok(!wrong && changed > 200, "%d of 20000 odd fields changed, %d wrongly",
       changed, wrong);
}

#endif /* FIELD_H */
