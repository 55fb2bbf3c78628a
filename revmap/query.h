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
 * @file query.h
 * @brief URLs in the parameters of a query: RevMapQuery
 *
 * A query is a list of parameters with '&' between them, each a name, '=' and a
 * value, in which bytes are written as percent-escapes and blanks as '+' (URL
 * standard section 5.1).  A ';' separates nothing.
 */

#ifndef REVMAP_QUERY_H
#define REVMAP_QUERY_H

#include "revmap/evaluate.h"

/** The value of a parameter that changes. */
typedef struct revmap_query_edit {
    revmap_slice old;                /**< a slice of the URL */
    revmap_slice part[REVMAP_PARTS]; /**< what takes its place: slices of the
                                          URL, and new text, which holds only
                                          what may stand in a query (RFC 3986
                                          section 3.4) */
    int parts;
    const revmap_place *place; /**< the line that decided, or NULL */
} revmap_query_edit;

/**
 * Take in one word of RevMapQuery.
 * @param map the section's; the word is copied
 * @param word the name of a parameter, without escapes
 * @return NULL, or what is wrong with it and what to write instead
 */
const char *revmap_query_add(revmap_map *map, const char *word);

/**
 * Map the absolute URLs in the parameters that RevMapQuery names.  A mapped one
 * is absolute again, and written in the style of the old one: the bytes that
 * were escaped there are escaped in it, with hexadecimal digits in the same
 * case.  What stands behind its path prefix keeps its bytes.  Values that are
 * no absolute URL, are screened, have a '%' that begins no escape, or cannot
 * get an origin stay.  Nothing is searched in what is found.
 * @param exchange prepared by revmap_exchange_prepare()
 * @param url a reference, blanks trimmed; one that is screened has no query
 * @param pool for what is returned; nothing is allocated where no parameter is
 *        named in the URL, unless its names have escapes
 * @return of revmap_query_edit, in order; NULL if there is none
 */
const apr_array_header_t *revmap_query_map(const revmap_exchange *exchange,
                                           revmap_slice url, apr_pool_t *pool);

/** @return @a url with what takes the place of its parameters
 *  @param edits from revmap_query_map() */
const char *revmap_query_join(apr_pool_t *pool, revmap_slice url,
                              const apr_array_header_t *edits);

#endif /* REVMAP_QUERY_H */
