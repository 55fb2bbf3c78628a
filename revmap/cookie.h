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
 * @brief The field Set-Cookie, and Cookie on the way back
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

/**
 * Give the cookies of a request (RFC 6265 section 4.2.1) the names by which the
 * backend knows them.  A cookie that bears such a name already did not come
 * from the backend and is left out; all others stay, byte for byte.
 * @param scope the sections in force
 * @param value the field as the client sent it
 * @param pool owns the new value
 * @return the new value, "" if no cookie is left, NULL if nothing changes
 */
const char *revmap_cookie_return(const revmap_scope *scope, revmap_slice value,
                                 apr_pool_t *pool);

/** @return "." and the domain in lower case: all that is found by, from its
 *          second byte on as a host, from each of its dots on as a suffix */
const char *revmap_cookie_domain_key(apr_pool_t *pool, revmap_slice domain);

/**
 * Make a RevMapCookiePath rule.
 * @param pool for the answer
 * @param rule filled in, but for its place; its texts are the two that are
 *        given, which must outlive it
 * @param internal the beginning of the backend's Path
 * @param public_side what takes its place, as it is spelled
 * @return NULL, or what is wrong and what to write instead
 */
const char *revmap_cookie_path_rule(apr_pool_t *pool, revmap_cookie_rule *rule,
                                    const char *internal,
                                    const char *public_side);

/**
 * Make a RevMapCookieDomain rule.
 * @param pool for what it is found by, and for the answer
 * @param rule filled in, likewise
 * @param internal the backend's Domain, a host or a ".suffix"
 * @param public_side a host, or "remove"
 * @return NULL, or what is wrong and what to write instead
 */
const char *revmap_cookie_domain_rule(apr_pool_t *pool,
                                      revmap_cookie_rule *rule,
                                      const char *internal,
                                      const char *public_side);

#endif /* REVMAP_COOKIE_H */
