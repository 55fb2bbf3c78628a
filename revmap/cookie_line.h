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
 * @file cookie_line.h
 * @brief RevMapCookie lines: which cookies they are for, and what they say
 *
 * All lines whose name matches a cookie apply, outer sections before inner
 * ones.  Of two that speak of the same aspect of a cookie the later one holds.
 */

#ifndef REVMAP_COOKIE_LINE_H
#define REVMAP_COOKIE_LINE_H

#include "revmap/cookie_field.h"
#include "revmap/map.h"

/** What a line can speak of. */
typedef enum revmap_cookie_aspect {
    REVMAP_COOKIE_SECURE = REVMAP_ATTRIBUTE_SECURE,
    REVMAP_COOKIE_HTTP_ONLY = REVMAP_ATTRIBUTE_HTTP_ONLY,
    REVMAP_COOKIE_PARTITIONED = REVMAP_ATTRIBUTE_PARTITIONED,
    REVMAP_COOKIE_SAME_SITE = REVMAP_ATTRIBUTE_SAME_SITE,
    REVMAP_COOKIE_FLAGS, /**< how many of them are attributes */
    REVMAP_COOKIE_SCOPE = REVMAP_COOKIE_FLAGS, /**< "narrow" or "keep" */
    REVMAP_COOKIE_NAME,                        /**< its name for the client */
    REVMAP_COOKIE_ASPECTS                      /**< how many there are */
} revmap_cookie_aspect;

/** How the name of a line is compared. */
typedef enum revmap_cookie_match {
    REVMAP_MATCH_EXACT = 0,
    REVMAP_MATCH_PREFIX, /**< "name*" */
    REVMAP_MATCH_REGEX   /**< "~regex" */
} revmap_cookie_match;

/** A line. */
typedef struct revmap_cookie_line {
    revmap_place place; /**< must be first */
    revmap_cookie_match how;
    revmap_slice name; /**< as it is compared; not for a regex */
    const void *regex; /**< compiled by the caller */
    revmap_match_fn *match;
    /** What it says: the value of SameSite, the name of a flag; "" removes;
     *  NULL: nothing. */
    const char *says[REVMAP_COOKIE_ASPECTS];
    unsigned int order;              /**< among the lines of its section */
    struct revmap_cookie_line *next; /**< of the same exact name */
    struct revmap_cookie_line *last; /**< of these; kept by the first one */
} revmap_cookie_line;

/** All that is said of one cookie: for each aspect the line that decides, or
 *  NULL. */
typedef struct revmap_cookie_wishes {
    const revmap_cookie_line *by[REVMAP_COOKIE_ASPECTS];
} revmap_cookie_wishes;

/**
 * Read the words of a line.
 * @param line filled in, but for the place and what a "~regex" is compiled to
 * @param words the name, then actions; they must outlive the line
 * @param count how many words there are
 * @return NULL, or what is wrong and what to write instead
 */
const char *revmap_cookie_line_parse(apr_pool_t *pool, revmap_cookie_line *line,
                                     char *const *words, int count);

/**
 * Add a line to the map of its section.
 * @return NULL, or what is wrong with it beside the other lines
 */
const char *revmap_cookie_line_add(revmap_map *map, revmap_cookie_line *line);

/**
 * Gather what is said of a cookie.
 * @param scope the sections in force, or NULL
 * @param name as the backend calls it
 * @param pool for the name as a string, if a regex has to be asked
 * @param wishes filled in
 */
void revmap_cookie_wishes_of(const revmap_scope *scope, revmap_slice name,
                             apr_pool_t *pool, revmap_cookie_wishes *wishes);

/** @return what the wishes say of an aspect; NULL: nothing */
static inline const char *revmap_cookie_says(const revmap_cookie_wishes *wishes,
                                             revmap_cookie_aspect aspect)
{
    return wishes->by[aspect] ? wishes->by[aspect]->says[aspect] : NULL;
}

/** @return non-zero if there is a line in force that renames a cookie */
int revmap_cookie_renames(const revmap_scope *scope);

/** @return the line that renames a cookie of the backend, or NULL
 *  @param name as the backend calls it */
const revmap_cookie_line *revmap_cookie_renaming(const revmap_scope *scope,
                                                 revmap_slice name,
                                                 apr_pool_t *pool);

/** @return the line that renames some cookie to this name, or NULL; of
 *          several sections the innermost has it */
const revmap_cookie_line *revmap_cookie_renamed(const revmap_scope *scope,
                                                revmap_slice name,
                                                apr_pool_t *pool);

#endif /* REVMAP_COOKIE_LINE_H */
