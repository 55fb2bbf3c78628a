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
#include "revmap/lookup.h"
#include "revmap/noinline.h"

static int same_backend_side(const revmap_rule *a, const revmap_rule *b)
{
    return a->map == b->map && a->backend == b->backend
           && revmap_slice_equal(revmap_backend_path(a),
                                 revmap_backend_path(b));
}

/* Is the rule's public side, if it is a URL, on the very origin that the client
 * asked? */
static int is_on_asked_site(const revmap_exchange *exchange,
                            const revmap_rule *rule)
{
    const revmap_site *site = rule->public_site;

    return site
           && ((exchange->own
                && revmap_origin_equal(&site->origin, &exchange->own->origin))
               || (exchange->asked
                   && revmap_origin_equal(&site->origin, exchange->asked)));
}

/* Of two entrances, the longer one; else the one on the origin that was asked,
 * else the first. */
static int is_closer(const revmap_exchange *exchange, const revmap_rule *rule,
                     const revmap_rule *best)
{
    if (!best || revmap_public_key(rule).len != revmap_public_key(best).len) {
        return !best
               || revmap_public_key(rule).len > revmap_public_key(best).len;
    }
    if (is_on_asked_site(exchange, rule) != is_on_asked_site(exchange, best)) {
        return is_on_asked_site(exchange, rule);
    }
    return rule->order < best->order;
}

/* Of the rules that share the first one's backend side, the one through
 * whose public side this request came; else the first.  Asked from the public
 * side, because there are few rules with the same public path. */
static REVMAP_NOINLINE const revmap_rule *
entrance_of(const revmap_exchange *exchange, const revmap_rule *first)
{
    const revmap_rule *best = NULL;
    const revmap_rule *rule;
    revmap_mount_walk walk;

    revmap_mount_walk_init(&walk, exchange, exchange->public_path);
    while ((rule = revmap_mount_walk_next(&walk)) != NULL) {
        if (same_backend_side(rule, first) && is_closer(exchange, rule, best)) {
            best = rule;
        }
    }
    return best ? best : first;
}

/* Derived maps that follow each other are one section, and so are the rules
 * that had to wait for the request and those beside which they are written. */
static int is_same_section(const revmap_map *inner, const revmap_map *map)
{
    return (inner->is_derived && map->is_derived) || inner->completes == map;
}

/* How many sections are further inside than that of a map in force. */
static int depth_of(const revmap_exchange *exchange, const revmap_map *map)
{
    const revmap_scope *scope = exchange->scope;
    int depth = 0;

    for (; scope->map != map; scope = scope->outer) {
        depth += !is_same_section(scope->map, scope->outer->map);
    }
    return depth;
}

/* The longest path, the inner section, written before derived, with an origin
 * before without, the entrance, the first. */
static REVMAP_NOINLINE int is_better(const revmap_exchange *exchange,
                                     const revmap_rule *rule,
                                     const revmap_rule *best)
{
    int depth;
    int best_depth;
    int is_entrance;

    if (revmap_backend_path(rule).len != revmap_backend_path(best).len) {
        return revmap_backend_path(rule).len > revmap_backend_path(best).len;
    }
    depth = depth_of(exchange, rule->map);
    best_depth = depth_of(exchange, best->map);
    if (depth != best_depth) {
        return depth < best_depth;
    }
    if (!rule->backend != !best->backend) {
        return rule->backend != NULL;
    }
    is_entrance = revmap_is_entrance(exchange, rule);
    if (is_entrance != revmap_is_entrance(exchange, best)) {
        return is_entrance;
    }
    return rule->order < best->order;
}

/* Of a path that is not known to be its own normal form. */
static REVMAP_NOINLINE revmap_found longest_normal(const revmap_match *match,
                                                   const revmap_index *rules,
                                                   const revmap_origin *origin)
{
    return revmap_index_longest_normal(rules, origin, match->path);
}

static void consider(revmap_match *match, revmap_found found)
{
    const revmap_exchange *exchange = match->exchange;
    const revmap_rule *rule = found.entry;

    if (rule->shared) {
        rule = entrance_of(exchange, rule);
    }
    if (!match->rule || is_better(exchange, rule, match->rule)) {
        match->rule = rule;
        match->matched = found.matched;
    }
}

void revmap_match_origin(revmap_match *match, const revmap_origin *origin)
{
    const revmap_scope *scope = match->exchange->scope;

    for (; scope; scope = revmap_scope_next(scope, REVMAP_FRESH_RULES)) {
        const revmap_index *rules = scope->map->rules;
        revmap_found found = match->reading == REVMAP_READ_BYTES
                                 ? revmap_lookup_longest(rules, revmap_rule_key,
                                                         origin, match->path)
                                 : longest_normal(match, rules, origin);

        if (found.entry) {
            consider(match, found);
        }
    }
}

void revmap_match_covering(revmap_match *match)
{
    revmap_names names;

    revmap_names_init(&names, match->exchange);
    while (revmap_names_covering(&names)) {
        revmap_match_origin(match, names.named);
    }
}

int revmap_is_rule_of_answering(const revmap_exchange *exchange,
                                const revmap_rule *rule)
{
    revmap_names names;
    const revmap_origin *name;

    if (!rule->backend) {
        return revmap_scope_has(exchange->scope, rule);
    }
    revmap_names_init(&names, exchange);
    while ((name = revmap_names_next(&names)) != NULL) {
        const revmap_origin *origin = &rule->backend->origin;

        if (revmap_same_authority(name, origin)
            && !revmap_are_apart(exchange, name, origin)) {
            return 1;
        }
    }
    return 0;
}

/* Are there public sides on this host (or on none) that are longer and cover
 * the path? */
static int has_longer(const revmap_index *mounts, const revmap_origin *host,
                      revmap_slice path, apr_size_t len)
{
    const revmap_rule *rule =
        revmap_index_longest_normal(mounts, host, path).entry;

    return rule && revmap_public_key(rule).len > len;
}

/* Mostly there is none, and nothing else has to be looked up. */
static int has_longer_mount(const revmap_exchange *exchange, revmap_slice path,
                            apr_size_t len)
{
    const revmap_mounts *mounts;
    revmap_origin host;

    for (mounts = exchange->mounts; mounts; mounts = mounts->outer) {
        if (has_longer(mounts->index, NULL, path, len)) {
            return 1;
        }
        if (mounts->hosted && exchange->asked) {
            host = revmap_host_alone(exchange->asked);
            if (has_longer(mounts->index, &host, path, len)) {
                return 1;
            }
        }
    }
    return 0;
}

const revmap_rule *revmap_match_longer_mount(const revmap_exchange *exchange,
                                             revmap_slice path, apr_size_t len)
{
    const revmap_rule *longest = NULL;
    const revmap_rule *rule;
    int is_answering = 0;
    revmap_mount_walk walk;

    if (!has_longer_mount(exchange, path, len)) {
        return NULL;
    }
    revmap_mount_walk_init(&walk, exchange, path);
    while ((rule = revmap_mount_walk_next(&walk)) != NULL) {
        apr_size_t key_len = revmap_public_key(rule).len;

        if (key_len > len) {
            longest = rule;
            len = key_len;
            is_answering = 0;
        }
        if (longest && key_len == len && !is_answering) {
            is_answering = revmap_is_rule_of_answering(exchange, rule);
        }
    }
    return is_answering ? NULL : longest;
}

const revmap_rule *revmap_match_entrance(const revmap_exchange *exchange,
                                         revmap_slice path)
{
    const revmap_rule *best = NULL;
    const revmap_rule *rule;
    revmap_mount_walk walk;

    revmap_mount_walk_init(&walk, exchange, exchange->public_path);
    while ((rule = revmap_mount_walk_next(&walk)) != NULL) {
        if (revmap_is_rule_of_answering(exchange, rule)
            && is_closer(exchange, rule, best)) {
            best = rule;
        }
    }
    return best && revmap_backend_path(best).len > path.len
                   && revmap_path_covers(path, revmap_backend_path(best),
                                         REVMAP_READ_BYTES, NULL)
               ? best
               : NULL;
}
