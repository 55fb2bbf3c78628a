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

#include "revmap/exchange.h"

int revmap_same_authority(const revmap_origin *a, const revmap_origin *b)
{
    return revmap_origin_same_host(a, b)
           && (a->port == b->port
               || (a->scheme != REVMAP_AJP && b->scheme != REVMAP_AJP
                   && a->port == revmap_scheme_port(a->scheme)
                   && b->port == revmap_scheme_port(b->scheme)));
}

const revmap_origin *revmap_named_as(const revmap_exchange *exchange,
                                     const revmap_origin *origin,
                                     revmap_origin *twin)
{
    if (revmap_scope_names(exchange->scope, origin)) {
        return origin;
    }
    if (revmap_origin_twin(twin, origin)
        && revmap_scope_names(exchange->scope, twin)) {
        return twin;
    }
    return NULL;
}

int revmap_is_for_this_host(const revmap_exchange *exchange,
                            const revmap_rule *rule)
{
    return !rule->public_site
           || (exchange->asked
               && revmap_origin_same_host(&rule->public_site->origin,
                                          exchange->asked));
}

int revmap_is_entrance(const revmap_exchange *exchange, const revmap_rule *rule)
{
    return revmap_is_for_this_host(exchange, rule)
           && revmap_rule_public_covers(rule, exchange->public_path);
}

/* Of the rules with one public path, those that say what the backend behind
 * it calls itself. */
static const revmap_rule *next_naming(const revmap_exchange *exchange,
                                      const revmap_rule *rule)
{
    while (rule
           && !(rule->backend && revmap_scope_has(exchange->scope, rule)
                && revmap_is_for_this_host(exchange, rule))) {
        rule = rule->next_mount;
    }
    return rule;
}

/* The first rule with the longest public path that covers the request. */
static const revmap_rule *find_covering(const revmap_exchange *exchange)
{
    const revmap_mounts *mounts;
    const revmap_rule *longest = NULL;

    for (mounts = exchange->mounts; mounts; mounts = mounts->outer) {
        revmap_walk walk;
        const revmap_rule *first;

        revmap_walk_init(&walk, mounts->index, NULL, exchange->public_path,
                         REVMAP_READ_NORMAL);
        while ((first = revmap_walk_next(&walk)) != NULL) {
            const revmap_rule *rule = next_naming(exchange, first);

            if (rule
                && (!longest
                    || rule->public_key.len > longest->public_key.len)) {
                longest = rule;
            }
        }
    }
    return longest;
}

void revmap_exchange_prepare(revmap_exchange *exchange)
{
    revmap_origin twin;

    exchange->covering = NULL;
    if (!exchange->backend
        || !revmap_named_as(exchange, exchange->backend, &twin)) {
        exchange->covering = find_covering(exchange);
    }
}

void revmap_names_init(revmap_names *names, const revmap_exchange *exchange)
{
    names->exchange = exchange;
    names->rule = exchange->covering;
    names->stage = 0;
}

const revmap_origin *revmap_names_next(revmap_names *names)
{
    const revmap_exchange *exchange = names->exchange;
    const revmap_rule *rule = names->rule;

    if (names->stage == 0) {
        names->stage++;
        if (exchange->backend) {
            return exchange->backend;
        }
    }
    if (names->stage == 1) {
        names->stage++;
        if (exchange->told) {
            return exchange->told;
        }
    }
    if (!rule) {
        return NULL;
    }
    names->rule = next_naming(exchange, rule->next_mount);
    return &rule->backend->origin;
}

int revmap_is_answering(const revmap_exchange *exchange,
                        const revmap_origin *origin)
{
    revmap_names names;
    const revmap_origin *name;
    revmap_origin twin;
    int has_twin = !revmap_scope_names(exchange->scope, origin)
                   && revmap_origin_twin(&twin, origin);

    revmap_names_init(&names, exchange);
    while ((name = revmap_names_next(&names)) != NULL) {
        if (name != exchange->told
            && (revmap_origin_equal(name, origin)
                || (has_twin && revmap_origin_equal(name, &twin)))) {
            return 1;
        }
    }
    return 0;
}
