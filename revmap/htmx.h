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
 * @file htmx.h
 * @brief The URL of HX-Location
 */

#ifndef REVMAP_HTMX_H
#define REVMAP_HTMX_H

#include "revmap/exchange.h"
#include "revmap/outcome.h"

/**
 * Map an HX-Location field: a URL, or a JSON object in which "path" is one, and
 * in which "push" and "replace" may be others, for the history.  They are
 * written as in a redirect.  Only the bytes of the URLs change.  From the first
 * error of syntax on the field is left as it came; so is a URL with an escape
 * that is none.
 * @param exchange prepared by revmap_exchange_prepare()
 * @param value the field value
 * @param pool owns the new value
 * @param outcome filled in: about the first URL that changes, else about the
 *        first one; REVMAP_NOTHING if there is none
 */
void revmap_htmx_map(const revmap_exchange *exchange, revmap_slice value,
                     apr_pool_t *pool, revmap_outcome *outcome);

#endif /* REVMAP_HTMX_H */
