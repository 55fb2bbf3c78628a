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

#include "revmap/match.h"

void revmap_match_init(revmap_match *match, const revmap_exchange *exchange,
                       revmap_slice path, revmap_reading reading)
{
    memset(match, 0, sizeof(*match));
    match->exchange = exchange;
    match->path = path;
    match->reading = reading;
}

static int same_backend_side(const revmap_rule *a, const revmap_rule *b)
{
    return a->map == b->map && a->backend == b->backend
           && revmap_slice_equal(a->backend_path, b->backend_path);
}

/* Of the rules that share the first one's backend side, the one through
 * whose public side this request came; else the first.  Asked from the public
 * side, because there are few rules with the same public path. */
static const revmap_rule *entrance_of(const revmap_exchange *exchange,
                                      const revmap_rule *first)
{
    const revmap_mounts *mounts;
    const revmap_rule *best = NULL;

    if (!first->next) {
        return first;
    }
    for (mounts = exchange->mounts; mounts; mounts = mounts->outer) {
        revmap_walk walk;
        const revmap_rule *rule;

        revmap_walk_init(&walk, mounts->index, NULL, exchange->public_path,
                         REVMAP_READ_NORMAL);
        while ((rule = revmap_walk_next(&walk)) != NULL) {
            for (; rule; rule = rule->next_mount) {
                if (same_backend_side(rule, first)
                    && revmap_is_for_this_host(exchange, rule)) {
                    best = rule;
                }
            }
        }
    }
    return best ? best : first;
}

/* The order of DESIGN: the longest path, the inner section, written before
 * derived, with an origin before without, the entrance, the first. */
static int is_better(const revmap_match *match, const revmap_rule *rule,
                     int depth)
{
    const revmap_rule *best = match->rule;
    revmap_slice requested = match->exchange->public_path;
    int covers;

    if (!best || rule->backend_path.len != best->backend_path.len) {
        return !best || rule->backend_path.len > best->backend_path.len;
    }
    if (depth != match->depth) {
        return depth < match->depth;
    }
    if (rule->derived != best->derived) {
        return best->derived;
    }
    if (!rule->backend != !best->backend) {
        return rule->backend != NULL;
    }
    covers = revmap_rule_public_covers(rule, requested);
    if (covers != revmap_rule_public_covers(best, requested)) {
        return covers;
    }
    return rule->order < best->order;
}

void revmap_match_origin(revmap_match *match, const revmap_origin *origin)
{
    const revmap_scope *scope = match->exchange->scope;
    int depth;

    for (depth = 0; scope; depth++) {
        apr_size_t matched = 0;
        const revmap_rule *rule = revmap_index_longest(
            scope->map->rules, origin, match->path, match->reading, &matched);

        if (rule) {
            rule = entrance_of(match->exchange, rule);
        }
        if (rule && is_better(match, rule, depth)) {
            match->rule = rule;
            match->matched = matched;
            match->depth = depth;
        }
        scope = revmap_scope_next(scope, REVMAP_FRESH_RULES);
    }
}

void revmap_match_answering(revmap_match *match)
{
    revmap_names names;
    const revmap_origin *name;

    revmap_names_init(&names, match->exchange);
    while ((name = revmap_names_next(&names)) != NULL) {
        revmap_origin twin;
        const revmap_origin *named =
            revmap_named_as(match->exchange, name, &twin);

        if (named) {
            revmap_match_origin(match, named);
        }
    }
    revmap_match_origin(match, NULL);
}

/* A rule of a backend that is not the one that answered. */
static int is_others(const revmap_exchange *exchange, const revmap_rule *rule)
{
    revmap_names names;
    const revmap_origin *name;

    if (!rule->map || rule->excluded
        || !revmap_is_for_this_host(exchange, rule)) {
        return 0;
    }
    if (!rule->backend) {
        return !revmap_scope_has(exchange->scope, rule);
    }
    revmap_names_init(&names, exchange);
    while ((name = revmap_names_next(&names)) != NULL) {
        if (revmap_same_authority(name, &rule->backend->origin)) {
            return 0;
        }
    }
    return 1;
}

const revmap_rule *revmap_match_other_mount(const revmap_exchange *exchange,
                                            revmap_slice path,
                                            const revmap_rule *rule)
{
    const revmap_mounts *mounts;
    const revmap_rule *longest = NULL;

    for (mounts = exchange->mounts; mounts; mounts = mounts->outer) {
        apr_size_t matched = 0;
        const revmap_rule *found = revmap_index_longest(
            mounts->index, NULL, path, REVMAP_READ_NORMAL, &matched);

        if (found
            && (!longest || found->public_key.len > longest->public_key.len)) {
            longest = found;
        }
    }
    if (!longest || !longest->public_key.len
        || (!rule->derived
            && rule->backend_path.len >= longest->public_key.len)) {
        return NULL;
    }
    while (longest && !is_others(exchange, longest)) {
        longest = longest->next_mount;
    }
    return longest;
}
