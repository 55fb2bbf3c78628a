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

/**
 * @file match.h
 * @brief Which rule is in charge of a path
 */

#ifndef REVMAP_MATCH_H
#define REVMAP_MATCH_H

#include "revmap/exchange.h"

/** The search for the best rule; candidates are offered by their origins. */
typedef struct revmap_match {
    const revmap_exchange *exchange;
    revmap_slice path; /**< absolute, without dot segments */
    revmap_reading reading;
    const revmap_rule *rule; /**< the best so far, or NULL */
    apr_size_t matched;      /**< bytes of the path behind which that ends */
} revmap_match;

static inline void revmap_match_init(revmap_match *match,
                                     const revmap_exchange *exchange,
                                     revmap_slice path, revmap_reading reading)
{
    match->exchange = exchange;
    match->path = path;
    match->reading = reading;
    match->rule = NULL;
}

/** Consider the rules with this backend origin (NULL: those without). */
void revmap_match_origin(revmap_match *match, const revmap_origin *origin);

/** Consider those of the origins of revmap_names_covering(). */
void revmap_match_covering(revmap_match *match);

/** Consider the rules of all names of the answering backend, and those that
 *  are about the answering backend whatever it is called. */
static inline void revmap_match_answering(revmap_match *match)
{
    const revmap_exchange *exchange = match->exchange;

    if (exchange->backend_named) {
        revmap_match_origin(match, exchange->backend_named);
    }
    if (exchange->told_named) {
        revmap_match_origin(match, exchange->told_named);
    }
    if (exchange->covering) {
        revmap_match_covering(match);
    }
    if (exchange->holds & REVMAP_HOLDS_BARE) {
        revmap_match_origin(match, NULL);
    }
}

/** @return non-zero if a rule is about the answering backend.  One that names
 *          no backend may be about any, in the sections where it holds. */
int revmap_is_rule_of_answering(const revmap_exchange *exchange,
                                const revmap_rule *rule);

/** @return the first rule with the longest public path that covers the path,
 *          if that is longer than @a len and none of several is the answering
 *          backend's; else NULL */
const revmap_rule *revmap_match_longer_mount(const revmap_exchange *exchange,
                                             revmap_slice path, apr_size_t len);

/**
 * Does a path, read in public terms, lie below another backend's mount?
 * Mostly no public path is as long as that.
 * @param path of the value
 * @param rule the rule that would map it; if it was written by hand for a
 *        path at least as long as the mount's, it overrides
 * @return the other backend's rule, or NULL
 */
static inline const revmap_rule *
revmap_match_other_mount(const revmap_exchange *exchange, revmap_slice path,
                         const revmap_rule *rule)
{
    apr_size_t len = rule->map->is_derived ? 0 : revmap_backend_path(rule).len;
    const revmap_mounts *mounts = exchange->mounts;

    while (mounts && revmap_index_longest_path(mounts->index) <= len) {
        mounts = mounts->outer;
    }
    return mounts ? revmap_match_longer_mount(exchange, path, len) : NULL;
}

/**
 * The rule through which a request came: of those of the answering backend the
 * one with the longest public side that covers what the client asked for.
 * @param path without slash at its end
 * @return the rule, or NULL; NULL, too, if its backend side does not lie below
 *         the path
 */
const revmap_rule *revmap_match_entrance(const revmap_exchange *exchange,
                                         revmap_slice path);

#endif /* REVMAP_MATCH_H */
