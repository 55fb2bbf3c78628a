/* Licensed under the Apache License, Version 2.0 (the
 * "License"); you may not use this file except in compliance with the
 * License.  You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

#include "revmap/survey.h"

#include "apr_strings.h"

/* A map that has been looked at. */
typedef struct revmap_surveyed {
    revmap_map *map;
    int is_everywhere; /* in force for all requests of its virtual host */
} revmap_surveyed;

struct revmap_survey {
    apr_pool_t *pool;
    apr_array_header_t *maps; /* of revmap_surveyed */
    revmap_index *rules;      /* of revmap_rule, one for each backend side */
    revmap_index *backends;   /* of revmap_rule, one for each backend */
    revmap_index *shared; /* of revmap_origin: backends that are not alone */
    const revmap_survey *others; /* of rules that may count as well, or NULL */
    int is_open;      /* a rule is about whatever backend answers, or about the
                         public authority, by which each may be known */
    int expects_more; /* there are rules that are not known */
    int expects_own;  /* a request may have rules of its own */
    int is_cut;       /* a section inherits no rules */
};

static revmap_key key_of_backend(const void *rule)
{
    return revmap_origin_key(revmap_backend_origin(rule));
}

revmap_survey *revmap_survey_create(apr_pool_t *pool)
{
    revmap_survey *survey = apr_pcalloc(pool, sizeof(*survey));

    survey->pool = pool;
    survey->maps = apr_array_make(pool, 4, sizeof(revmap_surveyed));
    survey->rules = revmap_index_create(pool, revmap_rule_key);
    survey->backends = revmap_index_create(pool, key_of_backend);
    survey->shared = revmap_index_create(pool, revmap_origin_key);
    return survey;
}

static int is_in(const revmap_index *origins, const revmap_backend *backend)
{
    return revmap_index_get(origins, revmap_origin_key(backend)) != NULL;
}

static int is_shared(const revmap_survey *survey, const revmap_backend *backend)
{
    const revmap_survey *others = survey->others;

    return survey->is_open || survey->expects_more
           || is_in(survey->shared, backend)
           || (others && (others->is_open || is_in(others->backends, backend)));
}

static void share(revmap_survey *survey, const revmap_backend *backend)
{
    if (!is_in(survey->shared, backend)) {
        revmap_index_add(survey->shared,
                         apr_pmemdup(survey->pool, &backend->origin,
                                     sizeof(backend->origin)));
    }
}

/* As they are spelled: that is how a browser compares the Path of a cookie. */
static int same_public_side(const revmap_rule *a, const revmap_rule *b)
{
    revmap_key left = revmap_mount_key(a);
    revmap_key right = revmap_mount_key(b);

    return revmap_slice_equal(revmap_public_path(a), revmap_public_path(b))
           && !left.origin == !right.origin
           && (!left.origin || revmap_origin_equal(left.origin, right.origin));
}

/* Two rules with one backend side. */
static void compare_with_same(revmap_survey *survey, revmap_rule *rule)
{
    const revmap_rule *older =
        revmap_index_get(survey->rules, revmap_rule_key(rule));

    if (!older) {
        revmap_index_add(survey->rules, rule);
    }
    else if (!same_public_side(older, rule)) {
        share(survey, rule->backend);
    }
}

/* Two backends behind one public side: they may be one with two names. */
static void compare(revmap_survey *survey, const revmap_rule *rule,
                    const revmap_rule *other)
{
    if (!other) {
        return;
    }
    if (!other->backend
        || !revmap_origin_equal(&other->backend->origin,
                                &rule->backend->origin)) {
        share(survey, rule->backend);
        if (other->backend) {
            share(survey, other->backend);
        }
    }
}

/* A public side without a host is one on each host. */
static void compare_with_mount(revmap_survey *survey, const revmap_rule *rule,
                               const revmap_mounts *mounts)
{
    revmap_key key = revmap_mount_key(rule);
    revmap_key on_any_host = key;

    on_any_host.origin = NULL;
    for (; mounts; mounts = mounts->outer) {
        compare(survey, rule, revmap_index_get(mounts->index, key));
        if (key.origin) {
            compare(survey, rule, revmap_index_get(mounts->index, on_any_host));
        }
    }
}

/* A map has one record of a backend for all rules, so that it is asked for
 * once; if another map had it first, each time. */
static int is_about_public(revmap_survey *survey, revmap_rule *rule,
                           revmap_is_public *is_public, const void *data)
{
    const revmap_rule *first =
        revmap_index_get(survey->backends, key_of_backend(rule));

    if (!first) {
        revmap_index_add(survey->backends, rule);
    }
    return (!first || first->backend != rule->backend)
           && is_public(data, &rule->backend->origin);
}

void revmap_survey_add(revmap_survey *survey, revmap_map *map,
                       int is_everywhere, const revmap_mounts *mounts,
                       revmap_is_public *is_public, const void *data)
{
    revmap_surveyed *surveyed = apr_array_push(survey->maps);
    revmap_rule *rule;

    surveyed->map = map;
    surveyed->is_everywhere = is_everywhere;
    survey->is_cut |= !is_everywhere && map->fresh & REVMAP_FRESH_RULES;
    for (rule = map->first; rule; rule = rule->following) {
        if (rule->excluded) {
            continue;
        }
        if (!rule->backend || is_about_public(survey, rule, is_public, data)) {
            survey->is_open = 1;
        }
        else {
            compare_with_same(survey, rule);
            compare_with_mount(survey, rule, mounts);
        }
    }
}

void revmap_survey_expect_more(revmap_survey *survey)
{
    survey->expects_more = 1;
}

void revmap_survey_expect_own(revmap_survey *survey)
{
    survey->expects_own = 1;
}

void revmap_survey_set_others(revmap_survey *survey,
                              const revmap_survey *others)
{
    survey->others = others;
}

int revmap_survey_has_rules(const revmap_survey *survey)
{
    return survey->is_open || revmap_index_count(survey->rules);
}

/* Is there a rule for a path above that of the rule? */
static int is_covered(const revmap_survey *survey, const revmap_rule *rule)
{
    revmap_key key = revmap_rule_key(rule);
    revmap_walk walk;

    revmap_walk_init(&walk, survey->rules, key.origin, key.path,
                     REVMAP_READ_BYTES);
    return revmap_walk_next(&walk) && walk.matched < key.path.len;
}

static void share_covered(revmap_survey *survey, const revmap_map *map)
{
    const revmap_rule *rule;

    for (rule = map->first; rule; rule = rule->following) {
        if (rule->backend && !rule->excluded && is_covered(survey, rule)) {
            share(survey, rule->backend);
        }
    }
}

/* A rule that is not in force may be about the answering backend all the same,
 * which goes by the names of other rules then.  One that is made for a request
 * is never alone, and may have any of the others beside it. */
static void count_rules(const revmap_survey *survey,
                        const revmap_surveyed *surveyed)
{
    revmap_map *map = surveyed->map;
    const revmap_rule *rule;

    for (rule = map->first; rule; rule = rule->following) {
        int is_alone = rule->backend && !is_shared(survey, rule->backend);

        if (is_alone) {
            revmap_map_set_alone(map, &rule->backend->origin);
        }
        if (!is_alone || survey->expects_own || survey->is_cut
            || !surveyed->is_everywhere) {
            revmap_reach_add(map->pool, map, rule);
        }
    }
}

void revmap_survey_end(revmap_survey *survey)
{
    const revmap_surveyed *surveyed =
        (const revmap_surveyed *)survey->maps->elts;
    int i;

    for (i = 0; i < survey->maps->nelts; i++) {
        share_covered(survey, surveyed[i].map);
    }
    for (i = 0; i < survey->maps->nelts; i++) {
        count_rules(survey, &surveyed[i]);
    }
}
