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
#include "revmap/outcome.h"

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

/** So many headers the engine knows, whether or not they are rewritten. */
#define REVMAP_KNOWN_HEADERS 36

/** What is known of a header by its name. */
typedef struct revmap_header {
    const char *name;
    apr_size_t len;
    revmap_kind kind;
    revmap_use use;      /**< what its URL is for, where the kind is url and
                              the response is a redirect */
    const char *preset;  /**< that has it, or NULL */
    unsigned int number; /**< REVMAP_KNOWN_HEADERS: it is none of those */
} revmap_header;

/** The RevMapHeader words of one section. */
typedef struct revmap_header_rules revmap_header_rules;

/**
 * Take in one word of RevMapHeader: "name", "name=kind", "-name", "@preset".
 * @param map the section's; the word is copied
 * @return NULL, or what is wrong with it and what to write instead
 */
const char *revmap_header_add(revmap_map *map, const char *word);

/** @return the sections of a scope from the first one that speaks of headers;
 *          the same is found in them, and sooner */
const revmap_scope *revmap_header_scope(const revmap_scope *scope);

/** @return how the headers of this name are rewritten, by the innermost section
 *          that speaks of it, else by the default; never NULL */
const revmap_header *revmap_header_find(const revmap_scope *scope,
                                        const char *name);

/**
 * Go on to the next field of a table that is rewritten.
 * @param scope as for revmap_header_find()
 * @param field where to begin
 * @param end behind the last field
 * @param header set to how the field is rewritten
 * @return the field, or @a end if there is none
 */
apr_table_entry_t *revmap_header_next(const revmap_scope *scope,
                                      apr_table_entry_t *field,
                                      const apr_table_entry_t *end,
                                      const revmap_header **header);

/** @return non-zero for Location */
static inline int revmap_header_redirects(const revmap_header *header)
{
    return header->kind == REVMAP_KIND_URL
           && header->use == REVMAP_USE_REDIRECT;
}

/** @return the name of the known header with this number */
const char *revmap_header_name(unsigned int number);

/**
 * Map the value of a header field.
 * @param exchange prepared by revmap_exchange_prepare()
 * @param value as the backend sent it; it is not changed
 * @param pool owns the new value
 * @param outcome filled in
 * @param header by which it is rewritten; it comes last, so that the reader of
 *        its grammar finds the others in their places
 */
void revmap_header_map(const revmap_exchange *exchange, revmap_slice value,
                       apr_pool_t *pool, revmap_outcome *outcome,
                       const revmap_header *header);

#endif /* REVMAP_HEADER_H */
