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
 * @file origins.h
 * @brief The origins in Content-Security-Policy and in lists of origins
 */

#ifndef REVMAP_ORIGINS_H
#define REVMAP_ORIGINS_H

#include "revmap/exchange.h"
#include "revmap/outcome.h"

/**
 * Map a list of origins (Access-Control-Allow-Origin, Timing-Allow-Origin) or
 * policies (Content-Security-Policy): the host-sources of the directives that
 * have source lists, and the URLs of report-uri.
 *
 * An origin becomes that of the public side to which the rules lead from it: of
 * the answering backend, from the URL that it was asked for, of others, from
 * their root.  A source with a path keeps one, except in frame-ancestors, which
 * knows origins alone.  Whatever is written has an origin; where this site has
 * none to offer, the value stays.  "*", "null", keywords, nonces, hashes,
 * schemes and wildcards stay.  Only the bytes of the origins and URLs change.
 * @param exchange prepared by revmap_exchange_prepare()
 * @param value the field value
 * @param pool owns the new value
 * @param outcome filled in: about the first one that changes, else about the
 *        first one; REVMAP_NOTHING if there is none
 */
void revmap_origins_map(const revmap_exchange *exchange, revmap_slice value,
                        apr_pool_t *pool, revmap_outcome *outcome);

#endif /* REVMAP_ORIGINS_H */
