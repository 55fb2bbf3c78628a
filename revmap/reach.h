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
 * @file reach.h
 * @brief To which public paths a path of a backend leads, all mounts counted
 *
 * A backend may be mounted several times.  A cookie that it sets for one of
 * its paths has to reach all the public paths that lead there or below, so
 * that it gets their common ancestor.  It is kept for each prefix, so that
 * the answer does not depend on the number of mounts.
 */

#ifndef REVMAP_REACH_H
#define REVMAP_REACH_H

#include "revmap/exchange.h"

/**
 * Count a rule among the mounts of its map, or, if it is about the
 * answering backend whatever it is called, for its map alone.  survey.h
 * tells for which rules that is needed.
 */
void revmap_reach_add(apr_pool_t *pool, revmap_map *map,
                      const revmap_rule *rule);

/** @return non-zero if it is known that a path of the answering backend leads
 *          to one public path alone; by the names of others, it may be mounted
 *          elsewhere, too */
static inline int revmap_reaches_one(const revmap_exchange *exchange,
                                     const revmap_rule *rule)
{
    return rule->backend && rule->backend->alone && !exchange->covering;
}

/**
 * Shorten a public path to the common ancestor of all that a path of the
 * answering backend leads to.
 * @param exchange prepared
 * @param path of the backend, read byte by byte
 * @param prefix beginning of the public path
 * @param rest what follows it
 * @return how many bytes of both together are left: a whole number of
 *         segments, 0 for the root
 */
apr_size_t revmap_reach_ancestor(const revmap_exchange *exchange,
                                 revmap_slice path, revmap_slice prefix,
                                 revmap_slice rest);

#endif /* REVMAP_REACH_H */
