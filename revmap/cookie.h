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
 * @file cookie.h
 * @brief The field Set-Cookie
 */

#ifndef REVMAP_COOKIE_H
#define REVMAP_COOKIE_H

#include "revmap/exchange.h"
#include "revmap/outcome.h"

/**
 * Map a Set-Cookie field, read as browsers read it (RFC 6265bis section 5.6).
 * Without a RevMapCookie line only the values of Path and Domain change, or a
 * Path is appended, or all Domain attributes go; every other byte stays.
 * @param exchange prepared by revmap_exchange_prepare()
 * @param value the field value
 * @param pool owns the new value; nothing is allocated if nothing changes,
 *        unless a Domain has to be looked up among RevMapCookieDomain lines,
 *        the name has to be tried on a regular expression, or there are more
 *        than REVMAP_FEW_ATTRIBUTES
 * @param outcome filled in
 */
void revmap_cookie_map(const revmap_exchange *exchange, revmap_slice value,
                       apr_pool_t *pool, revmap_outcome *outcome);

/** Find out what a browser knows a cookie by that it gets as it was sent.
 *  @param pool for what has no place otherwise
 *  @param identity filled in, with slices of the field and of the exchange */
void revmap_cookie_identify(const revmap_exchange *exchange, revmap_slice value,
                            apr_pool_t *pool, revmap_identity *identity);

#endif /* REVMAP_COOKIE_H */
