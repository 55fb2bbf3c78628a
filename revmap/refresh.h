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
 * @file refresh.h
 * @brief The URL of a Refresh field
 */

#ifndef REVMAP_REFRESH_H
#define REVMAP_REFRESH_H

#include "revmap/exchange.h"
#include "revmap/outcome.h"

/**
 * Map a Refresh field, read as browsers read it ("shared declarative refresh
 * steps" of the HTML standard).  Only the bytes of the URL change, which
 * becomes a path as in a redirect.  What is no refresh for a browser, and
 * what holds a control byte, is left as it came; so is a URL whose new form
 * holds the quote that it stands in.
 * @param exchange prepared by revmap_exchange_prepare()
 * @param value the field value
 * @param pool owns the new value; nothing is allocated if nothing changes, but
 *        for what revmap_evaluate() needs
 * @param outcome filled in; REVMAP_NOTHING if there is no URL
 */
void revmap_refresh_map(const revmap_exchange *exchange, revmap_slice value,
                        apr_pool_t *pool, revmap_outcome *outcome);

#endif /* REVMAP_REFRESH_H */
