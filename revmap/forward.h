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
 * @file forward.h
 * @brief What becomes of a URL that a client sends: from public to backend
 *        terms, by the same rules read the other way
 */

#ifndef REVMAP_FORWARD_H
#define REVMAP_FORWARD_H

#include "revmap/evaluate.h"

/** Tells whether an origin is this virtual host's own. */
typedef int revmap_is_own_fn(const void *data, const revmap_origin *origin);

/** A request on its way to the backend. */
typedef struct revmap_forwarding {
    const revmap_exchange *exchange; /**< prepared */
    const revmap_site *received;     /**< what the backend takes for its own
                                          origin: the scheme by which it is
                                          asked and the Host that it receives;
                                          NULL: not known */
    revmap_is_own_fn *is_own;
    const void *data; /**< for is_own */
} revmap_forwarding;

/**
 * Decide what the backend gets for a URL that names a resource.
 *
 * The longest public side that covers its path decides, of all those on its
 * host, whatever the section.  If that is a rule in force for the backend that
 * is asked, the URL is written as that backend knows the resource: an absolute
 * one with the origin that it takes for its own, a path as a path.  If it is
 * another backend's, or not in force, the URL stays: it means something that
 * this backend does not have.
 *
 * @param forward all members are set
 * @param text the URL, blanks trimmed: absolute, or a path; anything else
 *        stays, and so does what is screened
 * @param pool for what has to be built on the way
 * @param result filled in; its parts are slices of @a text, of the rules, of
 *        @a forward or from @a pool
 */
void revmap_forward_url(const revmap_forwarding *forward, revmap_slice text,
                        apr_pool_t *pool, revmap_result *result);

/**
 * The same for an origin alone (RFC 6454 section 7), if a rule covers the
 * request.
 * @param text the origin; with a path, or "null", it stays
 */
void revmap_forward_origin(const revmap_forwarding *forward, revmap_slice text,
                           revmap_result *result);

#endif /* REVMAP_FORWARD_H */
