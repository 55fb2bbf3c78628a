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
 * @file header.h
 * @brief Which response headers are rewritten, by which grammar
 */

#ifndef REVMAP_HEADER_H
#define REVMAP_HEADER_H

#include "revmap/evaluate.h"

/** The grammar of a header's value. */
typedef enum revmap_kind {
    REVMAP_KIND_NONE = 0, /**< not rewritten */
    REVMAP_KIND_URL,      /**< one URI reference */
    REVMAP_KIND_LINK,     /**< Link, see link.h */
    REVMAP_KIND_REFRESH,  /**< Refresh, see refresh.h */
    REVMAP_KIND_COOKIE,   /**< Set-Cookie, see cookie.h */
    REVMAP_KIND_PATH,     /**< one path; it never gets an origin */
    REVMAP_KIND_HTMX,     /**< HX-Location, see htmx.h */
    REVMAP_KIND_BEARER,   /**< WWW-Authenticate, see bearer.h */
    REVMAP_KIND_ORIGINS   /**< Content-Security-Policy and the like, see
                               origins.h */
} revmap_kind;

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
} revmap_outcome;

/** The RevMapHeader words of one section. */
typedef struct revmap_header_rules revmap_header_rules;

/**
 * Take in one word of RevMapHeader: "name", "name=kind", "-name", "@preset".
 * @param map the section's; the word is copied
 * @return NULL, or what is wrong with it and what to write instead
 */
const char *revmap_header_add(revmap_map *map, const char *word);

/** @return the kind by which the headers of this name are rewritten, by the
 *          innermost section that speaks of it, else by the default */
revmap_kind revmap_header_kind(const revmap_scope *scope, const char *name);

/** @return what the URL in a header of this name is for, where its kind is
 *          REVMAP_KIND_URL */
revmap_use revmap_header_use(const char *name, int is_redirect);

/**
 * Map the value of a header field.
 * @param exchange prepared by revmap_exchange_prepare()
 * @param kind its grammar
 * @param name of the header
 * @param value as the backend sent it; it is not changed
 * @param pool owns the new value
 * @param outcome filled in
 */
void revmap_header_map(const revmap_exchange *exchange, revmap_kind kind,
                       const char *name, const char *value, apr_pool_t *pool,
                       revmap_outcome *outcome);

#endif /* REVMAP_HEADER_H */
