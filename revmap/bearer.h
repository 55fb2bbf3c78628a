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
 * @file bearer.h
 * @brief The URLs in challenges of scheme Bearer
 */

#ifndef REVMAP_BEARER_H
#define REVMAP_BEARER_H

#include "revmap/exchange.h"
#include "revmap/outcome.h"

/**
 * Map a WWW-Authenticate field (RFC 9110 section 11.6.1): of each challenge
 * whose scheme is Bearer (RFC 6750), "resource_metadata" (RFC 9728 section 5.1)
 * and "realm", if that is an absolute URL, as it is where it names a token
 * service.  An absolute URL stays absolute.  Other schemes are never touched: a
 * realm is a part of what a client signs, or finds a password by.  Only the
 * bytes of the URLs change, and from the first error of syntax on nothing.
 * @param exchange prepared by revmap_exchange_prepare()
 * @param value the field value
 * @param pool owns the new value
 * @param outcome filled in: about the first URL that changes, else about the
 *        first one; REVMAP_NOTHING if there is none
 */
void revmap_bearer_map(const revmap_exchange *exchange, revmap_slice value,
                       apr_pool_t *pool, revmap_outcome *outcome);

#endif /* REVMAP_BEARER_H */
