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
 * @file side.h
 * @brief The spellings of a rule's two sides
 */

#ifndef REVMAP_SIDE_H
#define REVMAP_SIDE_H

#include "revmap/map.h"

/** What a well-formed backend side stands for. */
typedef enum revmap_side_kind {
    REVMAP_SIDE_RULE,   /**< an origin and a path, or a path alone */
    REVMAP_SIDE_NOTHING /**< a gateway URL that no header can name */
} revmap_side_kind;

/**
 * Read the backend side of a rule: "http://host[:port]/path", https, ws and
 * wss (which stand for them), h2 and h2c (https and http, as ProxyPass takes
 * them), ajp, "unix:/socket|URL", or "/path" of the answering backend. FastCGI,
 * SCGI and uwsgi URLs are recognised, but name nothing that a header could
 * hold.
 * @param pool for what has to be escaped, and for the answer
 * @param side filled in; its texts are slices of @a text or from @a pool
 * @param kind set to what it stands for; if that is nothing, the side is not
 *        filled in
 * @param text URL text
 * @return NULL, or what is wrong with it and what to write instead
 */
const char *revmap_side_parse_backend(apr_pool_t *pool, revmap_side *side,
                                      revmap_side_kind *kind, const char *text);

/**
 * Read the public side of a rule: "/path" or "http[s]://host[:port]/path".
 * @param side filled in, likewise
 * @return NULL, or what is wrong with it and what to write instead
 */
const char *revmap_side_parse_public(apr_pool_t *pool, revmap_side *side,
                                     const char *text);

/**
 * Make a side of a path that is decoded text, as in a <Location>.
 * @param side filled in, likewise; it has no origin
 * @param path begins with '/'; whatever may not stand in a URL is escaped
 */
void revmap_side_of_path(apr_pool_t *pool, revmap_side *side, const char *path);

/**
 * Read an origin: "http[s]://host[:port]", a trailing '/' allowed.
 * @param pool for its normal form, and for the answer
 * @param site its origin, whose host is a slice of @a text, and its text are
 *        filled in
 * @return NULL, or what is wrong with it and what to write instead
 */
const char *revmap_site_parse(apr_pool_t *pool, revmap_site *site,
                              const char *text);

#endif /* REVMAP_SIDE_H */
