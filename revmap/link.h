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
 * @file link.h
 * @brief The URLs of a Link field (RFC 8288)
 */

#ifndef REVMAP_LINK_H
#define REVMAP_LINK_H

#include "revmap/exchange.h"
#include "revmap/outcome.h"

/**
 * Map a Link field: the targets and the parameters "anchor" and "imagesrcset",
 * but never "rel", whose URLs are names.  An absolute URL stays absolute.  Only
 * the bytes of the URLs change.  From the first error of syntax on, and if it
 * holds a control byte, the field is left as it came; so is a URL whose new
 * form would need an escape where it stands.
 * @param exchange prepared by revmap_exchange_prepare()
 * @param value the field value
 * @param pool owns the new value; nothing is allocated if nothing changes, but
 *        for what revmap_evaluate() needs
 * @param outcome filled in: about the first URL that changes, else about the
 *        first one; REVMAP_NOTHING if there is none
 */
void revmap_link_map(const revmap_exchange *exchange, revmap_slice value,
                     apr_pool_t *pool, revmap_outcome *outcome);

#endif /* REVMAP_LINK_H */
