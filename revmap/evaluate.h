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
 * @file evaluate.h
 * @brief The one place that decides what becomes of a URL
 *
 * The filter, and whatever else wants to know what the module does, ask here.
 */

#ifndef REVMAP_EVALUATE_H
#define REVMAP_EVALUATE_H

#include "revmap/exchange.h"

/** What a URL is for: it decides how an absolute one is written. */
typedef enum revmap_use {
    REVMAP_USE_REDIRECT,  /**< Location of a 3xx: a path, unless RevMapOrigin
                               says otherwise; a loop is prevented */
    REVMAP_USE_REFRESH,   /**< a path likewise; loading itself is no loop */
    REVMAP_USE_PAGE,      /**< a page goes there: a path likewise; what is
                               relative stays, being relative to the page */
    REVMAP_USE_REFERENCE, /**< any other: an absolute URL stays absolute */
    REVMAP_USE_ABSOLUTE,  /**< likewise; it stays as it is if this site has
                               no origin for it */
    REVMAP_USE_PATH /**< always a path, on the host that the client asked */
} revmap_use;

#define REVMAP_PARTS 6

/** What was decided. */
typedef struct revmap_result {
    revmap_reason reason;      /**< REVMAP_MAPPED: there is a new value */
    const revmap_place *place; /**< the line that decided, or NULL */
    const revmap_rule *rule;   /**< the prefix rule that decided, or NULL */
    revmap_slice part[REVMAP_PARTS]; /**< the new value, in parts: first the
                                          origin, if it has one; what stands
                                          behind the path is no part of its own
                                          where both come from the old value */
    int parts;
    int leaks; /**< it names a backend and stays because no rule covers it */
} revmap_result;

/**
 * Decide what the client gets for a URL that the backend sent.
 * @param exchange prepared by revmap_exchange_prepare()
 * @param text the URL reference, blanks trimmed
 * @param use what it is for
 * @param pool for what has to be built on the way; nothing is allocated for a
 *        value that is left alone, unless it has dot segments, is relative
 *        or is tried against a regular expression
 * @param result filled in; its parts are slices of @a text, of the rules, of
 *        the exchange or from @a pool
 */
void revmap_evaluate(const revmap_exchange *exchange, revmap_slice text,
                     revmap_use use, apr_pool_t *pool, revmap_result *result);

#endif /* REVMAP_EVALUATE_H */
