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
 * @file evaluation.h
 * @brief What the steps of revmap_evaluate() share; nobody else needs it
 *
 * First it is found out whose the URL is (claim.c), then which rule is in
 * charge and whether it has to stay (evaluate.c), at last how the new one is
 * written (write.c).
 */

#ifndef REVMAP_EVALUATION_H
#define REVMAP_EVALUATION_H

#include "revmap/evaluate.h"
#include "revmap/match.h"

/** Whose a URL is. */
typedef struct revmap_claim {
    const revmap_origin *origin; /**< NULL: it has none */
    const revmap_origin *named;  /**< see revmap_name_origin(); NULL, too, if
                                      the names of the answering backend do */
    int answering; /**< it is the answering backend's: by its path alone, by its
                      origin or by the public authority */
    int ambiguous; /**< it may be meant in public terms already */
    int upgrade;   /**< on the public authority, but by another scheme than the
                        backend was told: its own decision, which stays */
} revmap_claim;

/** @return non-zero if a rule names the very origin */
static inline int revmap_is_named(const revmap_claim *claim)
{
    return claim->named && claim->named->scheme == claim->origin->scheme;
}

/** Where a URL goes, before it is known how it is written. */
typedef struct revmap_target {
    const revmap_place *place;
    const revmap_rule *rule;
    const revmap_origin *origin; /**< NULL: the public side is a path */
    revmap_slice site;           /**< the origin's text */
    revmap_slice prefix;
    revmap_slice rest;
    revmap_slice suffix;
} revmap_target;

/** One call of revmap_evaluate(). */
typedef struct revmap_evaluation {
    const revmap_exchange *exchange;
    revmap_use use;
    apr_pool_t *pool;
    revmap_result *result;
    revmap_url url;
    revmap_claim claim;
    revmap_match match; /**< its path is read byte by byte if it is known to be
                             its own normal form */
    revmap_origin made; /**< of the URL that a RevMapRewrite made */
} revmap_evaluation;

/** Note that the value stays as it is. */
static inline void revmap_leave(revmap_evaluation *e, revmap_reason reason,
                                const revmap_place *place)
{
    e->result->reason = reason;
    e->result->place = place;
}

/** Find out whose e->url is.
 *  @return zero if it is nobody's that a rule could map */
int revmap_claim_url(revmap_evaluation *e);

/** @return non-zero if prefix and rest of @a target make the path @a path,
 *          read in this way */
int revmap_target_path_is(const revmap_target *target, revmap_slice path,
                          revmap_reading reading);

/** @return non-zero if @a target is on the origin that the client asked, as
 *          far as that is known */
int revmap_target_is_here(const revmap_evaluation *e,
                          const revmap_target *target);

/** Choose the form in which @a target is written, and write it, unless it is
 *  what the value is already or would make the client loop. */
void revmap_write_target(revmap_evaluation *e, revmap_target *target);

#endif /* REVMAP_EVALUATION_H */
