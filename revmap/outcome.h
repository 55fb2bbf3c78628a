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
 * @file outcome.h
 * @brief What becomes of one header field: what each reader of a grammar tells
 */

#ifndef REVMAP_OUTCOME_H
#define REVMAP_OUTCOME_H

#include "revmap/map.h"

/** What a browser knows a cookie by. */
typedef struct revmap_identity {
    revmap_slice name;
    revmap_slice path;   /**< its Path, else the default path of the URL that
                              the client requested */
    revmap_slice domain; /**< its Domain; empty: the host that was asked */
} revmap_identity;

/** What becomes of one header field. */
typedef struct revmap_outcome {
    const char *value; /**< the new field value, or NULL: unchanged */
    revmap_reason reason;
    const revmap_place *place; /**< the line that decided, or NULL */
    revmap_slice leak;         /**< the first URL in the value that names a
                                    backend and stays because no rule covers
                                    it; empty: none */
    revmap_reason objection;   /**< to something else that a line asks for,
                                    which is not done; REVMAP_OK: none */
    const revmap_place *objection_place; /**< that line */
    revmap_identity cookie; /**< of Set-Cookie alone: as the client gets it */
} revmap_outcome;

/** Fill in all but the cookie, for a field that is left alone. */
static inline void revmap_outcome_init(revmap_outcome *outcome)
{
    outcome->value = NULL;
    outcome->reason = REVMAP_NOTHING;
    outcome->place = NULL;
    outcome->leak = REVMAP_LITERAL("");
    outcome->objection = REVMAP_OK;
    outcome->objection_place = NULL;
}

#endif /* REVMAP_OUTCOME_H */
