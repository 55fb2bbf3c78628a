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
 * @file forward_header.h
 * @brief Which request headers are mapped for the backend, by which grammar
 */

#ifndef REVMAP_FORWARD_HEADER_H
#define REVMAP_FORWARD_HEADER_H

#include "revmap/forward.h"
#include "revmap/outcome.h"

/** The headers that can be mapped. */
typedef enum revmap_forward_kind {
    REVMAP_FORWARD_DESTINATION, /**< one URL (RFC 4918 section 10.3) */
    REVMAP_FORWARD_IF,          /**< URLs and conditions (section 10.4) */
    REVMAP_FORWARD_REFERER,     /**< one URL (RFC 9110 section 10.1.3) */
    REVMAP_FORWARD_ORIGIN,      /**< one origin (RFC 6454 section 7) */
    REVMAP_FORWARD_KINDS        /**< how many there are */
} revmap_forward_kind;

/**
 * Take in one name of RevMapRequest.
 * @param map the section's
 * @return NULL, or what is wrong with it and what to write instead
 */
const char *revmap_forward_header_add(revmap_map *map, const char *name);

/** @return the headers that are mapped, 1 << kind for each: those that the
 *          sections name, and the default unless one of them starts afresh */
unsigned int revmap_forward_headers(const revmap_scope *scope);

/** @return the name of the header */
const char *revmap_forward_header_name(revmap_forward_kind kind);

/**
 * Map the value of a request header.
 * @param forward all members are set
 * @param kind of the header
 * @param value as the client sent it; it is not changed
 * @param pool owns the new value
 * @param outcome filled in
 */
void revmap_forward_header_map(const revmap_forwarding *forward,
                               revmap_forward_kind kind, const char *value,
                               apr_pool_t *pool, revmap_outcome *outcome);

#endif /* REVMAP_FORWARD_HEADER_H */
